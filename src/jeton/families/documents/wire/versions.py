"""What comes in about the versions of a file. Source: wire/files.md sections 3 and 5."""

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.versions import MOST_VERSIONS, ListVersions, OneVersion
from jeton.families.documents.wire.tree import within
from jeton.kernel.ids import FileId
from jeton.wire.shapes import Query
from jeton.wire.types import WireId, WireInt


class ListVersionsIn(Query, frozen=True):
    """Any version of the file, and which of them to list."""

    file_id: WireId
    offset: WireInt | UnsetType = UNSET
    limit: WireInt | UnsetType = UNSET

    def command(self) -> ListVersions:
        return ListVersions(
            file=FileId(int(self.file_id)),
            offset=within("offset", self.offset, 0, 2**40) or 0,
            limit=within("limit", self.limit, 1, MOST_VERSIONS) or MOST_VERSIONS,
        )


class OneVersionIn(Query, frozen=True):
    """An old version."""

    file_id: WireId

    def command(self) -> OneVersion:
        return OneVersion(file=FileId(int(self.file_id)))
