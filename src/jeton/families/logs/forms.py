"""The journal's search form on the console: what cannot be read asks for nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from jeton.families.logs.model import OneLog, ViewLogs
from jeton.kernel.logs import ACTIONS, LogFilter
from jeton.kit.clock import SECOND, Instant
from jeton.web.forms import Form

_FIELDS: Final = ("user", "type", "outcome", "object", "application", "since", "until")
_OUTCOMES: Final = {"done": False, "refused": True}


def view(form: Form) -> ViewLogs:
    """Which lines, and what was typed."""
    typed = {name: form.query.get(name, "").strip()[:200] for name in _FIELDS}
    user = _number(typed["user"])
    below = _number(form.query.get("below", ""))
    return ViewLogs(
        wanted=LogFilter(
            actor=user or None,
            action=typed["type"] if typed["type"] in ACTIONS else "",
            subject=typed["object"],
            client_id=typed["application"],
            is_refused=_OUTCOMES.get(typed["outcome"]),
            since=_day(typed["since"], 0),
            before=_day(typed["until"], 1),
            below_id=below or None,
        ),
        typed=typed,
    )


def one(form: Form) -> OneLog:
    """The line that the path names."""
    return OneLog(entry=_number(form.path["log_id"]))


def _day(text: str, more: int) -> Instant | None:
    try:
        day = date.fromisoformat(text)
        begun = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=more)
    except (ValueError, OverflowError):
        return None
    return max(0, int(begun.timestamp())) * SECOND


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
