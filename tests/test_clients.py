"""The two strict readers are strict: each of the slips that broke a real client breaks one of them."""

import json
from typing import Any

import pytest

from tests.clients import read_answer

FILE = {"id": 1201, "name": "note.txt", "parent_id": 42, "size": 5, "hash": "5d41402abc4b2a76b9719d911017c592"}
FOLDER: dict[str, Any] = {
    "id": 42, "name": "Projects", "parent_id": 1, "size": 5, "nb_files": 1, "creation": "2024-03-01T08:00:00Z",
    "content": {"folders": [{"id": 43, "name": "2026", "parent_id": 42}], "files": [FILE]},
}  # fmt: skip


def read(path: str, value: object, status: int = 200) -> None:
    read_answer("GET", path, status, json.dumps(value).encode())


def test_good_answers_are_read() -> None:
    read("/api/folder/42?depth=1", FOLDER)
    read("/api/file/1201", FILE)
    read("/api/folders?depth=0", [FOLDER, {"id": None, "name": "Shared with me", "type": "shared"}])
    read("/api/folder/9", {"error": "There is no such folder."}, 404)
    read("/api/file/1201/download", "anything")


@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        ("/api/file/1", FILE | {"id": "1201"}, 200),
        ("/api/file/1", FILE | {"id": 1201.0}, 200),
        ("/api/file/1", FILE | {"id": -1}, 200),
        ("/api/file/1", FILE | {"size": "5"}, 200),
        ("/api/file/1", FILE | {"hash": None}, 200),
        ("/api/file/1", FILE | {"name": None}, 200),
        ("/api/file/1", FILE | {"hash": "5D41402ABC4B2A76B9719D911017C592"}, 200),
        ("/api/file/1", FILE | {"creation": ""}, 200),
        ("/api/file/1", FILE | {"creation": "2024-03-01 08:00:00Z"}, 200),
        ("/api/file/1", FILE | {"creation": "2024-03-01T08:00:00+0100"}, 200),
        ("/api/file/1", FILE | {"creation": 1709280000}, 200),
        ("/api/file/upload", [FILE], 201),
        ("/api/folder/42", FOLDER | {"content": []}, 200),
        ("/api/folder/42", FOLDER | {"content": {"folders": [{"id": 43, "name": "x", "parent_id": 41}]}}, 200),
        ("/api/folder/42?depth=-1", FOLDER, 200),
        ("/api/folders", FOLDER, 200),
        ("/api/folder/42", ["error"], 404),
        ("/api/folder/42", {"error": ""}, 404),
    ],
)
def test_slips_are_not(path: str, value: object, status: int) -> None:
    with pytest.raises((AssertionError, KeyError, TypeError)):
        read(path, value, status)
