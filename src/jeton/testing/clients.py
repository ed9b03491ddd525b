"""Two strict readers of files and folders, as clients in the field are: one like a Go client, one like a C++ one.

Written from wire/files.md section 1.3. They raise ClientChokes on what such a client could not read; every answer of
the API tests that shows a file or a folder passes through both.
"""

import json
import re
from typing import Any, Final

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_GO_INT: Final = 2**63
_CPP_UNSIGNED: Final = 2**64


class ClientChokes(AssertionError):
    """A client would fail on this answer."""


def _need(holds: bool, told: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise ClientChokes(told)


def _is_int(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit


def go_reads(text: str | bytes) -> Any:  # what json.loads gives
    """Read an answer as a Go client does: typed members, dates in RFC 3339, `content` never an array."""
    value = json.loads(text)
    for item in value if isinstance(value, list) else [value]:
        _go_item(item)
    return value


def _go_item(item: dict[str, Any]) -> None:
    for name in ("id", "parent_id", "size", "nb_files"):
        value = item.get(name)
        _need(value is None or _is_int(value, _GO_INT), f"{name} is {value!r}, not an int64")
    for name in ("name", "hash", "md5", "content_type", "type"):
        _need(item.get(name) is None or isinstance(item[name], str), f"{name} is no string")
    for name in ("creation", "modification"):
        moment = item.get(name)
        _need(moment is None or _RFC3339.fullmatch(moment) is not None, f"{name} is {moment!r}, not RFC 3339")
    content = item.get("content")
    if content is None:
        return
    _need(isinstance(content, dict), "content is no object")
    for child in content.get("folders") or []:
        _need(child.get("parent_id") in {0, None, item["id"]}, "a folder of another parent is dropped")
        _go_item(child)
    for child in content.get("files") or []:
        _go_item(child)


def cpp_reads(text: str | bytes, *, depth: int = 0) -> Any:  # what json.loads gives
    """Read an answer as a C++ client does: unsigned ids, `name` and `hash` always texts, both arrays at every level."""
    value = json.loads(text)
    for item in value if isinstance(value, list) else [value]:
        if "hash" in item:
            _cpp_file(item)
        else:
            _cpp_folder(item, depth)
    return value


def _cpp_file(item: dict[str, Any]) -> None:
    _need(_is_int(item.get("id"), _CPP_UNSIGNED) and item["id"] >= 0, "the id is not unsigned")
    _need(isinstance(item.get("name"), str) and isinstance(item.get("hash"), str), "name or hash is no string")
    _need(re.fullmatch("[0-9a-f]{32}", item["hash"]) is not None, "the hash is not 32 lower-case digits")
    _need(_is_int(item.get("size"), _CPP_UNSIGNED), "the size is no integer")


def _cpp_folder(item: dict[str, Any], depth: int) -> None:
    _need(_is_int(item.get("id"), _CPP_UNSIGNED) and item["id"] >= 0, "the id is not unsigned")
    _need(isinstance(item.get("name"), str), "the name is no string")
    if depth == 0:
        return
    content = item.get("content")
    _need(isinstance(content, dict), "a level within the depth has no content")
    assert isinstance(content, dict)
    _need(isinstance(content.get("folders"), list) and isinstance(content.get("files"), list), "an array is missing")
    for child in content["folders"]:
        _cpp_folder(child, depth - 1 if depth > 0 else depth)
    for child in content["files"]:
        _cpp_file(child)
