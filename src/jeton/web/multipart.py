"""A multipart form read as it comes in: fields kept, file parts handed on in chunks, nothing spooled.

Bounds: 32 parts, 64 KiB a field, 16 KiB of headers a part (decisions.md, "Uploads"; security.md WP-05).
Source: RFC 7578; file names as raw UTF-8 with a backslash before a quote or a backslash (wire/files.md section 6.1).
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from jeton.kernel.problems import Malformed, TooLarge, Unsupported
from jeton.kit.text import sentence
from jeton.web.requests import Headers

MOST_PARTS: Final = 32
LARGEST_FIELD_BYTES: Final = 64 << 10
LARGEST_PART_HEADER_BYTES: Final = 16 << 10
_PARAMETER = re.compile(r';\s*(name|filename)="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")


class NotMultipart(Unsupported):
    """Another kind of body than a form with a file."""

    code = "not_multipart"
    sentence = sentence("A body of the type multipart/form-data is expected here.")


class BrokenMultipart(Malformed):
    """The form breaks off, or is not one."""

    code = "broken_multipart"
    sentence = sentence("The form cannot be read: {why}.")


class FormTooLarge(TooLarge):
    """More parts, or a larger field, than are taken."""

    code = "form_too_large"
    sentence = sentence("The form has more parts, or a larger field, than are taken here.")


class Field(NamedTuple):
    """A whole field."""

    name: str
    value: str


class FileBegin(NamedTuple):
    """A file part begins."""

    name: str
    filename: str


class FileChunk(NamedTuple):
    """Bytes of the file part that began last."""

    content: bytes


class FileEnd(NamedTuple):
    """The file part is complete."""


FormEvent = Field | FileBegin | FileChunk | FileEnd


@dataclass(slots=True)
class _Part:
    header_name: bytes = b""
    header_value: bytes = b""
    disposition: str = ""
    header_bytes: int = 0
    name: str = ""
    is_file: bool = False
    value: bytes = b""


class FormReader:
    """Turns chunks of a body into events, in order."""

    __slots__ = ("_ended", "_events", "_most_parts", "_parser", "_part", "_parts")

    def __init__(self, headers: Headers, *, most_parts: int = MOST_PARTS) -> None:
        """Raises NotMultipart, BrokenMultipart."""
        kind, options = parse_options_header(headers.get(b"content-type"))
        if kind != b"multipart/form-data":
            raise NotMultipart
        boundary = options.get(b"boundary", b"")
        if not 0 < len(boundary) <= 70:
            raise BrokenMultipart(why="it has no boundary")
        self._events: list[FormEvent] = []
        self._part = _Part()
        self._most_parts = most_parts
        self._parts = 0
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> list[FormEvent]:
        """What a chunk brought. Raises BrokenMultipart, FormTooLarge."""
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise BrokenMultipart(why="it does not keep to its boundary") from None
        events, self._events = self._events, []
        return events

    def finish(self) -> None:
        """The body is over. Raises BrokenMultipart when the form is not."""
        if not self._ended:
            raise BrokenMultipart(why="it breaks off before its end")

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > self._most_parts:
            raise FormTooLarge
        self._part = _Part()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._part.header_name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._part.header_value += data[start:end]

    def _count_header(self, size: int) -> None:
        self._part.header_bytes += size
        if self._part.header_bytes > LARGEST_PART_HEADER_BYTES:
            raise FormTooLarge

    def _header_end(self) -> None:
        part = self._part
        if part.header_name.lower() == b"content-disposition":
            try:
                part.disposition = part.header_value.decode()
            except UnicodeDecodeError:
                raise BrokenMultipart(why="a name is not UTF-8") from None
        part.header_name = part.header_value = b""

    def _headers_finished(self) -> None:
        part = self._part
        parameters = {
            match[1].lower(): _ESCAPED.sub(r"\1", match[2]) for match in _PARAMETER.finditer(part.disposition)
        }
        if "name" not in parameters:
            raise BrokenMultipart(why="a part has no name")
        part.name = parameters["name"]
        part.is_file = "filename" in parameters
        if part.is_file:
            self._events.append(FileBegin(part.name, parameters["filename"]))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._part.is_file:
            self._events.append(FileChunk(data[start:end]))
            return
        self._part.value += data[start:end]
        if len(self._part.value) > LARGEST_FIELD_BYTES:
            raise FormTooLarge

    def _part_end(self) -> None:
        if self._part.is_file:
            self._events.append(FileEnd())
            return
        try:
            value = self._part.value.decode()
        except UnicodeDecodeError:
            raise BrokenMultipart(why="a field is not UTF-8") from None
        if "\0" in value:
            raise BrokenMultipart(why="a field holds a NUL character")
        self._events.append(Field(self._part.name, value))

    def _end(self) -> None:
        self._ended = True


async def read_form(reader: FormReader, chunks: AsyncIterator[bytes]) -> AsyncIterator[FormEvent]:
    """The events of a whole body."""
    async for chunk in chunks:
        for event in reader.feed(chunk):
            yield event
    reader.finish()
