"""What an operation asks of the person: a claim, declared beside the scope and checked by the guard at the door.

A claim is data with one pure question. Claims on a folder or a file go through the doors, which decide; those on a
group ask who administers it and who is in it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.groups import Groups, NoSuchDelegate, NoSuchGroup, administers_group, sees_group
from jeton.kernel.invitations import Invitations, NoSuchInvitation
from jeton.kernel.problems import AdministratorRequired, BeyondOwnScopes, Forbidden, Unknown, UserRequired
from jeton.kernel.scopes import Scopes
from jeton.kernel.trash import Trash
from jeton.kernel.trash import reach as reach_entry
from jeton.kernel.tree import Right
from jeton.kernel.uploads import Uploads, own_upload

if TYPE_CHECKING:
    from jeton.kernel.doors import Doors


class Reach(Protocol):
    """What a claim may look at: a part of `kernel.ports.Work`."""

    @property
    def doors(self) -> "Doors": ...
    @property
    def groups(self) -> Groups: ...
    @property
    def trash(self) -> Trash: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def uploads(self) -> Uploads: ...


class Claim(Protocol):
    """A right that must hold before a use case is called."""

    @property
    def words(self) -> str:
        """How the permission table names it."""

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Return when it holds; raise the problem when it does not."""


@dataclass(frozen=True, slots=True)
class Anyone:
    """No right is asked, and why."""

    why: str

    @property
    def words(self) -> str:
        return f"anyone ({self.why})"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
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

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Refuses whoever does not administer the platform (AdministratorRequired)."""
        if not caller.administers:
            raise AdministratorRequired


@dataclass(frozen=True, slots=True)
class Person:
    """About the calling person, whoever that is."""

    @property
    def words(self) -> str:
        return "the person"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
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
    archived: bool = False

    @property
    def words(self) -> str:
        return f"{_words(self.right)} {self.field}{_where(archived=self.archived)}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchFolder, or Forbidden."""
        folder = getattr(command, self.field)
        if folder is not None:
            reach.doors.folder_and_place(caller, folder, self.right, archived=self.archived)


@dataclass(frozen=True, slots=True)
class OnArchive:
    """The same, in the archive or, for what was archived from there, in the tree."""

    right: Right
    field: str

    @property
    def words(self) -> str:
        return f"{_words(self.right)} {self.field}, archived or not"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchFolder, or Forbidden."""
        folder = getattr(command, self.field)
        if folder is not None:
            reach.doors.archive_and_place(caller, folder, self.right)


@dataclass(frozen=True, slots=True)
class OnFile:
    """A right on the file whose id the command holds under `field`."""

    right: Right
    field: str
    archived: bool = False

    @property
    def words(self) -> str:
        return f"{_words(self.right)} {self.field}{_where(archived=self.archived)}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchFile, or Forbidden."""
        reach.doors.file_and_place(caller, getattr(command, self.field), self.right, archived=self.archived)


@dataclass(frozen=True, slots=True)
class OnLock:
    """Ending the lock on the file whose id the command holds under `field`."""

    field: str

    @property
    def words(self) -> str:
        return f"holding the lock on {self.field}, or its space"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchFile, or FileLocked."""
        reach.doors.file_to_release(caller, getattr(command, self.field))


@dataclass(frozen=True, slots=True)
class OnSelection:
    """A right on each of the `files` and in each of the `folders` whose ids the command holds."""

    right: Right

    @property
    def words(self) -> str:
        return f"{_words(self.right)} each of files and folders"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchFile, NoSuchFolder, or Forbidden."""
        for file in getattr(command, "files"):  # noqa: B009 - commands differ: each that is declared with this has it
            reach.doors.file(caller, file, self.right)
        for folder in getattr(command, "folders"):  # noqa: B009
            reach.doors.folder(caller, folder, self.right)


@dataclass(frozen=True, slots=True)
class OnUpload:
    """Having begun the upload whose key the command holds under `field`; without a key, sight of `folder`."""

    field: str
    folder: str | None = None

    @property
    def words(self) -> str:
        begun = f"having begun {self.field}"
        return begun if self.folder is None else f"sight of {self.folder}, or {begun}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Refuses whoever did not (NoSuchUpload); goes through the doors (NoSuchFolder)."""
        key = getattr(command, self.field)
        if key is not None:
            own_upload(reach.uploads, caller, key)
        elif self.folder is not None:
            reach.doors.folder(caller, getattr(command, self.folder), Right.NONE)


@dataclass(frozen=True, slots=True)
class OnFileToCome:
    """A right on the file whose id the command holds under `field`, or having been promised that id."""

    right: Right
    field: str

    @property
    def words(self) -> str:
        return f"{_words(self.right)} {self.field}, or having been promised it"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchFile, or Forbidden."""
        file = getattr(command, self.field)
        promised = reach.uploads.promised(file)
        if promised is None or promised.finished_at is not None or not promised.is_of(caller):
            reach.doors.file(caller, file, self.right)


@dataclass(frozen=True, slots=True)
class OnInvitation:
    """Inviting to the folder of the invitation whose id the command holds under `field`."""

    field: str

    @property
    def words(self) -> str:
        return f"{_words(Right.SHARE)} folder of {self.field}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchInvitation, also for who does not see the folder; or Forbidden."""
        invitation = reach.invitations.find(getattr(command, self.field))
        if invitation is None:
            raise NoSuchInvitation
        try:
            reach.doors.folder(caller, invitation.folder, Right.SHARE)
        except Unknown:
            raise NoSuchInvitation from None


@dataclass(frozen=True, slots=True)
class GivingOn:
    """Saying who has which right in the folder whose id the command holds under `field`."""

    field: str

    @property
    def words(self) -> str:
        return f"giving rights on {self.field}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchFolder, or RightsNotYours."""
        reach.doors.folder_to_give(caller, getattr(command, self.field))


@dataclass(frozen=True, slots=True)
class OnEntry:
    """The same, in the folder of the entry whose id the command holds under `field`."""

    field: str

    @property
    def words(self) -> str:
        return f"giving rights on the folder of {self.field}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchRight, or RightsNotYours."""
        reach.doors.entry_to_give(caller, getattr(command, self.field))


@dataclass(frozen=True, slots=True)
class OnTrash:
    """Reach of the entry of the trash whose id the command holds under `field`."""

    field: str

    @property
    def words(self) -> str:
        return f"reach of {self.field} in the trash"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Refuses whoever neither deleted it nor holds the space that it came from (NoSuchTrash)."""
        reach_entry(reach.trash, caller, getattr(command, self.field))


@dataclass(frozen=True, slots=True)
class InGroup:
    """Sight of the group whose id the command holds under `field`: for those who administer it or are in it."""

    field: str

    @property
    def words(self) -> str:
        return f"sight of {self.field}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Refuses whoever has nothing to do with it (NoSuchGroup)."""
        if not sees_group(reach.groups, caller, getattr(command, self.field)):
            raise NoSuchGroup


@dataclass(frozen=True, slots=True)
class OverGroup:
    """Administering the group whose id the command holds under `field`: for its delegates and administrators."""

    field: str

    @property
    def words(self) -> str:
        return f"administering {self.field}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Refuses members (Forbidden), and others (NoSuchGroup)."""
        group = getattr(command, self.field)
        if administers_group(reach.groups, caller, group):
            return
        raise Forbidden if sees_group(reach.groups, caller, group) else NoSuchGroup


@dataclass(frozen=True, slots=True)
class OverGroupOf:
    """Administering the group of the delegate whose id the command holds under `field`."""

    field: str

    @property
    def words(self) -> str:
        return f"administering the group of {self.field}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Refuses whoever does not (NoSuchDelegate)."""
        delegate = reach.groups.find_delegate(getattr(command, self.field))
        if delegate is None or not administers_group(reach.groups, caller, delegate.group):
            raise NoSuchDelegate


def must_hold(caller: Caller, given: Scopes) -> None:
    """Nobody gives what they do not hold (decisions.md). Raises BeyondOwnScopes naming the words."""
    lacking = given - caller.scopes
    if lacking:
        raise BeyondOwnScopes(needed=str(lacking), required=lacking.words())


def _where(*, archived: bool) -> str:
    return ", archived" if archived else ""


def _words(right: Right) -> str:
    return f"{right.name.lower()} on" if right and right.name else "sight of"
