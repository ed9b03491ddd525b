"""A form of the console as it came in: fields that may repeat, at most one file, the path's and the query's values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jeton.kernel.problems import TooLarge
from jeton.web.multipart import BrokenMultipart, Field, FileBegin, FileChunk, FormReader, read_form
from jeton.web.requests import Headers, Inbox, read_body, read_pairs

LARGEST_FILE_BYTES: Final = 1 << 20
MOST_FIELDS: Final = 128
"""All thirty scopes ticked one by one, and as many other fields again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a page was given. Texts come trimmed, passwords as typed."""

    path: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    file: bytes | None = None

    def text(self, name: str) -> str:
        """The first value of a field, trimmed; empty when it is absent."""
        return self.typed(name).strip()

    def typed(self, name: str) -> str:
        """The first value of a field, exactly as typed."""
        values = self.fields.get(name) or ("",)
        return values[0]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that is not blank."""
        return tuple(value.strip() for value in self.fields.get(name, ()) if value.strip())

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self.fields

    def kept(self) -> dict[str, str | tuple[str, ...]]:
        """Values to show again, passwords excepted."""
        shown: dict[str, str | tuple[str, ...]] = {}
        for name, values in self.fields.items():
            if "password" not in name and name not in {"csrf", "once", "repeated"}:
                shown[name] = tuple(values) if len(values) > 1 else values[0]
        return shown


async def read_posted(headers: Headers, inbox: Inbox, path: Mapping[str, str], query: Mapping[str, str]) -> Form:
    """Read a posted form of either kind. Raises BrokenMultipart, UnreadableQuery, BodyTooLarge."""
    fields: dict[str, list[str]] = {}
    if not headers.lenient(b"content-type").lower().startswith("multipart/form-data"):
        for name, value in read_pairs(await read_body(headers, inbox)):
            fields.setdefault(name, []).append(value)
        return Form(path=path, query=query, fields=fields)
    content: bytearray | None = None
    named = False
    async for event in read_form(FormReader(headers, most_parts=MOST_FIELDS), inbox.chunks()):
        if isinstance(event, Field):
            fields.setdefault(event.name, []).append(event.value)
        elif isinstance(event, FileBegin):
            if content is not None:
                raise BrokenMultipart(why="one file is expected")
            content, named = bytearray(), bool(event.filename)
        elif isinstance(event, FileChunk) and content is not None:
            content += event.content
            if len(content) > LARGEST_FILE_BYTES:
                raise TooLarge
    # A browser sends an empty part without a name when no file was chosen.
    return Form(path=path, query=query, fields=fields, file=bytes(content) if content is not None and named else None)
