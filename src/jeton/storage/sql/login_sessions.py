"""Login sessions of the console: `kernel.ports.LoginSessions` in SQL. Only a digest of the cookie is kept."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update

from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import LoginSession
from jeton.kit.clock import Instant
from jeton.storage.sql.schema.people import login_sessions
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_NO_SESSION: Final = 0


def _login_session(
    number: int,
    user: int,
    digest: bytes,
    csrf: str,
    started_at: Instant,
    seen_at: Instant,
    proved_at: Instant,
    user_agent: str,
) -> LoginSession:
    return LoginSession(
        id=number,
        user=PrincipalId(user),
        digest=digest,
        csrf=csrf,
        started_at=started_at,
        seen_at=seen_at,
        proved_at=proved_at,
        user_agent=user_agent,
    )


_SESSIONS: Final = select(
    login_sessions.c.id,
    login_sessions.c.user_id,
    login_sessions.c.digest,
    login_sessions.c.csrf,
    login_sessions.c.started_at,
    login_sessions.c.seen_at,
    login_sessions.c.proved_at,
    login_sessions.c.user_agent,
)
FIND = Sql(_SESSIONS.where(login_sessions.c.id == bindparam("id")), _login_session)
OF_USER = Sql(
    _SESSIONS.where(login_sessions.c.user_id == bindparam("user_id")).order_by(
        login_sessions.c.seen_at.desc(), login_sessions.c.id
    ),
    _login_session,
)
ADD = Sql(insert(login_sessions))
SEEN = Sql(
    update(login_sessions)
    .where(login_sessions.c.id == bindparam("id"), login_sessions.c.seen_at < bindparam("seen_at"))
    .values(seen_at=bindparam("seen_at")),
)
PROVED = Sql(
    update(login_sessions).where(login_sessions.c.id == bindparam("id")).values(proved_at=bindparam("proved_at")),
)
END = Sql(delete(login_sessions).where(login_sessions.c.id == bindparam("id")))
END_OF_USER = Sql(
    delete(login_sessions).where(
        login_sessions.c.user_id == bindparam("user_id"), login_sessions.c.id != bindparam("besides")
    ),
)
SWEEP = Sql(
    delete(login_sessions).where(
        login_sessions.c.id.in_(
            select(login_sessions.c.id).where(login_sessions.c.seen_at < bindparam("before")).limit(bindparam("limit"))
        )
    ),
)


class SqlLoginSessions:
    """See `kernel.ports.LoginSessions`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, session_id: int) -> LoginSession | None:
        return self._session.one(FIND, id=session_id)

    def of_user(self, user: PrincipalId) -> Sequence[LoginSession]:
        return self._session.all(OF_USER, user_id=user)

    def add(self, session: LoginSession) -> None:
        self._session.run(
            ADD,
            id=session.id,
            user_id=session.user,
            digest=session.digest,
            csrf=session.csrf,
            started_at=session.started_at,
            seen_at=session.seen_at,
            proved_at=session.proved_at,
            user_agent=session.user_agent,
        )

    def seen(self, session_id: int, now: Instant) -> None:
        self._session.run(SEEN, id=session_id, seen_at=now)

    def proved(self, session_id: int, now: Instant) -> None:
        self._session.run(PROVED, id=session_id, proved_at=now)

    def end(self, session_id: int) -> None:
        self._session.run(END, id=session_id)

    def end_of_user(self, user: PrincipalId, *, besides: int | None = None) -> int:
        return self._session.run(END_OF_USER, user_id=user, besides=_NO_SESSION if besides is None else besides)
