"""Bytes, on their way in and out: what storage answers, and the values that the edge sends as bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from jeton.kernel.ids import BlobId, FileId
from jeton.kernel.problems import Problem
from jeton.kit.clock import Instant

if TYPE_CHECKING:
    from jeton.kernel.uploads import OpenUpload


class BlobWriter(Protocol):
    """Bytes on their way in. Nothing names them yet."""

    def write(self, chunk: bytes) -> None:
        """Add bytes. Raises NoSpace."""

    def store(self, chunk: bytes) -> None:
        """The half of `write` that waits for the disk. Raises NoSpace."""

    def digest(self, chunk: bytes) -> None:
        """The half of `write` that calculates: for whoever does both at once, each in the order of the bytes."""

    def sync(self) -> int:
        """Make durable what was written; how many bytes there are. Raises NoSpace, Busy."""

    def keep(self, offset: int) -> None:
        """A row vouches for `offset` bytes: if these are all, whoever goes on need not read them again."""

    def finish(self) -> "Receipt":
        """Make them durable, and a blob. Raises NoSpace."""

    def close(self) -> None:
        """Let go; what was written stays to be gone on with. May be called at any time, and twice."""

    def abort(self) -> None:
        """Throw them away; may be called at any time, and twice."""


class BlobReader(Protocol):
    """Bytes on their way out."""

    @property
    def size_bytes(self) -> int: ...

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`."""

    def close(self) -> None:
        """Let go of it."""


class Blobs(Protocol):
    """Bytes by id. Names, owners and rights are rows elsewhere; blobs never change."""

    def create(self, blob: BlobId) -> BlobWriter:
        """Begin a new blob under an id minted for it."""

    def resume(self, blob: BlobId, offset: int) -> BlobWriter:
        """Go on with a blob of which `offset` bytes are durable; what lies beyond is cut off.

        Raises: InUse (somebody else is at it); ContentLost (so many bytes are not there); Busy, NoSpace.
        """

    def complete(self, blob: BlobId, size_bytes: int) -> "Receipt":
        """Make a blob of what was written piece by piece; may be called again.

        Takes as long as reading it does, when another process wrote it. Raises: InUse, ContentLost; Busy, NoSpace.
        """

    def open(self, blob: BlobId) -> BlobReader | None:
        """A finished blob, or None."""

    def remove(self, blob: BlobId) -> bool:
        """Forget one; whether it was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was taken in: size, MD5 (32 lower-case hex digits) and SHA-256 (64)."""

    blob: BlobId
    size_bytes: int
    md5: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """What came with some bytes: `sha1`, `md5` or `sha256`, and the digest that they must have."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflow:
    """Where the bytes of one request go.

    Without an `upload` the blob was announced, and is written in one go. With one it goes on under the upload's lease;
    `is_whole` says that nothing comes after these bytes. `keeps_parts`: what came before a cut is kept.
    `is_thrown_away`: the bytes are read, since somebody sends them, and kept nowhere. More than `most_bytes` of them
    is refused, by the problem `beyond` if there is one, and so is another `checksum`.
    """

    blob: BlobId
    most_bytes: int | None = None
    beyond: Problem | None = None
    upload: "OpenUpload | None" = None
    is_whole: bool = False
    keeps_parts: bool = False
    is_thrown_away: bool = False
    checksum: Checksum | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A value that is an image: the edge sends its bytes as they are."""

    content: bytes
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A value that is a small file of its own, kept where it lands: the console hands it over whole."""

    name: str
    content: bytes
    media_type: str = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A value that is a file's bytes: the edge streams the blob, whole or a range."""

    file: FileId
    blob: BlobId
    size_bytes: int
    name: str
    sha256: str
    modified_at: Instant
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Download):
    """A value that is what can be seen of a file. Only what we drew ourselves may be shown where it stands."""

    is_ours: bool


class Bundled(NamedTuple):
    """One entry of a bundle: its path, with slashes between and one at the end of a folder's, which has no blob."""

    path: str
    modified_at: Instant
    blob: BlobId | None
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A value that is many files as one: the edge makes an archive of them while it sends it."""

    name: str
    entries: Sequence[Bundled]
