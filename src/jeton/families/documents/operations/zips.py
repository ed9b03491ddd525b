"""Archives of a selection. Source: wire/files.md section 7."""

from jeton.families.documents.model import READ
from jeton.families.documents.model.zips import TooManyEntries
from jeton.families.documents.service import zips
from jeton.families.documents.wire import zips as wire
from jeton.kernel.blobs import Bundle
from jeton.kernel.declare import Operation
from jeton.kernel.doors import NoSuchFile, NoSuchFolder, RightMissing
from jeton.kernel.problems import TooMany
from jeton.kernel.rights import OnSelection
from jeton.kernel.tree import Right


def _is_long(_command: object) -> bool:
    return True


OPERATIONS = (
    Operation(
        name="zips.fetch",
        method="GET",
        path="/api/zip",
        scope=READ,
        right=OnSelection(Right.DOWNLOAD),
        takes=wire.FetchZipIn,
        gives=Bundle,
        problems=(NoSuchFile, NoSuchFolder, RightMissing, TooManyEntries, TooMany),
        call=zips.fetch_zip,
        is_long=_is_long,
        source="vendor: zip",
        by_session=True,
    ),
)
