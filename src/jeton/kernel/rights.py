"""What an operation asks of the person: a claim, declared beside the scope and checked by the guard at the door.

A claim is data with one pure question. Claims on a folder or a file go through the doors, which decide.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.problems import AdministratorRequired, BeyondOwnScopes, UserRequired
from jeton.kernel.scopes import Scopes
from jeton.kernel.tree import Right

if TYPE_CHECKING:
    from jeton.kernel.doors import Doors


class Claim(Protocol):
    """A right that must hold before a use case is called."""

    @property
    def words(self) -> str:
        """How the permission table names it."""

    def check(self, caller: Caller, command: object, doors: "Doors") -> None:
        """Return when it holds; raise the problem when it does not."""


@dataclass(frozen=True, slots=True)
class Anyone:
    """No right is asked, and why."""

    why: str

    @property
    def words(self) -> str:
        return f"anyone ({self.why})"

    def check(self, caller: Caller, command: object, doors: "Doors") -> None:
        """Always holds."""


def ANYONE(why: str) -> Anyone:  # noqa: N802 - reads as a constant in declarations, and is found by grep
    """Declare that an operation asks no right."""
    return Anyone(why)


@dataclass(frozen=True, slots=True)
class Administration:
    """Kept for administrators and Server applications."""

    @property
    def words(self) -> str:
        return "administrator"

    def check(self, caller: Caller, command: object, doors: "Doors") -> None:
        """Refuses whoever does not administer the platform (AdministratorRequired)."""
        if not caller.administers:
            raise AdministratorRequired


@dataclass(frozen=True, slots=True)
class Person:
    """About the calling person, whoever that is."""

    @property
    def words(self) -> str:
        return "the person"

    def check(self, caller: Caller, command: object, doors: "Doors") -> None:
        """Refuses a caller that is nobody in particular (UserRequired)."""
        if caller.kind is not CallerKind.PERSON:
            raise UserRequired


ADMINISTRATION = Administration()
PERSON = Person()


@dataclass(frozen=True, slots=True)
class OnFolder:
    """A right in the folder whose id the command holds under `field`; a command may leave it out (None)."""

    right: Right
    field: str

    @property
    def words(self) -> str:
        return f"{_words(self.right)} {self.field}"

    def check(self, caller: Caller, command: object, doors: "Doors") -> None:
        """Goes through the doors: NoSuchFolder, or Forbidden."""
        folder = getattr(command, self.field)
        if folder is not None:
            doors.folder(caller, folder, self.right)


@dataclass(frozen=True, slots=True)
class OnFile:
    """A right on the file whose id the command holds under `field`."""

    right: Right
    field: str

    @property
    def words(self) -> str:
        return f"{_words(self.right)} {self.field}"

    def check(self, caller: Caller, command: object, doors: "Doors") -> None:
        """Goes through the doors: NoSuchFile, or Forbidden."""
        doors.file(caller, getattr(command, self.field), self.right)


def must_hold(caller: Caller, given: Scopes) -> None:
    """Nobody gives what they do not hold (decisions.md). Raises BeyondOwnScopes naming the words."""
    lacking = given - caller.scopes
    if lacking:
        raise BeyondOwnScopes(needed=str(lacking), required=lacking.words())


def _words(right: Right) -> str:
    return f"{right.name.lower()} on" if right and right.name else "sight of"
