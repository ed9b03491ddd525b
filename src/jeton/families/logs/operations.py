"""The API's calls on the journal: declarations only. Source: wire/resources.md section 17."""

from jeton.families.logs import model, service, wire
from jeton.kernel.declare import Operation
from jeton.kernel.logs import NoSuchLog
from jeton.kernel.rights import ADMINISTRATION

_SOURCE = "vendor: logs"

OPERATIONS = (
    Operation(
        name="logs.list",
        method="GET",
        path="/api/logs",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.ListLogsIn,
        gives=list[wire.LogOut],
        call=service.list_logs,
        source=_SOURCE,
    ),
    Operation(
        name="logs.read",
        method="GET",
        path="/api/log/{log_id}",
        scope=model.READ,
        right=ADMINISTRATION,
        takes=wire.OneLogIn,
        gives=wire.LogOut,
        problems=(NoSuchLog,),
        call=service.read,
        source=_SOURCE,
    ),
)
