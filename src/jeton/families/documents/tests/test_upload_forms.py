"""Upload forms written by hand: every order, every slip, and that what is refused leaves nothing; golden samples."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from jeton.testing.world import World

HELLO = "5d41402abc4b2a76b9719d911017c592"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("forms") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("files.readwrite")


_COUNT = iter(range(10**6))


@pytest.fixture
def top(world: World, token: str) -> int:
    """A fresh folder of the company space."""
    body = {"parent_id": 1, "name": f"Top {next(_COUNT)}"}
    number: int = world.send("POST", "/api/folder", token=token, json=body).json()["id"]
    return number


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    """One part."""
    tail = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: application/octet-stream'
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{tail}\r\n\r\n'.encode() + value + b"\r\n"


def post(world: World, token: str, *parts: bytes, end: bytes = b"--XX--\r\n", **options: Any) -> httpx2.Response:
    headers = {"Content-Type": "multipart/form-data; boundary=XX"} | options.pop("headers", {})
    path = f"/api/file/upload{options.pop('query', '')}"
    return world.send("POST", path, token=token, content=b"".join(parts) + end, headers=headers)


def stored(world: World) -> set[str]:
    """The blobs that lie there."""
    return {str(path) for path in (world.folder / "blobs").rglob("*") if path.is_file()}


def listed(world: World, token: str, folder: int) -> list[Any]:
    files: list[Any] = world.send("GET", f"/api/folder/{folder}?depth=1", token=token).json()["content"]["files"]
    return files


def folder_field(top: int) -> bytes:
    return part("folderId", str(top).encode())


@pytest.mark.parametrize("order", ["F S H T", "F T", "T F", "S T H F", "F X T", "F T S H"])
def test_fields_come_in_any_order(world: World, token: str, top: int, order: str) -> None:
    known = {
        "F": folder_field(top), "S": part("fileSize", b"5"), "H": part("fileHash", HELLO.upper().encode()),
        "T": part("targetFile", b"hello", "a.txt"), "X": part("full", b""),
    }  # fmt: skip
    made = post(world, token, *(known[word] for word in order.split()))
    assert made.status_code == 201, made.text
    assert (made.json()["size"], made.json()["hash"]) == (5, HELLO)
    assert world.send("GET", f"/api/file/{made.json()['id']}/download", token=token).content == b"hello"


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [
        ("été \u65e5.txt", True), ("a%22b", True), ("a;b=c", True), (r"a\"b", False), (r"a\\b", False),
        ("../../etc/passwd", False), ("C:\\\\x", False), ("", False), (" a", False), ("..", False), ("a\x00b", False),
    ],
)  # fmt: skip
def test_a_file_name_is_no_path_and_is_kept_as_it_came(
    world: World, token: str, top: int, sent: str, is_kept: bool
) -> None:
    before = stored(world)
    made = post(world, token, folder_field(top), part("targetFile", b"x", sent))
    if is_kept:
        assert made.json()["name"] == sent
    else:
        assert made.status_code in {400, 422}, made.text
        assert made.json()["code"] in {"bad_name", "broken_multipart"}
        assert stored(world) == before


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ("F S6 T", 422, "other_content"),
        ("F H0 T", 422, "other_content"),
        ("F Hx T", 422, "invalid"),
        ("F Sx T", 422, "invalid_members"),
        ("F S- T", 422, "invalid"),
        ("T S6 F", 422, "other_content"),
        ("T", 422, "invalid_members"),
        ("F", 400, "broken_multipart"),
        ("", 400, "broken_multipart"),
        ("F F T", 400, "broken_multipart"),
        ("F T T", 400, "broken_multipart"),
        ("F O", 400, "broken_multipart"),
        ("Fx T", 422, "invalid_members"),
        ("F9 T", 404, "no_such_folder"),
        ("T F9", 404, "no_such_folder"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    world: World, token: str, top: int, parts: str, status: int, code: str
) -> None:
    known = {
        "F": folder_field(top), "F9": part("folderId", b"999999999"), "Fx": part("folderId", b"x"),
        "S6": part("fileSize", b"6"), "Sx": part("fileSize", b"five"), "S-": part("fileSize", b"-1"),
        "H0": part("fileHash", b"0" * 32), "Hx": part("fileHash", b"xyz"),
        "T": part("targetFile", b"hello", "a.txt"), "O": part("other", b"hello", "a.txt"),
    }  # fmt: skip
    before = stored(world)
    refused = post(world, token, *(known[word] for word in parts.split()))
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert stored(world) == before
    assert listed(world, token, top) == []
    assert world.read(lambda work: work.blobs.abandoned_since(work.now + 1, 10)) == []


@pytest.mark.parametrize(
    ("end", "headers", "status", "code"),
    [
        (b"", {}, 400, "broken_multipart"),
        (b"--XX", {}, 400, "broken_multipart"),
        (b"--YY--\r\n", {}, 400, "broken_multipart"),
        (b"--XX--\r\n", {"Content-Type": "multipart/form-data"}, 400, "broken_multipart"),
        (b"--XX--\r\n", {"Content-Type": "multipart/form-data; boundary=" + "X" * 71}, 400, "broken_multipart"),
        (b"--XX--\r\n", {"Content-Type": "text/plain"}, 415, "not_multipart"),
        (b"--XX--\r\n", {"Content-Encoding": "gzip"}, 415, "compressed_body"),
    ],
)
def test_broken_forms_are_refused_and_leave_nothing(
    world: World, token: str, top: int, end: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    before = stored(world)
    large = part("targetFile", b"hello" * 300_000, "a.txt")
    refused = post(world, token, folder_field(top), large, end=end, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert stored(world) == before
    assert listed(world, token, top) == []


def test_forms_are_bounded(world: World, token: str, top: int) -> None:
    for parts, status, code in (
        ([part(f"f{number}", b"x") for number in range(33)], 413, "form_too_large"),
        ([part("note", b"x" * 70_000)], 413, "form_too_large"),
        ([part("x" * 20_000, b"")], 400, "broken_multipart"),
        ([part("note", b"\xff")], 400, "broken_multipart"),
        ([part("note", b"\0")], 400, "broken_multipart"),
        ([b"--XX\r\nContent-Type: text/plain\r\n\r\nx\r\n"], 400, "broken_multipart"),
        ([b'--XX\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n'], 400, "broken_multipart"),
    ):
        refused = post(world, token, folder_field(top), *parts, part("targetFile", b"x", "a"))
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert listed(world, token, top) == []


def test_without_a_token_or_scope_no_byte_is_kept(world: World, top: int) -> None:
    before = stored(world)
    content = [folder_field(top), part("targetFile", b"x" * 3_000_000, "a")]
    refused = world.send("POST", "/api/file/upload", content=b"".join(content), headers={"Content-Type": "text/plain"})
    assert refused.status_code == 401  # before the body is even looked at
    reader = world.token("files.read")
    assert post(world, reader, *content).json()["code"] == "missing_scope"
    assert stored(world) == before


def test_uploads_at_once_of_one_name_are_versions_of_one_file(world: World, token: str, top: int) -> None:
    async def all_at_once() -> list[int]:
        calls = (
            world.http.post(
                "/api/file/upload",
                headers={"Token": token},
                data={"folderId": str(top)},
                files={"targetFile": ("same", f"content {number}".encode())},
            )
            for number in range(6)
        )
        return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert world.run(all_at_once()) == [201] * 6
    (file,) = listed(world, token, top)
    assert file["nb_versions"] == 6


@pytest.mark.parametrize(
    "condition",
    ["W/{}", '"other"', "no date", "Mon, 99 Jan 2001 00:00:00 GMT", "9" * 400, "1 Jan 99999999999 00:00:00", ""],
)
def test_a_condition_that_does_not_hold_gives_the_whole(world: World, token: str, top: int, condition: str) -> None:
    made = post(world, token, folder_field(top), part("targetFile", b"0123456789", "f")).json()
    path = f"/api/file/{made['id']}/download"
    tag = world.send("GET", path, token=token).headers["etag"]
    headers = {"Range": "bytes=0-3", "If-Range": condition.replace("{}", tag)}
    answer = world.send("GET", path, token=token, headers=headers)
    assert (answer.status_code, answer.content) == (200, b"0123456789")


def test_the_worked_examples_of_the_wire(world: World, token: str) -> None:
    """wire/files.md section 11, in both directions."""
    body = {"parent_id": "1", "name": "Projects", "creation": "2024-03-01T08:00:00Z"}
    projects = world.send("POST", "/api/folder", token=token, json=body).json()["id"]
    dates = {"creation": "2026-01-02T08:00:00Z", "modification": "2026-01-02T08:00:00Z"}
    sub = world.send("POST", "/api/folder", token=token, json={"parent_id": projects, "name": "2026"} | dates).json()
    note = post(
        world, token, folder_field(projects), part("fileSize", b"5"), part("fileHash", HELLO.encode()),
        part("targetFile", b"hello", "note.txt"),
        query="?modification=2026-01-30T10%3A15%3A00Z&creation=2026-01-30T10%3A15%3A00Z",
    ).json()  # fmt: skip
    world.send("PUT", f"/api/folder/{projects}", token=token, json={"modification": "2026-01-30T10:15:00Z"})
    listing = world.send("GET", f"/api/folder/{projects}?depth=1", token=token).json()
    golden = {
        "id": projects, "name": "Projects", "parent_id": 1, "creation": "2024-03-01T08:00:00Z",
        "modification": "2026-01-30T10:15:00Z", "can_read": True, "can_download": True, "can_write": True,
        "can_edit": True, "can_delete": True, "can_share": True, "size": 5, "nb_files": 1, "nb_folders": 1,
    }  # fmt: skip
    assert listing | golden == listing
    (golden_sub,) = listing["content"]["folders"]
    told = {"id": sub["id"], "name": "2026", "parent_id": projects, **dates, "size": 0, "nb_files": 0, "nb_folders": 0}
    assert golden_sub | told == golden_sub
    (golden_note,) = listing["content"]["files"]
    told = {
        "id": note["id"], "guid": note["guid"], "name": "note.txt", "parent_id": projects, "size": 5, "hash": HELLO,
        "creation": "2026-01-30T10:15:00Z", "modification": "2026-01-30T10:15:00Z", "lock": None,
    }  # fmt: skip
    assert golden_note | told == golden_note
    again = part("targetFile", b"hello!", "note.txt")
    over = post(world, token, folder_field(projects), again, query="?modification=2026-02-01T00%3A00%3A00Z")
    assert over.status_code == 201
    assert (over.json()["guid"], over.json()["nb_versions"]) == (note["guid"], 2)
    assert over.json()["modification"] == "2026-02-01T00:00:00Z"
    assert [file["id"] for file in listed(world, token, projects)] == [over.json()["id"]]
    taken = world.send("POST", "/api/folder", token=token, json={"parent_id": projects, "name": "2026"})
    assert taken.status_code == 403
    assert "même nom existe déjà" in taken.json()["error"]
