"""The scope picker's rows: every family with its words, its sentences, and the calls that each box opens."""

from collections.abc import Sequence
from dataclasses import dataclass

from jeton.kernel.declare import Operation
from jeton.kernel.scopes import FAMILIES, Access, Public


@dataclass(frozen=True, slots=True, kw_only=True)
class PickerFamily:
    """One family. `reads` and `writes` are English msgids; calls read `GET /api/users`."""

    name: str
    title: str
    reads: str
    writes: str
    sensitivity: int
    read_calls: tuple[str, ...]
    write_calls: tuple[str, ...]

    @property
    def has_calls(self) -> bool:
        """Whether anything is behind this family yet."""
        return bool(self.read_calls or self.write_calls)


def picker_families(operations: Sequence[Operation]) -> tuple[PickerFamily, ...]:
    """The families in the vendor's order."""
    calls: dict[tuple[str, Access], list[str]] = {}
    for operation in operations:
        if not isinstance(operation.scope, Public):
            key = (operation.scope.family, operation.scope.access)
            calls.setdefault(key, []).append(f"{operation.method} {operation.path}")
    return tuple(
        PickerFamily(
            name=family.name,
            title=family.title,
            reads=family.reads,
            writes=family.writes,
            sensitivity=family.sensitivity.value,
            read_calls=tuple(sorted(calls.get((family.name, Access.READ), ()))),
            write_calls=tuple(sorted(calls.get((family.name, Access.WRITE), ()))),
        )
        for family in FAMILIES
    )
