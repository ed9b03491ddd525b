"""One transaction and everything within it: the ports of the kernel, each made when it is first asked for."""

from jeton.kernel.caller import Origin
from jeton.kernel.configuration import Seals
from jeton.kernel.doors import Doors
from jeton.kernel.tree import Strictness
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.storage.keys import NO_KEYS
from jeton.storage.sql.access import SqlAccess
from jeton.storage.sql.activity import SqlActivity
from jeton.storage.sql.applications import SqlApplications
from jeton.storage.sql.archive import SqlArchive
from jeton.storage.sql.audit import SqlAudit
from jeton.storage.sql.blobs import SqlBlobLedger
from jeton.storage.sql.browsers import SqlBrowsers
from jeton.storage.sql.consents import SqlConsents
from jeton.storage.sql.factors import SqlFactors
from jeton.storage.sql.file_tokens import SqlFileTokens
from jeton.storage.sql.groups import SqlGroups
from jeton.storage.sql.guesses import SqlGuesses
from jeton.storage.sql.invitations import SqlInvitations
from jeton.storage.sql.kept_answers import SqlKeptAnswers
from jeton.storage.sql.locks import SqlLocks
from jeton.storage.sql.login_sessions import SqlLoginSessions
from jeton.storage.sql.logs import SqlLogs
from jeton.storage.sql.mail import SqlMail
from jeton.storage.sql.oauth2 import SqlAuthorization
from jeton.storage.sql.people import SqlPeople
from jeton.storage.sql.platform import SqlPlatform
from jeton.storage.sql.previews import SqlPreviews
from jeton.storage.sql.request_counts import SqlRequestCounts
from jeton.storage.sql.rights import SqlEntries
from jeton.storage.sql.session import Session
from jeton.storage.sql.signing import SqlSigningKeys
from jeton.storage.sql.tickets import SqlTickets
from jeton.storage.sql.tokens import SqlBearers, SqlIssuedTokens
from jeton.storage.sql.trash import SqlTrash
from jeton.storage.sql.tree import SqlTree
from jeton.storage.sql.uploads import SqlUploads
from jeton.storage.sql.versions import SqlVersions


class SqlWork:
    """Satisfies kernel.ports.Work. Built anew for each use case, so building it must cost next to nothing."""

    __slots__ = ("_doors", "_session", "mint", "names", "now", "origin", "password_login", "seals")

    def __init__(
        self,
        session: Session,
        now: Instant,
        mint: Mint,
        names: Strictness = Strictness.STRICT,
        seals: Seals = NO_KEYS,
        password_login: bool = False,  # noqa: FBT001, FBT002 - handed through, as the operator set it
    ) -> None:
        self._session = session
        self._doors: Doors | None = None
        self.now = now
        self.mint = mint
        self.names = names
        self.password_login = password_login
        self.seals = seals
        self.origin: Origin | None = None

    @property
    def doors(self) -> Doors:
        """One set of doors for the whole work: what was found once stays found."""
        if self._doors is None:
            self._doors = Doors(SqlTree(self._session, self.mint), SqlEntries(self._session))
        return self._doors

    def afresh(self) -> "SqlWork":
        return SqlWork(self._session, self.now, self.mint, self.names, self.seals, self.password_login)

    @property
    def tree(self) -> SqlTree:
        return SqlTree(self._session, self.mint)

    @property
    def trash(self) -> SqlTrash:
        return SqlTrash(self._session, self.mint)

    @property
    def versions(self) -> SqlVersions:
        return SqlVersions(self._session, self.mint)

    @property
    def entries(self) -> SqlEntries:
        return SqlEntries(self._session)

    @property
    def locks(self) -> SqlLocks:
        return SqlLocks(self._session)

    @property
    def archive(self) -> SqlArchive:
        return SqlArchive(self._session, self.mint)

    @property
    def blobs(self) -> SqlBlobLedger:
        return SqlBlobLedger(self._session)

    @property
    def file_tokens(self) -> SqlFileTokens:
        return SqlFileTokens(self._session)

    @property
    def previews(self) -> SqlPreviews:
        return SqlPreviews(self._session)

    @property
    def uploads(self) -> SqlUploads:
        return SqlUploads(self._session)

    @property
    def people(self) -> SqlPeople:
        return SqlPeople(self._session)

    @property
    def groups(self) -> SqlGroups:
        return SqlGroups(self._session)

    @property
    def applications(self) -> SqlApplications:
        return SqlApplications(self._session)

    @property
    def tokens(self) -> SqlIssuedTokens:
        return SqlIssuedTokens(self._session)

    @property
    def bearers(self) -> SqlBearers:
        return SqlBearers(self._session)

    @property
    def login_sessions(self) -> SqlLoginSessions:
        return SqlLoginSessions(self._session)

    @property
    def browsers(self) -> SqlBrowsers:
        return SqlBrowsers(self._session)

    @property
    def tickets(self) -> SqlTickets:
        return SqlTickets(self._session)

    @property
    def guesses(self) -> SqlGuesses:
        return SqlGuesses(self._session)

    @property
    def request_counts(self) -> SqlRequestCounts:
        return SqlRequestCounts(self._session)

    @property
    def kept_answers(self) -> SqlKeptAnswers:
        return SqlKeptAnswers(self._session)

    @property
    def platform(self) -> SqlPlatform:
        return SqlPlatform(self._session)

    @property
    def audit(self) -> SqlAudit:
        return SqlAudit(self._session, self.now, self.mint, self.origin)

    @property
    def logs(self) -> SqlLogs:
        return SqlLogs(self._session)

    @property
    def activity(self) -> SqlActivity:
        return SqlActivity(self._session)

    @property
    def consents(self) -> SqlConsents:
        return SqlConsents(self._session)

    @property
    def invitations(self) -> SqlInvitations:
        return SqlInvitations(self._session)

    @property
    def access(self) -> SqlAccess:
        return SqlAccess(self._session)

    @property
    def factors(self) -> SqlFactors:
        return SqlFactors(self._session)

    @property
    def mail(self) -> SqlMail:
        return SqlMail(self._session, self.now, self.mint, self.seals)

    @property
    def signing(self) -> SqlSigningKeys:
        return SqlSigningKeys(self._session, self.seals, self.now, self.mint)

    @property
    def authorization(self) -> SqlAuthorization:
        """What the authorization server asks; handed to it by assembly, since the kernel does not know it."""
        address = "" if self.origin is None else self.origin.address
        return SqlAuthorization(self._session, self.audit, self.mail, self.signing, address)

    @property
    def session(self) -> Session:
        """For storage's own jobs (sweeping), never for a slice: the kernel's `Work` does not show it."""
        return self._session
