"""The journal, read: kernel.logs.Logs in SQL. Ids follow time, so that they are the order, and bound the periods."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, case, delete, or_, select, update

from jeton.kernel.logs import LogEntry, LogFilter, SealedEnd
from jeton.kit.clock import Instant
from jeton.kit.mint import first_number
from jeton.storage.sql.schema.platform import audit, audit_blocks, audit_head
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_HIGHEST: Final = 2**63 - 1


def entry_of(
    number: int,
    at: Instant,
    action: str,
    actor: int,
    kind: str,
    name: str,
    by: str | None,
    client_id: str | None,
    subject: str,
    facts: str,
    code: str,
    address: str,
    user_agent: str,
    request_id: str,
) -> LogEntry:
    """A line, from the columns of `ENTRIES`."""
    told = json.loads(facts)
    return LogEntry(
        number, at, action, actor, kind, name, by or "", client_id or "", subject, told, code, address, user_agent,
        request_id,
    )  # fmt: skip


ENTRIES: Final[Select[Any]] = select(
    audit.c.id,
    audit.c.at,
    audit.c.action,
    audit.c.actor,
    audit.c.actor_kind,
    audit.c.actor_name,
    audit.c.on_behalf_by,
    audit.c.client_id,
    audit.c.subject,
    audit.c.facts,
    audit.c.code,
    audit.c.address,
    audit.c.user_agent,
    audit.c.request_id,
)
# `outcome` is -1 for either, else whether it was refused.
_outcome: Final = case((audit.c.code == "", 0), else_=1)
_PAGE: Final = (
    ENTRIES.where(
        audit.c.id >= bindparam("least"),
        audit.c.id < bindparam("most"),
        or_(bindparam("act") == "", audit.c.action == bindparam("act")),
        or_(bindparam("outcome") == -1, _outcome == bindparam("outcome")),
    )
    .order_by(audit.c.id.desc())
    .offset(bindparam("offset"))
    .limit(bindparam("limit"))
)
_of_subject: Final = or_(bindparam("about") == "", audit.c.subject == bindparam("about"))
_of_client: Final = or_(bindparam("application") == "", audit.c.client_id == bindparam("application"))

# One statement for each index that may serve best; the other filters are looked at row by row.
FIND: Final = Sql(ENTRIES.where(audit.c.id == bindparam("id")), entry_of)
ALL: Final = Sql(_PAGE, entry_of)
OF_ACTOR: Final = Sql(_PAGE.where(audit.c.actor == bindparam("person"), _of_subject, _of_client), entry_of)
OF_SUBJECT: Final = Sql(_PAGE.where(audit.c.subject == bindparam("about"), _of_client), entry_of)
OF_CLIENT: Final = Sql(
    _PAGE.where(and_(audit.c.client_id == bindparam("application"), audit.c.client_id.is_not(None))), entry_of
)
FORGET: Final = Sql(
    delete(audit).where(
        audit.c.id.in_(
            select(audit.c.id)
            .where(audit.c.id < bindparam("most"))
            .order_by(audit.c.id)
            .limit(bindparam("limit"))
            .scalar_subquery()
        )
    )
)


OLDEST: Final = Sql(select(audit.c.id).order_by(audit.c.id).limit(1), int)
LET_GO: Final = Sql(
    update(audit_blocks)
    .where(audit_blocks.c.last_id >= bindparam("since"), audit_blocks.c.last_id < bindparam("until"))
    .values(lines=b"")
)
END: Final = Sql(select(audit_head.c.number, audit_head.c.hash), SealedEnd)
FLOOR: Final = Sql(select(audit_blocks.c.floor).order_by(audit_blocks.c.number.desc()).limit(1), int)


class SqlLogs:
    """See `kernel.logs.Logs`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, entry: int) -> LogEntry | None:
        return self._session.one(FIND, id=entry)

    def page(self, wanted: LogFilter, *, offset: int, limit: int) -> Sequence[LogEntry]:
        asked: dict[str, Any] = {
            "least": 0 if wanted.since is None else first_number(wanted.since),
            "most": min(
                _HIGHEST if wanted.before is None else first_number(wanted.before),
                _HIGHEST if wanted.below_id is None else wanted.below_id,
            ),
            "act": wanted.action,
            "outcome": -1 if wanted.is_refused is None else int(wanted.is_refused),
            "offset": offset,
            "limit": limit,
        }
        if wanted.actor is not None:
            asked |= {"person": wanted.actor, "about": wanted.subject, "application": wanted.client_id}
            return self._session.all(OF_ACTOR, **asked)
        if wanted.subject:
            return self._session.all(OF_SUBJECT, about=wanted.subject, application=wanted.client_id, **asked)
        if wanted.client_id:
            return self._session.all(OF_CLIENT, application=wanted.client_id, **asked)
        return self._session.all(ALL, **asked)

    def end(self) -> SealedEnd | None:
        return self._session.one(END)

    def forget(self, before: Instant, limit: int) -> int:
        floor = self._session.one(FLOOR)
        oldest = self._session.one(OLDEST)
        if floor is None or oldest is None:
            return 0
        most = min(floor, first_number(before))
        gone = self._session.run(FORGET, most=most, limit=limit)
        if gone:  # nobody asks any more which lines these blocks had
            left = self._session.one(OLDEST)
            self._session.run(LET_GO, since=oldest, until=most if left is None else min(left, most))
        return gone
