"""What the use cases ask of the outside: Protocols only. Storage and the workshop answer them; assembly joins both.

A use case reads `(work, caller, command) -> value`. `Work` is one transaction: everything read and written through it
is seen together and kept together.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from jeton.kernel.access import Access
from jeton.kernel.activity import Activity
from jeton.kernel.applications import Application, Secret
from jeton.kernel.archive import Archive
from jeton.kernel.blobs import BlobReader, Blobs, BlobWriter, Download, Inflow, Picture, Receipt
from jeton.kernel.browsers import Browsers
from jeton.kernel.caller import Caller, Origin
from jeton.kernel.configuration import MailServer, Seals
from jeton.kernel.consents import Consents
from jeton.kernel.doors import Doors
from jeton.kernel.entries import Entries
from jeton.kernel.factors import Factors, NewPasskey, Passkey
from jeton.kernel.file_tokens import FileTokens
from jeton.kernel.groups import Groups
from jeton.kernel.ids import BlobId, ClientId, PrincipalId
from jeton.kernel.invitations import Invitations
from jeton.kernel.issued import Bearers, IssuedTokens
from jeton.kernel.kept_answers import KeptAnswers
from jeton.kernel.locks import Locks
from jeton.kernel.logs import Logs
from jeton.kernel.mail import Mail, Queued
from jeton.kernel.metering import RequestCounts
from jeton.kernel.people import User
from jeton.kernel.previews import ContentKind, Drawn, Previews
from jeton.kernel.problems import Fact
from jeton.kernel.scopes import Scopes
from jeton.kernel.sessions import LoginSession, LoginSessions
from jeton.kernel.signing import SigningKeys
from jeton.kernel.trash import Trash
from jeton.kernel.tree import Strictness
from jeton.kernel.treeport import BlobLedger, Tree
from jeton.kernel.uploads import Uploads
from jeton.kernel.versions import Versions
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint

T = TypeVar("T")


class Audit(Protocol):
    """The journal of acts. A line is written in the transaction of the act it tells."""

    def record(self, caller: Caller, action: str, subject: str, **facts: Fact) -> None:
        """Write that `caller` did `action` (`application.created`) to `subject` (an id, as text)."""

    def refused(self, caller: Caller, action: str, subject: str, code: str, **facts: Fact) -> None:
        """Write that `caller` was refused something, and the refusal's code."""


class People(Protocol):
    """Accounts."""

    def find(self, user: PrincipalId) -> User | None:
        """The account under this id."""

    def find_by_identifier(self, identifier: str) -> User | None:
        """The account with this login, or with this e-mail address when one account alone has it."""

    def page(self, *, search: str, offset: int, limit: int) -> Sequence[User]:
        """Accounts by login, those whose login, names or address hold `search`."""

    def count(self, *, search: str = "") -> int:
        """How many `page` would give in all."""

    def count_active_administrators(self) -> int:
        """Administrators who can act, and whose account has no end."""

    def taken_login(self, login: str, *, besides: PrincipalId | None = None) -> bool:
        """Whether another account has this login, compared caseless."""

    def add(self, user: User) -> None:
        """Keep a new account; its id and private root were made before."""

    def change(self, user: User) -> None:
        """Keep an account's new values (the password's hash excepted)."""

    def set_password(self, user: PrincipalId, password_hash: str) -> None:
        """Keep the hash of a newly chosen password."""

    def remove(self, user: PrincipalId) -> None:
        """Forget the account; its id is never given again."""

    def picture(self, user: PrincipalId) -> bytes | None:
        """The person's picture as PNG."""

    def set_picture(self, user: PrincipalId, png: bytes | None) -> None:
        """Keep, or forget, the picture."""

    def new_id(self) -> PrincipalId:
        """The next number of the space that users, groups and applications share."""


class Applications(Protocol):
    """Registered applications and their secrets."""

    def all(self) -> Sequence[Application]:
        """Every application, by name."""

    def find(self, client_id: ClientId) -> Application | None:
        """The application with this client_id."""

    def public_callbacks(self, client_id: ClientId | None) -> Sequence[str]:
        """The callbacks of public applications that are not suspended: of this one, or (None) of all."""

    def of_principal(self, principal: PrincipalId) -> Application | None:
        """The Server application that acts as this principal."""

    def taken_name(self, name: str, *, besides: ClientId | None = None) -> bool:
        """Whether another application has this name, compared without case and accents."""

    def add(self, application: Application) -> None:
        """Keep a new application, and the principal of a Server one."""

    def change(self, application: Application) -> None:
        """Keep an application's new values."""

    def remove(self, application: Application) -> None:
        """Forget it with its secrets and tokens."""

    def logo(self, client_id: ClientId) -> bytes | None:
        """The logo as PNG."""

    def set_logo(self, application: Application, png: bytes | None) -> None:
        """Keep, or forget, the logo."""

    def secrets(self, application: Application) -> Sequence[Secret]:
        """Its secrets, ended ones too, the newest first."""

    def add_secret(self, application: Application, secret: Secret, digest: bytes) -> None:
        """Keep a new secret's digest."""

    def used(self, client_id: ClientId, secret_id: int, at: Instant) -> None:
        """Note that an application, and which of its secrets, was used."""

    def end_secret(self, application: Application, secret_id: int, at: Instant) -> bool:
        """End one secret at an instant, unless it ends before; whether it was there and live."""


class Tickets(Protocol):
    """Things that may happen once: the set-up link, first-password links, the console's single-use forms."""

    def issue(self, kind: str, digest: bytes, *, subject: str, expires_at: Instant) -> None:
        """Keep a new ticket."""

    def peek(self, kind: str, digest: bytes, now: Instant) -> str | None:
        """The subject of a ticket that could be claimed now."""

    def claim(self, kind: str, digest: bytes, now: Instant) -> str | None:
        """Spend it: its subject, or None when it is unknown, spent or over. One conditional UPDATE decides."""

    def live(self, kind: str, *, subject: str, now: Instant) -> int:
        """How many of a kind and subject could be claimed now."""

    def withdraw(self, kind: str, *, subject: str | None = None) -> None:
        """Void the unspent ones of a kind, or of a kind and subject."""


class Guesses(Protocol):
    """The guessing limiter: misses counted per key (an account, an address), in the database."""

    def wait_s(self, keys: Sequence[str], now: Instant) -> int:
        """Seconds until another try is taken for all these keys; 0 when now."""

    def missed(self, keys: Sequence[str], now: Instant) -> None:
        """Count a miss for each key."""

    def forget(self, key: str) -> None:
        """A right answer clears its account's count."""


class Platform(Protocol):
    """The platform's own few settings, kept in the database (name, language)."""

    def value(self, name: str) -> str | None:
        """One setting."""

    def keep(self, name: str, value: str) -> None:
        """Set one."""


class Work(Protocol):
    """One transaction, and all that a use case may do within it."""

    @property
    def now(self) -> Instant: ...
    @property
    def mint(self) -> Mint: ...
    @property
    def names(self) -> Strictness: ...
    @property
    def password_login(self) -> bool: ...
    @property
    def doors(self) -> Doors: ...
    @property
    def tree(self) -> Tree: ...
    @property
    def trash(self) -> Trash: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def entries(self) -> Entries: ...
    @property
    def locks(self) -> Locks: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def blobs(self) -> BlobLedger: ...
    @property
    def file_tokens(self) -> FileTokens: ...
    @property
    def previews(self) -> Previews: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def people(self) -> People: ...
    @property
    def groups(self) -> Groups: ...
    @property
    def applications(self) -> Applications: ...
    @property
    def tokens(self) -> IssuedTokens: ...
    @property
    def bearers(self) -> Bearers: ...
    @property
    def login_sessions(self) -> LoginSessions: ...
    @property
    def browsers(self) -> Browsers: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def guesses(self) -> Guesses: ...
    @property
    def request_counts(self) -> RequestCounts: ...
    @property
    def kept_answers(self) -> KeptAnswers: ...
    @property
    def platform(self) -> Platform: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def logs(self) -> Logs: ...
    @property
    def activity(self) -> Activity: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def access(self) -> Access: ...
    @property
    def factors(self) -> Factors: ...
    @property
    def mail(self) -> Mail: ...
    @property
    def seals(self) -> Seals: ...
    @property
    def signing(self) -> SigningKeys: ...

    origin: Origin | None
    """Where the request came from, set by the door that took it; None for commands and jobs. Lines tell it."""

    def afresh(self) -> "Work":
        """The same transaction, without what `doors` found in it before: for who looks again after a change."""


class Note(Protocol):
    """A fact observed on the way (last use, session seen, refusal): written by a later batch, never waited for."""

    @property
    def subject(self) -> tuple[str, int] | None:
        """What it is about: at most one note a minute is kept for each subject. None: each one counts."""

    def write(self, work: Work) -> None:
        """Keep it."""


class Works(Protocol):
    """Where a use case runs. Reads see one snapshot; writes are kept when, and only when, the answer says so."""

    def read(self, use: Callable[[Work], T], *, long: bool = False) -> Awaitable[T]:
        """Run on a read-only transaction; `long` ones on a thread of their own."""

    def write(self, use: Callable[[Work], T]) -> Awaitable[T]:
        """Run in the writer's transaction; resolved after its COMMIT. A Problem raised undoes this work alone.

        Raises: Busy (the queue is full, or the store is unhealthy); NoSpace (a full disk). Nothing was kept then.
        """

    def note(self, note: Note) -> None:
        """Hand over a fact to be written some time."""


class Workshop(Protocol):
    """Slow work outside any transaction, in a bounded pool: for `prepare` steps only."""

    def hash_password(self, password: str) -> str:
        """argon2id of a password."""

    def verify_password(self, password_hash: str, password: str) -> bool:
        """Whether it is the one; equal work when the hash is empty."""

    def is_common_password(self, password: str) -> bool:
        """Whether it is among those that guessers try first (for `kernel.passwords.password_fault`)."""

    def picture(self, content: bytes, *, smallest: int, side: int, field: str = "logo") -> bytes:
        """A picture decoded in a bounded child process, squared to `side` pixels and encoded anew as PNG.

        `field` is the member that a refusal names. Raises: Invalid (`picture_unreadable`, `picture_too_small`).
        """

    def kind_of(self, head: bytes) -> ContentKind:
        """What a file is, by its first bytes alone."""

    def draw(self, kind: ContentKind, content: bytes, side: int) -> Drawn | None:
        """A drawing of a file in a bounded child process, `side` pixels a side at most, and what it tells of itself.

        A text with a side of 0 gives its beginning. None when nothing can be drawn. Raises Busy.
        """

    def complete(self, blob: BlobId, size_bytes: int) -> Receipt:
        """Make a blob of what came in piece by piece, as `Blobs.complete`."""

    def totp_step(self, seed: str, code: str, now: Instant) -> int | None:
        """The step of 30 seconds, at most one from now, whose code this is. Source: RFC 6238 sections 4 and 5.2."""

    def new_passkey(self, response: str, challenge: str) -> NewPasskey:
        """What a browser answered when it was asked to make a passkey, verified. Raises BadFactor."""

    def passkey_count(self, passkey: Passkey, response: str, challenge: str, *, is_alone: bool) -> int:
        """The count of uses that a shown passkey tells, its signature verified; `is_alone` asks that the device knew
        its person. Raises BadFactor.
        """

    def hand_over(self, server: MailServer, mail: Queued, *, name: str, now: Instant) -> str:
        """Put a mail of the platform `name` into words, give it to its server; what that said. Raises MailFailed."""


__all__ = [
    "Applications", "Audit", "Bearers", "BlobLedger", "BlobReader", "BlobWriter", "Blobs", "Download", "Guesses",
    "Inflow", "IssuedTokens", "LoginSession", "LoginSessions", "Note", "People", "Picture", "Platform", "Receipt",
    "Scopes", "Tickets", "Tree", "Work", "Works", "Workshop",
]  # fmt: skip
