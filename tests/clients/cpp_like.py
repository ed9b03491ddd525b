"""Reads as a C++ program does that asks a parsed document for members of a type: unsigned ids, no null texts."""

import json
from typing import Any

Json = dict[str, Any]

_LARGEST = 2**64 - 1


def read_roots(content: bytes) -> None:
    """It does not ask for roots: it begins at folder 1."""
    assert isinstance(json.loads(content), list)


def read_folder(content: bytes, *, whole_tree: bool = False) -> None:
    """A folder; when the whole tree was asked, both arrays stand at every level."""
    _folder(json.loads(content), whole_tree=whole_tree)


def read_file(content: bytes) -> None:
    """A file."""
    _file(json.loads(content))


def read_report(content: bytes) -> None:
    """It sends files whole."""
    assert json.loads(content)


def _folder(folder: Json, *, whole_tree: bool) -> None:
    _unsigned(folder, "id")
    _text(folder, "name")
    if whole_tree:
        assert set(folder["content"]) >= {"folders", "files"}
    content = folder.get("content", {})
    for child in content.get("folders", []):
        _folder(child, whole_tree=whole_tree)
    for child in content.get("files", []):
        _file(child)


def _file(file: Json) -> None:
    _unsigned(file, "id")
    _unsigned(file, "size")
    _text(file, "name")
    _text(file, "hash")
    assert len(file["hash"]) in {0, 32}
    assert file["hash"] == file["hash"].lower()


def _unsigned(value: Json, member: str) -> None:
    assert type(value[member]) is int, f"{member} is {value[member]!r}"
    assert 0 <= value[member] <= _LARGEST


def _text(value: Json, member: str) -> None:
    assert isinstance(value[member], str), f"{member} is {value[member]!r}"
