"""Types that JSON has no word for, as the vendor writes them: ids, whole numbers in a query, dates.

Source: wire/files.md section 1.3. Ids come as integers or as decimal strings, and always leave as integers.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from jeton.kit.clock import SECOND, Instant, to_instant

_DECIMAL = re.compile(r"[0-9]{1,19}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_LARGEST_ID = 2**63 - 1
_FIRST_MOMENT = datetime(1601, 1, 1, tzinfo=UTC)
_LAST_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)

WireDate = Annotated[datetime, msgspec.Meta(tz=True)]
"""An RFC 3339 date with an offset, on its way in."""


class WireId(int):
    """An id on its way in: an integer, or a string of digits, from 1 to 2^63-1."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> "WireId":
        """The id; ValueError when it is none."""
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LARGEST_ID:
            raise ValueError("an id is an integer of 1 or more, or the same in a string")
        return cls(value)


class WireRef(int):
    """Something named on its way in by its id, or by an object that holds its `id`, as it is read."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> "WireRef":
        """The id; ValueError when there is none."""
        return cls(WireId.read(value.get("id") if isinstance(value, dict) else value))


class WireInt(int):
    """A whole number on its way in: an integer, or the same in a string, as a query or a form gives it."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> "WireInt":
        """The number; ValueError when it is none."""
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST_ID:
            raise ValueError("a whole number is expected")
        return cls(value)


class WireWords(tuple[str, ...]):
    """Words on their way in: an array of strings, or one string with blanks between them."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> "WireWords":
        """The words; ValueError when it holds anything else."""
        if isinstance(value, str):
            return cls(value.split())
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return cls(value)
        raise ValueError("an array of strings is expected, or one string")


OWN_TYPES: tuple[type[Any], ...] = (WireId, WireRef, WireInt, WireWords)


def read_own_type(kind: type[Any], value: object) -> Any:  # the hook's type is whatever msgspec asks for
    """msgspec's hook for the types above. For any other NotImplementedError, which is how a hook says so."""
    if kind in OWN_TYPES:
        return kind.read(value)
    raise NotImplementedError(kind)


def schema_of_own_type(kind: type[Any]) -> dict[str, Any]:
    """JSON Schema of the types above, for the OpenAPI document. For any other NotImplementedError, as above."""
    if kind is WireId:
        return {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[0-9]{1,19}$"}]}
    if kind is WireRef:
        named = schema_of_own_type(WireId)
        by_object = {"type": "object", "properties": {"id": named}, "required": ["id"]}
        return {"anyOf": [*named["anyOf"], by_object]}
    if kind is WireInt:
        return {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^-?[0-9]{1,18}$"}]}
    if kind is WireWords:
        return {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}
    raise NotImplementedError(kind)


@lru_cache(maxsize=1024)  # of two dates of a file one is mostly the other
def date_out(instant: Instant) -> datetime:
    """A date on its way out: UTC, whole seconds."""
    return datetime.fromtimestamp(instant // SECOND, UTC)


def read_date(text: str) -> datetime:
    """A date of a query or a form, read as one of a JSON body is: RFC 3339 with an offset; ValueError otherwise."""
    moment: datetime = msgspec.convert(text, WireDate)
    return moment


def date_in(moment: datetime) -> Instant:
    """The instant of a date that came in, cut to whole seconds; ValueError outside of the years 1601 to 9999."""
    try:
        if not _FIRST_MOMENT <= moment <= _LAST_MOMENT:
            raise ValueError("the date lies outside of the years 1601 to 9999")
        return to_instant(moment) // SECOND * SECOND
    except OverflowError as error:
        raise ValueError("the date lies outside of the years 1601 to 9999") from error
