"""Known browsers: `kernel.browsers.Browsers` in SQL. Only a digest of what they hold is kept."""

from sqlalchemy import bindparam, delete, insert, select, update

from jeton.kernel.browsers import MOST_MISSES
from jeton.kernel.ids import PrincipalId
from jeton.kit.clock import Instant
from jeton.storage.sql.schema.people import browsers
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_LIVE = (
    browsers.c.digest == bindparam("digest"),
    browsers.c.misses < MOST_MISSES,
    browsers.c.expires_at > bindparam("now"),
)

OWNER = Sql(select(browsers.c.user_id).where(*_LIVE), PrincipalId)
ADD = Sql(insert(browsers))
MISSED = Sql(update(browsers).where(*_LIVE).values(misses=browsers.c.misses + 1))
FORGIVE = Sql(update(browsers).where(browsers.c.digest == bindparam("digest")).values(misses=0))
REMOVE = Sql(delete(browsers).where(browsers.c.digest == bindparam("digest")))
END_OF_USER = Sql(delete(browsers).where(browsers.c.user_id == bindparam("user_id")))
SWEEP = Sql(
    delete(browsers).where(
        browsers.c.digest.in_(
            select(browsers.c.digest).where(browsers.c.expires_at < bindparam("before")).limit(bindparam("limit"))
        )
    ),
)


class SqlBrowsers:
    """See `kernel.browsers.Browsers`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def owner(self, digest: bytes, now: Instant) -> PrincipalId | None:
        return self._session.one(OWNER, digest=digest, now=now)

    def add(self, digest: bytes, user: PrincipalId, *, expires_at: Instant) -> None:
        self._session.run(ADD, digest=digest, user_id=user, misses=0, expires_at=expires_at)

    def missed(self, digest: bytes, now: Instant) -> bool:
        return self._session.run(MISSED, digest=digest, now=now) == 1

    def forgive(self, digest: bytes) -> None:
        self._session.run(FORGIVE, digest=digest)

    def remove(self, digest: bytes) -> None:
        self._session.run(REMOVE, digest=digest)

    def end_of_user(self, user: PrincipalId) -> None:
        self._session.run(END_OF_USER, user_id=user)
