"""What comes in and goes out about what is seen of a file. Source: wire/files.md sections 5 and 7."""

from typing import Final

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.previews import PREVIEW_SIDE, THUMBNAIL_SIDE, SeeFile, side_for
from jeton.families.documents.wire.tree import within
from jeton.kernel.ids import FileId
from jeton.kernel.previews import Facts
from jeton.wire.shapes import Query, Shape
from jeton.wire.types import WireId, WireInt

_LARGEST: Final = 4096


class PreviewIn(Query, frozen=True):
    """Which file, and how wide."""

    file_id: WireId
    width: WireInt | UnsetType = UNSET

    def command(self) -> SeeFile:
        side = side_for(within("width", self.width, 1, _LARGEST) or PREVIEW_SIDE)
        return SeeFile(file=FileId(int(self.file_id)), side=side)


class ThumbnailIn(Query, frozen=True):
    """Which file, and how large."""

    file_id: WireId
    size: WireInt | UnsetType = UNSET

    def command(self) -> SeeFile:
        side = side_for(within("size", self.size, 1, _LARGEST) or THUMBNAIL_SIDE)
        return SeeFile(file=FileId(int(self.file_id)), side=side)


class PagesOut(Shape, frozen=True):
    """How many pages a file has, as text on this wire."""

    length: str

    @classmethod
    def of(cls, facts: Facts) -> "PagesOut":
        return cls(length=str(facts.pages))
