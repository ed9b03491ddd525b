"""Who may do what, role by role: the matrix's second half. What should happen is worked out here and nowhere else.

`NEEDS` says of each operation what it asks, by hand, from decisions.md and the wire; `expected` holds that against the
independent model of rights (`testing.rights_model`). Neither looks at the declarations or at the doors.
"""

from typing import Final, NamedTuple

from jeton.families.users import service as users
from jeton.families.users.model import ChangeUser
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.tree import COMPANY_ROOT, Right
from jeton.testing.pictures import png
from jeton.testing.rights_model import FLAGS, Model
from jeton.testing.world import World

ROLES: Final = ("owner", "reader", "writer", "upload-only", "manager", "stranger", "administrator", "disabled")
SPACES: Final = ("company", "private")

_READING: Final = frozenset({"browse", "read", "download"})
_GIVEN: Final = {
    "writer": _READING | {"write", "edit", "delete"},
    "upload-only": frozenset({"browse", "write"}),
    "manager": frozenset(FLAGS),
    "disabled": frozenset(FLAGS),
}
"""Entries by name on the top of each space. The reader's come by a group, in which the one who uploads is too."""

# What an operation asks: a flag in the folder that it names ("folder"), or in the one that holds its file ("file"); to
# give rights there; to administer the platform; to be a person; nothing.
ADMINISTRATOR: Final = "administrator"
ANYBODY: Final = "anybody"
GIVES: Final = "gives rights"
SEES: Final = "sees"
RELEASES: Final = "file that somebody else has locked"
COMPANY: Final = "sees the company"
HOLDS: Final = "holds the space that the entry came from"
OTHERS: Final = "gave the token, which none of these did"
PROVES: Final = "shows the password of the person of the matrix, who none of these is"
BEGAN: Final = "began what is confirmed, which none of these did"
STARTED: Final = "began the upload, which none of these did"
SEATED: Final = "has the session, which none of these does"
MEMBER: Final = "administers or is in the group"

NEEDS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("account.read", "account.change", "account.picture", "account.set_picture", "account.remove_picture",
         "connections.tokens", "security.read", "sessions.list", "sessions.end_all",
         "login.log_out"), ANYBODY
    ),
    **dict.fromkeys(
        (
            "applications.list", "applications.create", "applications.read", "applications.change",
            "applications.delete", "applications.reset", "applications.tokens", "applications.revoke_token",
            "applications.users", "applications.withdraw", "applications.revoke",
            "users.list", "users.create", "users.read", "users.change", "users.delete", "users.picture", "users.quota",
            "users.set_picture", "users.remove_picture", "logs.list", "logs.read",
            "options.read", "options.change", "options.remove",
            "platform.configuration", "platform.configure", "platform.state", "platform.test_mail",
            "groups.create", "groups.delete", "delegates.add",
            "delegates.change", "delegates.remove",
        ),
        ADMINISTRATOR,
    ),
    **dict.fromkeys(
        ("account.reset_password", "applications.icon", "platform.public_configuration", "folders.roots", "roots.list",
         "groups.list", "files.download_by_token", "login.log_in"), ANYBODY
    ),
    **dict.fromkeys(("groups.read", "groups.change", "delegates.list", "delegates.read"), MEMBER),
    **dict.fromkeys(("rights.list", "rights.open", "rights.give", "rights.change", "rights.withdraw"), GIVES),
    **dict.fromkeys(("invitations.create", "invitations.invitable", "invitations.list", "invitations.change",
                     "invitations.withdraw"), "folder share"),
    **dict.fromkeys(("trash.list", "trash.empty"), ANYBODY),
    **dict.fromkeys(("trash.open", "trash.restore", "trash.destroy"), HOLDS),
    **dict.fromkeys(("security.start_totp", "security.remove_totp", "security.renew_codes",
                     "security.remove_passkey"), PROVES),
    "security.confirm_totp": BEGAN,
    "sessions.end": SEATED,
    "connections.revoke_token": OTHERS,
    "roots.open": COMPANY,
    "roots.portal": COMPANY,
    "folders.open": SEES,
    "folders.create": "folder write",
    "folders.change": "folder edit",
    "folders.delete": "folder delete",
    "files.upload": "folder write",
    "archives.archive_file": "file delete",
    "archives.archive_folder": "folder delete",
    "archives.add_folder": "folder write",
    "archives.open_file": "file read",
    "archives.download_file": "file download",
    "archives.open_folder": SEES,
    "archives.change_file": "file edit",
    "archives.change_folder": "folder edit",
    "archives.delete_file": "file delete",
    "archives.delete_folder": "folder delete",
    "archives.unarchive_file": "file delete",
    "archives.unarchive_folder": "folder delete",
    "activity.file": "file read",
    "activity.folder": SEES,
    "files.timeline": "file read",
    "folders.timeline": SEES,
    "files.recent": ANYBODY,
    "locks.open": "file read",
    "locks.list": "folder read",
    "locks.take": "file edit",
    "locks.release": RELEASES,
    **dict.fromkeys(("files.promise", "tus.open_or_close"), "folder write"),
    **dict.fromkeys(("files.put_stream", "tus.create", "tus.look", "tus.append", "tus.terminate"), STARTED),
    **dict.fromkeys(("files.cancel", "tus.options"), ANYBODY),
    "files.put": "file edit",
    "files.open": "file read",
    "files.change": "file edit",
    "files.delete": "file delete",
    "files.download": "file download",
    "files.token": "file download",
    "files.versions": "file read",
    "files.restore_version": "file edit",
    "files.delete_version": "file delete",
    "zips.fetch": "folder download",
    "files.copy": "file read+download+write",
    "folders.copy": "folder read+download+write",
    **dict.fromkeys(("paths.find", "paths.tell", "paths.within"), "file read"),
    "paths.quotas": SEES,
    **dict.fromkeys(("files.preview", "files.thumbnail", "files.infos"), "file read"),
}  # fmt: skip


_NOBODYS: Final = {
    OTHERS: (404, "no_such_token"),
    PROVES: (422, "bad_factor"),
    BEGAN: (404, "no_totp"),
    STARTED: (404, "no_such_upload"),
    SEATED: (404, "no_such_session"),
}
"""What nobody in these roles can do, and how it is refused."""


class Cell(NamedTuple):
    """Somebody, and in which space the sample lies."""

    role: str
    space: str


class Roles:
    """People in their roles, with the same entries on the company space and on the owner's private one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = {
            role: world.person(role, is_administrator=role == "administrator") for role in ROLES
        }  # the disabled one is so from its first token on: a token needs somebody who is there
        readers = world.group("Readers", members=[self.people["reader"], self.people["upload-only"]])
        self.tops: dict[str, FolderId] = {"company": COMPANY_ROOT, "private": self.people["owner"].private_root}
        entries: dict[tuple[int, int], frozenset[str]] = {
            (top, target): flags
            for top in self.tops.values()
            for target, flags in [
                (readers.id, _READING), *((self.people[role].id, flags) for role, flags in _GIVEN.items())
            ]
        }  # fmt: skip
        world.write(lambda work: _give(work, entries, by=self.people["owner"]))
        for person in self.people.values():
            world.write(lambda work, user=person.id: work.people.set_picture(user, png()))  # type: ignore[misc]
        members = frozenset(self.people[role].id for role in ("reader", "upload-only"))
        self._model = Model(parents=dict.fromkeys(self.tops.values()), groups={readers.id: members}, entries=entries)
        self._tokens: dict[tuple[str, str], str] = {}

    def token(self, role: str, scopes: str) -> str:
        """A token that an application got of the person in this role."""
        kept = self._tokens.get((role, scopes))
        if kept is None or (role != "disabled" and self.world.is_ended(kept)):
            if role == "disabled":
                self._set_active(self.people[role], is_active=True)
            self._tokens[role, scopes] = self.world.token(scopes, person=self.people[role])
            if role == "disabled":
                self._set_active(self.people[role], is_active=False)
        return self._tokens[role, scopes]

    def _set_active(self, person: User, *, is_active: bool) -> None:
        command = ChangeUser(user=person.id, is_active=is_active)
        self.world.write(lambda work: users.change(work, OPERATOR, command))

    def expected(self, operation: str, cell: Cell) -> tuple[int, str] | None:
        """The refusal that should come, as status and code; None for a success."""
        need = NEEDS[operation]
        if cell.role == "disabled":
            return 401, "invalid_token"
        if need in {ANYBODY, ADMINISTRATOR, MEMBER}:
            refused = None if need == ANYBODY or cell.role == "administrator" else (403, "administrator_required")
            return (404, "") if refused and need == MEMBER else refused
        if need in _NOBODYS:
            return _NOBODYS[need]
        if need == HOLDS:
            return None if self._holds(cell) else (404, "no_such_trash")
        if need == COMPANY:
            return None if self._rights(cell.role, "company") else (404, "no_such_root")
        return self._expected_there(need, self._rights(cell.role, cell.space), holds=self._holds(cell))

    def _expected_there(self, need: str, rights: frozenset[str], *, holds: bool) -> tuple[int, str] | None:
        if not rights or (need.startswith("file ") and "read" not in rights):
            return 404, ""
        if need == GIVES:
            return None if holds else (403, "rights_not_yours")
        if need == RELEASES:
            return None if holds else (403, "file_locked")
        flags = set(need.rpartition(" ")[2].split("+"))
        return None if need == SEES or flags <= rights else (403, "right_missing")

    def _holds(self, cell: Cell) -> bool:
        """Whether the space is theirs to govern: administrators the company's, the owner their private one."""
        return cell in {Cell("administrator", "company"), Cell("owner", "private")}

    def _rights(self, role: str, space: str) -> frozenset[str]:
        if self._holds(Cell(role, space)):
            return frozenset(FLAGS)
        return self._model.rights(self.people[role].id, self.tops[space])


def _give(work: Work, entries: dict[tuple[int, int], frozenset[str]], *, by: User) -> None:
    for (folder, target), words in entries.items():
        flags = Right.NONE
        for word in words:
            flags |= Right[word.upper()]
        work.entries.put(FolderId(folder), PrincipalId(target), flags, by=by.id, now=work.now)
