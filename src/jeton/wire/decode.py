"""Reading what came in, strictly: one JSON reader for the whole product, then msgspec on what it read.

Raises the kernel's problems: Malformed when it cannot be read, Invalid naming each member that is not right.
"""

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import msgspec

from jeton.kernel.problems import FieldError, Invalid, Malformed
from jeton.kit.text import sentence
from jeton.wire.shapes import Body
from jeton.wire.types import read_own_type

T = TypeVar("T", bound=msgspec.Struct)

DEEPEST_JSON: Final = 32
MOST_FAULTS: Final = 20
"""Faults told at once: looking for what was meant takes its time."""
_LONGEST_NUMBER: Final = 40
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # never fails, never goes back: a hostile body costs no more
_MISSING = re.compile(r"Object missing required field `([^`]+)`")
_PLACE = re.compile(r"at `\$\.?([^`\[]*)")
_EXPECTED = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")


class MalformedJson(Malformed):
    """The body is not one JSON object that we read."""

    code = "malformed_json"
    sentence = sentence("The body is not a JSON object that can be read here: {why}.")


class InvalidBody(Invalid):
    """The object can be read, and some members are not right."""

    code = "invalid_members"
    sentence = sentence("Something in what was sent is not right: {members}.")

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(*errors, members=", ".join(error.field for error in errors))


def read_json_object(body: bytes) -> dict[str, Any]:
    """One JSON object in UTF-8: no member twice, no NaN, no NUL or lone surrogate, at most 32 levels.

    Source: decisions.md, "Strict JSON"; RFC 8259; RFC 7493. Raises MalformedJson saying why.
    """
    _check_depth(body)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise MalformedJson(why="it is not UTF-8") from None
    try:
        value = _DECODER.decode(text.strip(" \t\r\n"))
    except json.JSONDecodeError:
        raise MalformedJson(why="it is not JSON") from None
    if not isinstance(value, dict):
        raise MalformedJson(why="it is not an object")
    return value


def _check_depth(body: bytes) -> None:
    if body.count(b"{") + body.count(b"[") <= DEEPEST_JSON:
        return
    depth = 0
    for byte in _STRING.sub(b"", body):
        if byte in b"{[":
            depth += 1
            if depth > DEEPEST_JSON:
                raise MalformedJson(why="it is nested too deep")
        elif byte in b"}]":
            depth -= 1


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJson(why="a member stands there twice")
    for name, value in pairs:
        _check_text(name)
        _check_value(value)
    return members


def _check_value(value: object) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check_value(item)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise MalformedJson(why="a text holds a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise MalformedJson(why="a text holds half a character") from None


def _no_constant(name: str) -> Any:
    raise MalformedJson(why=f"{name} is not a JSON number")


def _read_int(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise MalformedJson(why="a number is too long")
    return int(digits)


def _read_float(digits: str) -> float:
    number = float(digits) if len(digits) <= _LONGEST_NUMBER else float("inf")
    if number in {float("inf"), float("-inf")}:
        raise MalformedJson(why="a number is too long")
    return number


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_no_constant, parse_int=_read_int, parse_float=_read_float
)


def read_body(kind: type[T], members: Mapping[str, Any], path: Mapping[str, str]) -> T:
    """A `Body` from a JSON object's members and the path's parameters. Raises InvalidBody."""
    known = kind.__struct_encode_fields__
    ignored: frozenset[str] = kind.ignored if issubclass(kind, Body) else frozenset()
    unknown = [name for name in members if (name not in known or name in path) and name not in ignored]
    if unknown:
        offered = [field for field in known if field not in path]
        raise InvalidBody(*(_unknown_member(name, offered) for name in unknown[:MOST_FAULTS]))
    wanted = {name: value for name, value in members.items() if name in known}
    return _convert(kind, {**wanted, **path})


def read_query(kind: type[T], query: Mapping[str, str], path: Mapping[str, str]) -> T:
    """A `Query` from the query's fields, those it knows, and the path's parameters. Raises InvalidBody."""
    known = kind.__struct_encode_fields__
    if not known:
        return kind()
    wanted = {name: value for name, value in query.items() if name in known}
    wanted.update(path)
    return _convert(kind, wanted)


def _convert(kind: type[T], members: dict[str, Any]) -> T:
    try:
        return msgspec.convert(members, kind, dec_hook=read_own_type)
    except msgspec.ValidationError as error:
        raise InvalidBody(_field_error(str(error))) from None


def _unknown_member(name: str, known: list[str]) -> FieldError:
    near = get_close_matches(name, known, n=1)
    if near:
        return FieldError(
            name,
            "unknown_member",
            sentence("There is no member {member} here. Did you mean {near}?"),
            {"member": name, "near": near[0]},
        )
    return FieldError(name, "unknown_member", sentence("There is no member {member} here."), {"member": name})


def _field_error(text: str) -> FieldError:
    missing = _MISSING.match(text)
    if missing:
        return FieldError(missing[1], "missing", sentence("The member {member} is missing."), {"member": missing[1]})
    place = _PLACE.search(text)
    member = place[1] if place else ""
    expected = _EXPECTED.match(text)
    if expected:
        return FieldError(
            member,
            "wrong_type",
            sentence("The member {member} should be of the type {expected}; it is of the type {found}."),
            {"member": member, "expected": expected[1], "found": expected[2]},
        )
    return FieldError(
        member,
        "wrong_value",
        sentence("The member {member} does not have a value that can be read."),
        {"member": member},
    )
