"""Everything that can be called, found by walking the families. There is no list to edit: a new family is a folder."""

import importlib
import pkgutil
from collections import Counter
from dataclasses import dataclass
from functools import cache

import jeton.families
from jeton.kernel.declare import Family, Operation, Page


class NoCard(TypeError):
    """A folder of the families without a card, or two things under one name."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The families, and what they declare."""

    families: tuple[Family, ...]

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, family by family."""
        return tuple(operation for family in self.families for operation in family.operations)

    @property
    def pages(self) -> tuple[Page, ...]:
        """Every page of the console."""
        return tuple(page for family in self.families for page in family.pages)

    @property
    def template_packages(self) -> tuple[str, ...]:
        """The families' folders that hold templates."""
        return tuple(f"{jeton.families.__name__}.{family.name}" for family in self.families if family.pages)


@cache
def find_catalogue() -> Catalogue:
    """Walk the families. Raises NoCard."""
    families = []
    for found in pkgutil.iter_modules(jeton.families.__path__):
        module = importlib.import_module(f"jeton.families.{found.name}")
        card = getattr(module, "FAMILY", None)
        if not isinstance(card, Family):
            raise NoCard(f"jeton.families.{found.name} has no card: FAMILY = Family(...)")
        families.append(card)
    catalogue = Catalogue(tuple(families))
    names = Counter([*(o.name for o in catalogue.operations), *(p.name for p in catalogue.pages)])
    twice = sorted(name for name, count in names.items() if count > 1)
    if twice:
        raise NoCard(f"declared twice: {', '.join(twice)}")
    return catalogue
