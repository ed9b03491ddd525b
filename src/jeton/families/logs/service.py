"""The use cases on the journal: reading it. Source: wire/resources.md section 17."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from jeton.families.logs.model import COLUMNS, MOST_EXPORTED, PAGE_SIZE, ListLogs, LogsView, OneLog, ViewLogs
from jeton.kernel.blobs import Sheet
from jeton.kernel.caller import Caller
from jeton.kernel.logs import ACTIONS, LogEntry, NoSuchLog
from jeton.kernel.ports import Work
from jeton.kit.clock import SECOND
from jeton.kit.sheet import csv_of


def list_logs(work: Work, caller: Caller, command: ListLogs) -> Sequence[LogEntry]:
    """List lines of the journal, the newest first."""
    return work.logs.page(command.wanted, offset=command.offset, limit=command.limit)


def read(work: Work, caller: Caller, command: OneLog) -> LogEntry:
    """Read one line. Raises NoSuchLog."""
    found = work.logs.find(command.entry)
    if found is None:
        raise NoSuchLog
    return found


def view(work: Work, caller: Caller, command: ViewLogs) -> LogsView:
    """A page of lines for the console, and whether older ones follow."""
    found = work.logs.page(command.wanted, offset=0, limit=PAGE_SIZE + 1)
    older = found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None
    sealed = work.logs.end()
    end = "" if sealed is None else f"{sealed.number}:{sealed.hash.hex()}"
    return LogsView(found[:PAGE_SIZE], command.typed, ACTIONS, older, end)


def export(work: Work, caller: Caller, command: ViewLogs) -> Sheet:
    """The newest lines that match, at most `MOST_EXPORTED`, as a sheet; times are UTC."""
    found = work.logs.page(command.wanted, offset=0, limit=MOST_EXPORTED)
    return Sheet(name="journal.csv", content=csv_of(COLUMNS, map(_row, found)))


def _row(entry: LogEntry) -> tuple[object, ...]:
    at = datetime.fromtimestamp(entry.at // SECOND, UTC)
    return (
        entry.id, f"{at:%Y-%m-%dT%H:%M:%SZ}", entry.action, "refused" if entry.code else "done", entry.code,
        entry.on_behalf_by or entry.actor_name, entry.actor_name if entry.on_behalf_by else "", entry.actor,
        entry.facts.get("name", ""), entry.subject, entry.client_id, entry.address, entry.user_agent, entry.request_id,
        json.dumps(entry.facts, ensure_ascii=False),
    )  # fmt: skip
