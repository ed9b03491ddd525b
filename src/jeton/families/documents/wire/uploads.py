"""What comes in by which files are uploaded, tus excepted, and what goes out. Source: wire/files.md section 6."""

import re
from typing import ClassVar

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.uploads import (
    CancelUpload,
    Chunk,
    Missing,
    Opened,
    OpenStream,
    PromiseFile,
    PutFile,
    PutStream,
    UploadFile,
)
from jeton.families.documents.wire.tree import dated, instant_of, within
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.text import sentence
from jeton.wire.documents import FILE_READ_ONLY
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireDate, WireId, WireInt

LARGEST = 2**62
MOST_CHUNKS = 1_000_000
_MD5 = re.compile(r"[0-9a-fA-F]{32}")


class UploadFileIn(Query, frozen=True):
    """A file to upload, or one chunk of it: the form's fields, and dates in the query or in the form.

    `name` is the file part's. With `chunks` above 1, `chunk` says which of them this is, from 0, and `fileSize` how
    large the file will be; the fields then stand before the bytes.
    """

    folderId: WireId  # noqa: N815 - the vendor's word
    name: str
    fileSize: WireInt | UnsetType = UNSET  # noqa: N815 - the vendor's word
    fileHash: str | UnsetType = UNSET  # noqa: N815 - the vendor's word
    creation: str = ""
    modification: str = ""
    chunk: WireInt | UnsetType = UNSET
    chunks: WireInt | UnsetType = UNSET
    chunksSize: WireInt | UnsetType = UNSET  # noqa: N815 - the vendor's word

    def command(self) -> UploadFile:
        count = within("chunks", self.chunks, 1, MOST_CHUNKS) or 1
        return UploadFile(
            folder=FolderId(int(self.folderId)),
            name=self.name,
            announced_size=within("fileSize", self.fileSize, 0, LARGEST),
            announced_md5=md5_of("fileHash", self.fileHash),
            created_at=instant_of("creation", dated("creation", self.creation)),
            modified_at=instant_of("modification", dated("modification", self.modification)),
            chunk=None if count == 1 else self._chunk(count),
        )

    def _chunk(self, count: int) -> Chunk:
        index = within("chunk", self.chunk, 0, count - 1)
        if index is None or self.fileSize is UNSET:
            missing = "chunk" if index is None else "fileSize"
            text = sentence("The member {member} is missing.")
            raise Invalid(FieldError(missing, "missing", text, {"member": missing}))
        return Chunk(index=index, count=count)


class OpenStreamIn(Body, frozen=True):
    """A file whose bytes will come by PUT. `targetPath` is its name."""

    folderId: WireId  # noqa: N815 - the vendor's word
    targetPath: str  # noqa: N815 - the vendor's word
    uploadMethod: str  # noqa: N815 - the vendor's word
    fileSize: WireInt | UnsetType = UNSET  # noqa: N815 - the vendor's word
    creation: WireDate | None = None
    modification: WireDate | None = None

    def command(self) -> OpenStream:
        if self.uploadMethod != "stream":
            text = sentence("The member {member} takes stream, and nothing else.")
            raise Invalid(FieldError("uploadMethod", "unknown_method", text, {"member": "uploadMethod"}))
        return OpenStream(
            folder=FolderId(int(self.folderId)),
            name=self.targetPath,
            size_bytes=within("fileSize", self.fileSize, 0, LARGEST),
            created_at=instant_of("creation", self.creation),
            modified_at=instant_of("modification", self.modification),
        )


class PutStreamIn(Query, frozen=True):
    """Which stream the bytes are of."""

    sessionKey: str  # noqa: N815 - the vendor's word
    content_length: WireInt | UnsetType = UNSET

    def command(self) -> PutStream:
        return PutStream(key=self.sessionKey, length=within("Content-Length", self.content_length, 0, LARGEST))


class PromiseFileIn(Body, frozen=True):
    """A file that will come."""

    ignored: ClassVar[frozenset[str]] = FILE_READ_ONLY - {"hash"}

    parent_id: WireId
    name: str
    hash: str | None = None
    creation: WireDate | None = None
    modification: WireDate | None = None

    def command(self) -> PromiseFile:
        return PromiseFile(
            folder=FolderId(int(self.parent_id)),
            name=self.name,
            announced_md5=md5_of("hash", self.hash or UNSET),
            created_at=instant_of("creation", self.creation),
            modified_at=instant_of("modification", self.modification),
        )


class PutFileIn(Query, frozen=True):
    """Which file the bytes are of."""

    file_id: WireId
    content_length: WireInt | UnsetType = UNSET

    def command(self) -> PutFile:
        return PutFile(file=FileId(int(self.file_id)), length=within("Content-Length", self.content_length, 0, LARGEST))


class CancelUploadIn(Query, frozen=True):
    """Which upload to give up: `sessionKey`, or `token`, in the query or in a JSON body."""

    sessionKey: str | UnsetType = UNSET  # noqa: N815 - the vendor's word
    token: str | UnsetType = UNSET

    def command(self) -> CancelUpload:
        key = self.token if isinstance(self.sessionKey, UnsetType) else self.sessionKey
        if isinstance(key, UnsetType):
            text = sentence("The member {member} is missing.")
            raise Invalid(FieldError("sessionKey", "missing", text, {"member": "sessionKey"}))
        return CancelUpload(key=key)


class MissingOut(Shape, frozen=True):
    """The next chunk that is wanted, from 0."""

    missing: int

    @classmethod
    def of(cls, report: Missing) -> "MissingOut":
        return cls(missing=report.chunk)


class SessionOut(Shape, frozen=True):
    """The key of an upload that was begun."""

    sessionKey: str  # noqa: N815 - the vendor's word

    @classmethod
    def of(cls, opened: Opened) -> "SessionOut":
        return cls(sessionKey=opened.key)


def md5_of(member: str, text: str | UnsetType) -> str | None:
    """An MD5 in hexadecimal digits, or None when there is none. Raises Invalid."""
    if isinstance(text, UnsetType) or not text:
        return None
    if not _MD5.fullmatch(text):
        told = sentence("The member {member} takes an MD5 of 32 hexadecimal digits.")
        raise Invalid(FieldError(member, "bad_hash", told, {"member": member}))
    return text.lower()
