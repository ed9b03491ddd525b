"""What can be seen of a file without downloading it: a drawing of it, and what it tells of itself.

Both belong to the bytes, which never change: versions that share them share these too, and they go when the bytes go.
They are made when they are first asked for, outside any transaction, and kept; a drawing can always be made again.
Source: wire/files.md sections 3 and 7; security.md R15, R16.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.ids import BlobId
from jeton.kernel.problems import Unknown
from jeton.kit.text import sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Work

AS_TEXT: Final = 0
"""The side of a rendition that is a text's own beginning."""


HEAD_BYTES: Final = 64 << 10
"""So much is looked at to tell what bytes are, and shown of a text."""


class NoPreview(Unknown):
    """Nothing can be seen of this file without downloading it."""

    code = "no_preview"
    sentence = sentence("There is no preview of this file.")


class ContentKind(Enum):
    """What bytes are, by themselves, whatever their name says."""

    IMAGE = "image"
    PDF = "pdf"
    TEXT = "text"
    OTHER = "other"

    @property
    def file_type(self) -> str | None:
        """The vendor's word for it, when there is something to see."""
        return {ContentKind.IMAGE: "image", ContentKind.OTHER: None}.get(self, "document")


class Facts(NamedTuple):
    """What bytes are and tell of themselves: pages, and author, title and their like as they were found."""

    kind: ContentKind
    pages: int
    meta: Mapping[str, str]


NOTHING_TO_SEE: Final = Facts(ContentKind.OTHER, 0, {})


class Rendition(NamedTuple):
    """A kept drawing of some bytes: at most `side` pixels a side, or `AS_TEXT`."""

    of: BlobId
    side: int
    blob: BlobId
    size_bytes: int
    sha256: str
    media_type: str


class Unmade(NamedTuple):
    """A value that is not there yet: the edge has it made, then asks again. `as_text` wants a text as it is."""

    of: BlobId
    size_bytes: int
    side: int
    as_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What the workshop made of some bytes."""

    facts: Facts
    media_type: str
    content: bytes


class Previews(Protocol):
    """What is kept of it."""

    def facts(self, of: BlobId) -> Facts | None:
        """What some bytes tell; None when nobody has looked yet."""

    def rendition(self, of: BlobId, side: int) -> Rendition | None:
        """A drawing of some bytes, when it is kept."""

    def is_named(self, of: BlobId) -> bool:
        """Whether these are still the bytes of a file."""

    def keep_facts(self, of: BlobId, facts: Facts) -> None:
        """Keep what bytes tell; what is kept already stays."""

    def keep_rendition(self, rendition: Rendition) -> bool:
        """Keep a drawing; False when there is one already."""


def keep(work: "Work", facts: Facts, rendition: Rendition) -> None:
    """Keep a drawing whose bytes are stored; doom them when nobody needs them by now."""
    if not work.blobs.settled(rendition.blob):
        return  # it took a day, and was swept
    if work.previews.is_named(rendition.of):
        work.previews.keep_facts(rendition.of, facts)
        if work.previews.keep_rendition(rendition):
            return
    work.blobs.doom(rendition.blob, work.now)
