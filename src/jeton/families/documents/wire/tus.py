"""tus 1.0.0 in headers, and the calls around it. Source: tus 1.0.0; wire/files.md section 6.4."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Final

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.uploads import (
    LARGEST_FILE_BYTES,
    LONGEST_METADATA,
    TUS,
    AppendBytes,
    AskTus,
    BadMetadata,
    BadTusHeader,
    FileTooLarge,
    MakeResource,
    NotOffsetStream,
    OneUpload,
    OpenOrClose,
    OtherTus,
)
from jeton.families.documents.wire.tree import instant_of, within
from jeton.families.documents.wire.uploads import LARGEST, md5_of
from jeton.kernel.blobs import Checksum
from jeton.kernel.ids import FolderId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kernel.uploads import OpenUpload
from jeton.kit.text import sentence
from jeton.wire.shapes import Body, Heads, Query
from jeton.wire.types import WireDate, WireId, WireInt, date_out

EXTENSIONS: Final = "creation,termination,checksum,expiration"
ALGORITHMS: Final = {"sha1": 20, "md5": 16, "sha256": 32}
_NUMBER = re.compile(r"[0-9]{1,20}")
_KEY = re.compile(r"[!-+\--~]{1,255}")  # visible ASCII but the comma


class OpenOrCloseIn(Body, frozen=True):
    """With `token`, the end of an upload; with `name`, `target` and `size`, the beginning of one."""

    token: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    target: WireId | UnsetType = UNSET
    size: WireInt | UnsetType = UNSET
    hash: str | UnsetType = UNSET
    creation: WireDate | None = None
    modification: WireDate | None = None

    def command(self) -> OpenOrClose:
        if not isinstance(self.token, UnsetType):
            return OpenOrClose(key=self.token)
        if isinstance(self.name, UnsetType) or isinstance(self.target, UnsetType) or isinstance(self.size, UnsetType):
            members = {"name": self.name, "target": self.target, "size": self.size}
            text = sentence("The member {member} is missing.")
            raise Invalid(
                *(
                    FieldError(name, "missing", text, {"member": name})
                    for name, told in members.items()
                    if told is UNSET
                )
            )
        return OpenOrClose(
            key=None,
            folder=FolderId(int(self.target)),
            name=self.name,
            size_bytes=within("size", self.size, 0, LARGEST) or 0,
            announced_md5=md5_of("hash", self.hash),
            created_at=instant_of("creation", self.creation),
            modified_at=instant_of("modification", self.modification),
        )


class _Spoken(Query, frozen=True, kw_only=True):
    """A request of tus says so, in the version that is spoken here."""

    tus_resumable: str = ""

    def check_version(self) -> None:
        """Raises OtherTus."""
        if self.tus_resumable != TUS:
            raise OtherTus(spoken=TUS)


class MakeResourceIn(_Spoken, frozen=True, kw_only=True):
    """The resource of an upload that was opened: `token` in the metadata is its key."""

    upload_length: str = ""
    upload_metadata: str = ""
    upload_defer_length: str = ""

    def command(self) -> MakeResource:
        self.check_version()
        told = _metadata(self.upload_metadata)
        if "token" not in told:
            raise BadMetadata(why="the token that POST /api/file/tus gave is missing")
        if self.upload_defer_length:
            raise BadTusHeader(name="Upload-Defer-Length", why="a length is announced here from the beginning")
        return MakeResource(
            key=told["token"],
            length=_length(self.upload_length),
            metadata=self.upload_metadata,
            filename=told.get("filename", told.get("name")),
        )


class OneUploadIn(_Spoken, frozen=True, kw_only=True):
    """One upload."""

    upload: str

    def command(self) -> OneUpload:
        self.check_version()
        return OneUpload(key=self.upload)


class AppendBytesIn(_Spoken, frozen=True, kw_only=True):
    """More bytes of one upload: where they begin, and maybe what their checksum is."""

    upload: str
    content_type: str = ""
    content_length: str | UnsetType = UNSET
    upload_offset: str = ""
    upload_checksum: str = ""

    def command(self) -> AppendBytes:
        self.check_version()
        if self.content_type.partition(";")[0].strip().lower() != "application/offset+octet-stream":
            raise NotOffsetStream
        return AppendBytes(
            key=self.upload,
            offset=_number("Upload-Offset", self.upload_offset),
            length=None
            if isinstance(self.content_length, UnsetType)
            else _number("Content-Length", self.content_length),
            checksum=_checksum(self.upload_checksum) if self.upload_checksum else None,
        )


class AskTusIn(Query, frozen=True):
    """What is spoken here."""

    def command(self) -> AskTus:
        return AskTus()


class ResourceOut(Heads, frozen=True):
    """Where the resource is, and until when."""

    location: str
    upload_expires: str

    @classmethod
    def of(cls, upload: OpenUpload) -> "ResourceOut":
        return cls(location=f"/api/tus/{upload.key}", upload_expires=_expires(upload))


class LookOut(Heads, frozen=True):
    """How far an upload is."""

    upload_offset: int
    upload_length: int
    upload_metadata: str
    upload_expires: str

    @classmethod
    def of(cls, upload: OpenUpload) -> "LookOut":
        return cls(
            upload_offset=upload.offset_bytes,
            upload_length=upload.size_bytes or 0,
            upload_metadata=upload.metadata or "",
            upload_expires=_expires(upload),
        )


class AppendedOut(Heads, frozen=True):
    """How far an upload is now."""

    upload_offset: int
    upload_expires: str

    @classmethod
    def of(cls, upload: OpenUpload) -> "AppendedOut":
        return cls(upload_offset=upload.offset_bytes, upload_expires=_expires(upload))


class TusOut(Heads, frozen=True):
    """What is spoken of tus."""

    tus_version: str = TUS
    tus_extension: str = EXTENSIONS
    tus_max_size: int = LARGEST_FILE_BYTES
    tus_checksum_algorithm: str = ",".join(ALGORITHMS)

    @classmethod
    def of(cls, _asked: AskTus) -> "TusOut":
        return cls()


def _expires(upload: OpenUpload) -> str:
    return format_datetime(date_out(upload.expires_at), usegmt=True)


def _number(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise BadTusHeader(name=name, why="a whole number from 0 is expected")
    return int(text)


def _length(text: str) -> int:
    length = _number("Upload-Length", text)
    if length > LARGEST_FILE_BYTES:
        raise FileTooLarge(most_bytes=LARGEST_FILE_BYTES)
    return length


def _checksum(text: str) -> Checksum:
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadTusHeader(name="Upload-Checksum", why=f"the algorithms are {', '.join(ALGORITHMS)}")
    try:
        digest = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != ALGORITHMS[algorithm]:
        raise BadTusHeader(name="Upload-Checksum", why="the digest stands there in base64")
    return Checksum(algorithm=algorithm, digest=digest)


def _metadata(text: str) -> Mapping[str, str]:
    """Keys and values, these decoded. Source: tus 1.0.0, extension "creation". Raises BadMetadata."""
    if len(text) > LONGEST_METADATA:
        raise BadMetadata(why=f"it is longer than {LONGEST_METADATA} bytes")
    told: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        key, _, encoded = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in told:
            raise BadMetadata(why="a key is none, or stands there twice")
        try:
            told[key] = b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError):
            raise BadMetadata(why="a value is not UTF-8 in base64") from None
        if "\0" in told[key]:
            raise BadMetadata(why="a value holds a NUL character")
    return told
