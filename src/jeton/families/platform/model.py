"""What the platform tells of itself, and what an administrator changes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from jeton.kernel.configuration import SETTINGS, Setting
from jeton.kernel.scopes import Access, Scope
from jeton.kernel.tree import Totals

READ: Final = Scope("admin", Access.READ)
WRITE: Final = Scope("admin", Access.WRITE)

SERVED: Final[tuple[Setting, ...]] = tuple(setting for setting in SETTINGS if setting.section in {"general", "trash"})
"""What can be changed today."""

NO_END_S: Final = 253_402_300_799
"""The end of a subscription that has none: the last second of the year 9999."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicConfiguration:
    """Name, language, and which features are there."""

    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoQuestion:
    """Nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure:
    """Settings to change, as text by name; the others stay."""

    changes: Mapping[str, str] = field(default_factory=dict)


class SettingsView(NamedTuple):
    """The settings that can be changed with what they are, and what all spaces hold."""

    settings: tuple[Setting, ...]
    values: Mapping[str, str]
    stored: Totals
