"""The journal of acts as its readers see it: each act has a name and a sentence here, and nothing else is written.

Pure, apart from the Protocol that storage answers. Lines are written through `work.audit`, in the act's transaction.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.problems import Unknown
from jeton.kit.clock import DAY, Instant
from jeton.kit.text import sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Platform, Work

LOG_DAYS: Final = "log_days"
"""The platform's setting: how many days lines are kept; 0 keeps them for ever."""

DEFAULT_LOG_DAYS: Final = 365

ACTIONS: Final = {
    "access.changed": sentence("Changed days and addresses"),
    "access.lifted": sentence("Lifted the restrictions of days and addresses"),
    "account.changed": sentence("Changed their own account"),
    "application.changed": sentence("Changed an application"),
    "application.created": sentence("Registered an application"),
    "application.deleted": sentence("Deleted an application"),
    "application.resumed": sentence("Resumed an application"),
    "application.suspended": sentence("Suspended an application"),
    "application.tokens_revoked": sentence("Revoked all tokens of an application"),
    "call.refused": sentence("Was refused a call"),
    "client.refused": sentence("An application failed to prove itself"),
    "device.refused": sentence("Refused a device"),
    "delegate.changed": sentence("Handed a group to another delegate"),
    "delegate.created": sentence("Made somebody a delegate of a group"),
    "delegate.deleted": sentence("Took a group from a delegate"),
    "file.archived": sentence("Put a file in the archive"),
    "file.unarchived": sentence("Brought a file back from the archive"),
    "file.changed": sentence("Changed a file"),
    "consent.given": sentence("Allowed an application to act for them"),
    "consent.refused": sentence("Refused an application"),
    "consent.trusted": sentence("Was taken to a trusted application without being asked"),
    "consent.narrowed": sentence("Took back a part of an application's access"),
    "consent.withdrawn": sentence("Took an application's access back"),
    "factor.codes_made": sentence("Made new recovery codes"),
    "factor.code_spent": sentence("Used a recovery code"),
    "factor.passkey_added": sentence("Added a passkey"),
    "factor.passkey_removed": sentence("Removed a passkey"),
    "factor.taken_off": sentence("Took somebody's second factor off"),
    "factor.totp_begun": sentence("Began to set up codes by an application"),
    "factor.totp_removed": sentence("Removed codes by an application"),
    "factor.totp_set": sentence("Set up codes by an application"),
    "file.copied": sentence("Copied a file"),
    "file.created": sentence("Added a file"),
    "file.downloaded": sentence("Downloaded a file"),
    "file.destroyed": sentence("Destroyed a file"),
    "file.moved": sentence("Moved a file"),
    "file.token_made": sentence("Made a link to a file, for one use"),
    "file.token_used": sentence("Opened a file by a link"),
    "file.purged": sentence("Was in a purged folder long enough"),
    "file.trashed": sentence("Deleted a file"),
    "file.version_added": sentence("Added a version of a file"),
    "file.version_deleted": sentence("Deleted an old version of a file"),
    "file.version_restored": sentence("Restored an old version of a file"),
    "file.versions_pruned": sentence("Had more old versions, or older ones, than are kept"),
    "folder.archived": sentence("Put a folder in the archive"),
    "folder.unarchived": sentence("Brought a folder back from the archive"),
    "folder.changed": sentence("Changed a folder"),
    "folder.copied": sentence("Copied a folder"),
    "folder.created": sentence("Created a folder"),
    "folder.destroyed": sentence("Destroyed a folder"),
    "folder.moved": sentence("Moved a folder"),
    "folder.trashed": sentence("Deleted a folder"),
    "group.changed": sentence("Changed a group"),
    "group.created": sentence("Created a group"),
    "group.deleted": sentence("Deleted a group"),
    "invitation.changed": sentence("Changed an invitation"),
    "invitation.created": sentence("Invited somebody to a folder"),
    "invitation.taken_up": sentence("Took up an invitation"),
    "invitation.withdrawn": sentence("Withdrew an invitation"),
    "journal.accepted": sentence("Accepted the journal as it is, after a loss"),
    "lock.broken": sentence("Ended somebody else's lock on a file"),
    "lock.released": sentence("Released a lock on a file"),
    "lock.taken": sentence("Locked a file"),
    "login": sentence("Signed in"),
    "login.refused": sentence("Failed to sign in"),
    "logout": sentence("Signed out"),
    "mail.given_up": sentence("Gave up a mail"),
    "mail.tested": sentence("Sent a test mail"),
    "platform.configured": sentence("Changed the settings"),
    "platform.set_up": sentence("Set the platform up"),
    "right.changed": sentence("Changed rights on a folder"),
    "right.given": sentence("Gave rights on a folder"),
    "right.withdrawn": sentence("Took rights on a folder back"),
    "secret.created": sentence("Made a secret for an application"),
    "secret.ended": sentence("Ended a secret of an application"),
    "session.ended": sentence("Ended login sessions"),
    "token.issued": sentence("Obtained a token"),
    "token.leaked": sentence("Showed a token where logs keep it: it was revoked"),
    "token.reused": sentence("Showed a code or token again, or another application's: it was all revoked"),
    "token.revoked": sentence("Revoked a token"),
    "trash.destroyed": sentence("Destroyed what lay in the trash"),
    "trash.emptied": sentence("Emptied their trash"),
    "trash.purged": sentence("Was kept in the trash long enough"),
    "trash.restored": sentence("Restored from the trash"),
    "upload.cancelled": sentence("Cancelled an upload"),
    "upload.expired": sentence("Was left unfinished: an upload"),
    "upload.opened": sentence("Began an upload"),
    "user.changed": sentence("Changed a user"),
    "user.created": sentence("Created a user"),
    "user.deleted": sentence("Deleted a user"),
    "user.tokens_revoked": sentence("Revoked all tokens that acted as a person"),
    "user.password_changed": sentence("Changed a password"),
    "user.reset_asked": sentence("Asked for a new password"),
    "user.password_link": sentence("Made a link to choose a password"),
    "user.picture_changed": sentence("Changed a picture"),
    "user.picture_removed": sentence("Removed a picture"),
}
"""Every act, by name, and what is said of it. A test holds that no other name is written."""


class NoSuchLog(Unknown):
    """No line under this id."""

    code = "no_such_log"
    sentence = sentence("There is no such line in the journal.")


class LogEntry(NamedTuple):
    """One line. `code` is that of a refusal, empty for what was done; `facts` as they were written."""

    id: int
    at: Instant
    action: str
    actor: int
    actor_kind: str
    actor_name: str
    on_behalf_by: str
    client_id: str
    subject: str
    facts: dict[str, object]
    code: str
    address: str
    user_agent: str
    request_id: str


class SealedEnd(NamedTuple):
    """The last sealed block, by its number and the hash by which it is known again elsewhere (`kernel.sealing`)."""

    number: int
    hash: bytes


class LogFilter(NamedTuple):
    """Which lines; what is None or empty asks for nothing. Times are half open: since <= at < before."""

    actor: int | None = None
    action: str = ""
    subject: str = ""
    client_id: str = ""
    is_refused: bool | None = None
    since: Instant | None = None
    before: Instant | None = None
    below_id: int | None = None
    """Only lines older than this one: pages stay put while new lines come."""


class Logs(Protocol):
    """The journal, read. Whoever calls has been found to administer."""

    def find(self, entry: int) -> LogEntry | None:
        """One line."""

    def page(self, wanted: LogFilter, *, offset: int, limit: int) -> Sequence[LogEntry]:
        """Lines, the newest first."""

    def end(self) -> SealedEnd | None:
        """How far the journal is sealed."""

    def forget(self, before: Instant, limit: int) -> int:
        """Take away the oldest lines from before an instant, at most `limit`; how many.

        What the journal's last block does not give up (`kernel.sealing`) stays.
        """


def log_days(platform: "Platform") -> int:
    """How many days lines are kept; 0: for ever."""
    kept = platform.value(LOG_DAYS)
    return int(kept) if kept is not None and kept.isdecimal() else DEFAULT_LOG_DAYS


def forget_old(work: "Work", limit: int) -> int:
    """Take away lines that are older than the platform keeps them, at most `limit`; how many."""
    days = log_days(work.platform)
    return work.logs.forget(work.now - days * DAY, limit) if days else 0
