"""Calls of applications by minutes: `kernel.metering.RequestCounts` in SQL. One row for an application and a minute."""

from typing import Final

from sqlalchemy import and_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from jeton.kernel.ids import ClientId
from jeton.kernel.metering import Share, share_of
from jeton.storage.sql.schema.oauth2 import applications
from jeton.storage.sql.schema.requests import request_counts
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

FIND: Final = Sql(
    select(applications.c.id, func.coalesce(request_counts.c.count, 0))
    .select_from(
        applications.outerjoin(
            request_counts,
            and_(request_counts.c.application_id == applications.c.id, request_counts.c.minute == bindparam("minute")),
        )
    )
    .where(applications.c.client_id == bindparam("client_id")),
    lambda application, count: (application, count),
)
_insert = insert(request_counts)
# PostgreSQL's ON CONFLICT, which SQLite reads too.
KEEP: Final = Sql(
    _insert.on_conflict_do_update(
        index_elements=[request_counts.c.application_id, request_counts.c.minute],
        set_={"count": _insert.excluded.count},
    )
)
# As many rows as applications that have a limit, times the minutes since the last sweep: no need for a bound.
SWEEP: Final = Sql(delete(request_counts).where(request_counts.c.minute < bindparam("before")))


class SqlRequestCounts:
    """See `kernel.metering.RequestCounts`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, client: ClientId, minute: int, limit: int) -> Share:
        found = self._session.one(FIND, client_id=client, minute=minute)
        if found is None:
            return Share(0, 0)
        application, count = found
        left = max(0, limit - count)
        taken = share_of(left)
        if taken:
            self._session.run(KEEP, application_id=application, minute=minute, count=count + taken)
        return Share(taken, left - taken)
