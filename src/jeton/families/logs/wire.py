"""The vendor's LogEntry, and how lines are asked for. Source: wire/resources.md section 17."""

from datetime import datetime

from msgspec import UNSET, UnsetType, field

from jeton.families.logs.model import DEFAULT_LINES, MOST_LINES, ListLogs, OneLog
from jeton.kernel.logs import ACTIONS, LogEntry, LogFilter
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.clock import Instant
from jeton.kit.text import sentence
from jeton.wire.shapes import Query, Shape
from jeton.wire.types import WireId, WireInt, date_in, date_out, read_date

OK = "ADMLLOG_OK"
ERROR = "ADMLLOG_ERROR"
_STATES = {"": None, OK: False, ERROR: True}
_FURTHEST = 10_000


class ListLogsIn(Query, frozen=True):
    """Which lines. `from` and `to` are dates with an offset: from <= date < to."""

    user_id: WireId | UnsetType = UNSET
    type: str = ""
    statut: str = ""
    object_id: str = ""
    client_id: str = ""
    since: str = field(name="from", default="")
    until: str = field(name="to", default="")
    before_id: WireId | UnsetType = UNSET
    offset: WireInt | UnsetType = UNSET
    limit: WireInt | UnsetType = UNSET

    def command(self) -> ListLogs:
        if self.type and self.type not in ACTIONS:
            text = sentence("There is no such kind of line; kinds read like “file.created”.")
            raise Invalid(FieldError("type", "no_such_type", text))
        if self.statut not in _STATES:
            text = sentence("The member {member} is {first} or {second}.")
            raise Invalid(FieldError("statut", "bad_status", text, {"member": "statut", "first": OK, "second": ERROR}))
        wanted = LogFilter(
            actor=None if isinstance(self.user_id, UnsetType) else int(self.user_id),
            action=self.type,
            subject=self.object_id[:200],
            client_id=self.client_id[:200],
            is_refused=_STATES[self.statut],
            since=_instant("from", self.since),
            before=_instant("to", self.until),
            below_id=None if isinstance(self.before_id, UnsetType) else int(self.before_id),
        )
        return ListLogs(
            wanted=wanted,
            offset=_within("offset", self.offset, 0, _FURTHEST, 0),
            limit=_within("limit", self.limit, 1, MOST_LINES, DEFAULT_LINES),
        )


class OneLogIn(Query, frozen=True):
    """One line."""

    log_id: WireId

    def command(self) -> OneLog:
        return OneLog(entry=int(self.log_id))


class LogOut(Shape, frozen=True):
    """One line. `type` is the name of the act; `message` says it in English; ids are text."""

    id: int
    date: datetime
    type: str
    statut: str
    user: str
    user_id: str
    ip: str
    user_agent: str
    object: str
    object_id: str
    object_type: str
    message: str
    client_id: str
    acting_for: str
    request_id: str

    @classmethod
    def of(cls, entry: LogEntry) -> "LogOut":
        kind = entry.action.partition(".")[0]
        facts = ", ".join(f"{name}: {value}" for name, value in entry.facts.items())
        said = ACTIONS.get(entry.action, entry.action)
        refused = f" ({entry.code})" if entry.code else ""
        return cls(
            id=entry.id,
            date=date_out(entry.at),
            type=entry.action,
            statut=ERROR if entry.code else OK,
            user=entry.on_behalf_by or entry.actor_name,
            user_id=str(entry.actor),
            ip=entry.address,
            user_agent=entry.user_agent,
            object=str(entry.facts.get("name", "")),
            object_id=entry.subject,
            object_type="user" if kind in {"login", "logout"} else kind,
            message=f"{said}{refused}{': ' + facts if facts else ''}",
            client_id=entry.client_id,
            acting_for=entry.actor_name if entry.on_behalf_by else "",
            request_id=entry.request_id,
        )


def _instant(member: str, text: str) -> Instant | None:
    if not text:
        return None
    try:
        return date_in(read_date(text))
    except ValueError:
        said = sentence("The member {member} takes a date such as 2026-01-30T10:15:00Z.")
        raise Invalid(FieldError(member, "bad_date", said, {"member": member})) from None


def _within(member: str, number: WireInt | UnsetType, least: int, most: int, default: int) -> int:
    if isinstance(number, UnsetType):
        return default
    if not least <= number <= most:
        text = sentence("The member {member} goes from {least} to {most}.")
        raise Invalid(FieldError(member, "out_of_range", text, {"member": member, "least": least, "most": most}))
    return int(number)
