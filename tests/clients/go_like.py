"""Reads as a Go program does that decodes into typed structs: a wrong type anywhere fails the whole answer."""

import json
import re
from datetime import datetime
from typing import Any

Json = dict[str, Any]

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LARGEST = 2**63 - 1


def read_roots(content: bytes) -> None:
    """An array of folders; an id may be null there."""
    roots = json.loads(content)
    assert isinstance(roots, list), "roots are an array"
    for root in roots:
        _folder(root, id_may_be_null=True)


def read_folder(content: bytes, *, whole_tree: bool = False) -> None:
    """A folder; every child that is listed is taken as a child, none is dropped."""
    _folder(_object(content))


def read_file(content: bytes) -> None:
    """A file."""
    _file(_object(content))


def read_report(content: bytes) -> None:
    """How an upload goes on: a key of four characters and more, in an object or an array; or the next chunk."""
    value = json.loads(content)
    report = value[0] if isinstance(value, list) else value
    if "sessionKey" in report:
        _text(report, "sessionKey")
        assert len(report["sessionKey"]) >= 4
    else:
        assert isinstance(value, list)
        _integer(report, "missing", required=True)
        assert report["missing"] >= 0


def read_error(content: bytes) -> None:
    """An object with a text: a listing that fails with anything else is taken for an empty one."""
    error = _object(content)
    assert isinstance(error["error"], str)
    assert error["error"]
    assert "content" not in error


def _object(content: bytes) -> Json:
    value = json.loads(content)
    assert isinstance(value, dict), "an object is expected"
    return value


def _folder(folder: Json, *, id_may_be_null: bool = False) -> None:
    if not (id_may_be_null and folder["id"] is None):
        _integer(folder, "id", required=True)
        assert folder["id"] != 0
    for member in ("parent_id", "size", "nb_files", "nb_sub"):
        _integer(folder, member)
    for member in ("name", "type"):
        _text(folder, member)
    _dates(folder)
    content = folder.get("content")
    assert content is None or isinstance(content, dict), "content is an object"
    for child in (content or {}).get("folders") or ():
        assert child.get("parent_id") in {0, None, folder["id"]}, "this child would be dropped"
        _folder(child)
    for child in (content or {}).get("files") or ():
        _file(child)


def _file(file: Json) -> None:
    _integer(file, "id", required=True)
    assert file["id"] != 0
    for member in ("parent_id", "size"):
        _integer(file, member)
    for member in ("name", "hash", "md5", "content_type"):
        _text(file, member)
    _dates(file)


def _integer(value: Json, member: str, *, required: bool = False) -> None:
    number = value[member] if required else value.get(member)
    if number is None and not required:
        return
    assert type(number) is int, f"{member} is {number!r}"
    assert abs(number) <= _LARGEST


def _text(value: Json, member: str) -> None:
    assert isinstance(value.get(member), str | None), f"{member} is {value[member]!r}"


def _dates(value: Json) -> None:
    for member in ("creation", "modification"):
        date = value.get(member)
        if date is not None:
            assert isinstance(date, str)
            assert _DATE.fullmatch(date), f"{member} is {date!r}"
            datetime.fromisoformat(date)
