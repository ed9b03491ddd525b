"""What comes in as a file's bytes, in one request or in many. Source: wire/files.md section 6; tus 1.0.0."""

from dataclasses import dataclass
from typing import Final

from jeton.kernel.blobs import Checksum, Inflow, Receipt
from jeton.kernel.ids import BlobId, FileId, FolderId
from jeton.kernel.problems import Conflict, Invalid, Malformed, OtherProtocol, TooLarge, TooMany, Unsupported
from jeton.kit.clock import Instant
from jeton.kit.text import sentence

LARGEST_FILE_BYTES: Final = 1 << 43
TUS: Final = "1.0.0"
LONGEST_METADATA: Final = 8 << 10


class OtherContent(Invalid):
    """What came in is not what was announced."""

    code = "other_content"
    sentence = sentence("The bytes that came in do not match the announced {what}. Send the file again.")


class UploadLost(Conflict):
    """The upload took longer than uploads are kept."""

    code = "upload_lost"
    sentence = sentence("This upload took too long and was swept away. Send the file again.")


class FileTooLarge(TooLarge):
    """Larger than any file is taken."""

    code = "file_too_large"
    sentence = sentence("A file has at most {most_bytes} bytes.")


class NotWhole(Conflict):
    """It is to become a file, and bytes are missing."""

    code = "not_whole"
    sentence = sentence("{missing} bytes are missing still.")


class UploadDone(Conflict):
    """It became a file already, with other bytes."""

    code = "upload_done"
    sentence = sentence("This upload became a file already. Begin a new one.")


class ChunkTooEarly(Invalid):
    """A chunk in a form whose fields come after the file."""

    code = "chunk_too_early"
    sentence = sentence("The fields of a chunk stand before its bytes.")


class ChunkInUse(TooMany):
    """Another request brings the same chunk. Clients wait and repeat on 429, and on no other status that fits."""

    code = "chunk_in_use"
    sentence = sentence("Another request is bringing this chunk. Try again in {retry_after_s} seconds.")


class OtherTus(OtherProtocol):
    """A request in another version of tus, or in none."""

    code = "other_tus"
    sentence = sentence("The header Tus-Resumable is expected to say {spoken}.")


class NotOffsetStream(Unsupported):
    """Another type of body than tus has for bytes."""

    code = "not_offset_stream"
    sentence = sentence("Bytes come here as application/offset+octet-stream.")


class BadMetadata(Invalid):
    """What a tus client says of an upload cannot be read, or names none."""

    code = "bad_metadata"
    sentence = sentence("The header Upload-Metadata cannot be taken: {why}.")


class BadTusHeader(Malformed):
    """A header of tus that cannot be read, or says something else than was announced."""

    code = "bad_tus_header"
    sentence = sentence("The header {name} cannot be taken: {why}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One of several forms that bring a file: which, of how many."""

    index: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFile:
    """A file's bytes, or one chunk of them, under a name in a folder. The last three are filled once they are in."""

    folder: FolderId
    name: str
    announced_size: int | None = None
    announced_md5: str | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None
    chunk: Chunk | None = None
    inflow: Inflow | None = None
    taken: int = 0
    received: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStream:
    """Begin an upload whose bytes come in one request of their own."""

    folder: FolderId
    name: str
    size_bytes: int | None
    created_at: Instant | None = None
    modified_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutStream:
    """The bytes of a stream that was opened."""

    key: str
    length: int | None = None
    inflow: Inflow | None = None
    taken: int = 0
    received: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFile:
    """A file that will come: its id is told now."""

    folder: FolderId
    name: str
    announced_md5: str | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutFile:
    """The bytes of a file that was promised, or new ones for a file that is there."""

    file: FileId
    length: int | None = None
    inflow: Inflow | None = None
    taken: int = 0
    received: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrClose:
    """Begin a tus upload of `name` into `folder`; with a `key`, make the file of what came under it.

    `blob` and `received` are filled on the way to the end.
    """

    key: str | None
    folder: FolderId | None = None
    name: str = ""
    size_bytes: int = 0
    announced_md5: str | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None
    blob: BlobId | None = None
    received: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeResource:
    """Make the tus resource of an upload that was opened."""

    key: str
    length: int
    metadata: str
    filename: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneUpload:
    """An upload that the caller began."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendBytes:
    """More bytes of a tus upload."""

    key: str
    offset: int
    length: int | None = None
    checksum: Checksum | None = None
    inflow: Inflow | None = None
    taken: int = 0
    received: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelUpload:
    """Give an upload up, if it is there."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTus:
    """What is spoken of tus here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """More chunks are to come: the next one."""

    chunk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An upload was begun: the key under which it goes on."""

    key: str
