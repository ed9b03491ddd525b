"""Things that may happen once: `kernel.ports.Tickets` in SQL. Source: security.md R7."""

from typing import Final

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, tuple_, update

from jeton.kit.clock import Instant
from jeton.storage.sql.schema.people import tickets
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_CLAIMABLE: Final[tuple[ColumnElement[bool], ...]] = (
    tickets.c.kind == bindparam("kind"),
    tickets.c.digest == bindparam("digest"),
    tickets.c.claimed_at.is_(None),
    tickets.c.expires_at > bindparam("now"),
)

ISSUE = Sql(insert(tickets))
PEEK = Sql(select(tickets.c.subject).where(*_CLAIMABLE), str)
# The row that comes back is the row that changed: of two who claim at once, one gets it.
CLAIM = Sql(update(tickets).where(*_CLAIMABLE).values(claimed_at=bindparam("now")).returning(tickets.c.subject), str)
LIVE = Sql(
    select(func.count()).where(
        tickets.c.kind == bindparam("kind"),
        tickets.c.subject == bindparam("subject"),
        tickets.c.claimed_at.is_(None),
        tickets.c.expires_at > bindparam("now"),
    ),
    int,
)
WITHDRAW = Sql(delete(tickets).where(tickets.c.kind == bindparam("kind"), tickets.c.claimed_at.is_(None)))
WITHDRAW_OF_SUBJECT = Sql(
    delete(tickets).where(
        tickets.c.kind == bindparam("kind"),
        tickets.c.subject == bindparam("subject"),
        tickets.c.claimed_at.is_(None),
    ),
)
SWEEP = Sql(
    delete(tickets).where(
        tuple_(tickets.c.kind, tickets.c.digest).in_(
            select(tickets.c.kind, tickets.c.digest)
            .where(tickets.c.expires_at < bindparam("before"))
            .limit(bindparam("limit"))
        )
    ),
)


class SqlTickets:
    """See `kernel.ports.Tickets`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def issue(self, kind: str, digest: bytes, *, subject: str, expires_at: Instant) -> None:
        self._session.run(ISSUE, kind=kind, digest=digest, subject=subject, expires_at=expires_at, claimed_at=None)

    def peek(self, kind: str, digest: bytes, now: Instant) -> str | None:
        return self._session.one(PEEK, kind=kind, digest=digest, now=now)

    def claim(self, kind: str, digest: bytes, now: Instant) -> str | None:
        return self._session.one(CLAIM, kind=kind, digest=digest, now=now)

    def live(self, kind: str, *, subject: str, now: Instant) -> int:
        return self._session.one(LIVE, kind=kind, subject=subject, now=now) or 0

    def withdraw(self, kind: str, *, subject: str | None = None) -> None:
        if subject is None:
            self._session.run(WITHDRAW, kind=kind)
        else:
            self._session.run(WITHDRAW_OF_SUBJECT, kind=kind, subject=subject)
