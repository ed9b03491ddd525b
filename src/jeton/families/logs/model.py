"""What can be asked of the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.kernel.logs import LogEntry, LogFilter
from jeton.kernel.scopes import Access, Scope

READ: Final = Scope("admin", Access.READ)
MOST_LINES: Final = 1000
DEFAULT_LINES: Final = 100
PAGE_SIZE: Final = 50
MOST_EXPORTED: Final = 10_000
COLUMNS: Final = (
    "id", "date", "type", "outcome", "code", "user", "acting_for", "user_id", "object", "object_id", "client_id", "ip",
    "user_agent", "request_id", "facts",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLogs:
    """A page of lines, the newest first."""

    wanted: LogFilter
    offset: int = 0
    limit: int = DEFAULT_LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLog:
    """One line."""

    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLogs:
    """A page of the console: what is asked, and how the form was filled."""

    wanted: LogFilter
    typed: Mapping[str, str]


class LogsView(NamedTuple):
    """Lines, what was typed to find them, the names of acts to choose from; `older` continues below its id.

    `end` is how far the journal is sealed, as `jeton audit head` prints it; empty when nothing is.
    """

    entries: Sequence[LogEntry]
    typed: Mapping[str, str]
    actions: Mapping[str, str]
    older: int | None
    end: str
