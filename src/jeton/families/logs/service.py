"""The use cases on the journal: reading it. Source: wire/resources.md section 17."""

from collections.abc import Sequence

from jeton.families.logs.model import PAGE_SIZE, ListLogs, LogsView, OneLog, ViewLogs
from jeton.kernel.caller import Caller
from jeton.kernel.logs import ACTIONS, LogEntry, NoSuchLog
from jeton.kernel.ports import Work


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
    return LogsView(found[:PAGE_SIZE], command.typed, ACTIONS, older)
