"""Bytes in and out over the API: uploads, versions, quotas, ranges (wire/files.md sections 3, 6.1 and 7)."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.kernel.tree import Strictness
from jeton.testing.world import World
from tests.clients import read_answer


class Api:
    """Calls with one token; each file or folder that is shown passes through the two strict readers."""

    def __init__(self, world: World, scopes: str = "files.readwrite files.read trashes.write") -> None:
        self.world = world
        self.token = world.token(scopes)

    def __call__(self, method: str, path: str, **options: Any) -> httpx2.Response:
        answer = self.world.send(method, f"/api{path}", token=self.token, **options)
        read_answer(method, answer.request.url.raw_path.decode(), answer.status_code, answer.content)
        return answer

    def folder(self, name: str, parent: int | str = 1, **members: Any) -> int:
        answer = self("POST", "/folder", json={"parent_id": parent, "name": name, **members})
        assert answer.status_code == 201, answer.text
        number: int = answer.json()["id"]
        return number

    def upload(self, content: bytes, name: str = "note.txt", folder: int = 1, **options: Any) -> httpx2.Response:
        fields = {"folderId": str(folder), **options.pop("fields", {})}
        return self("POST", "/file/upload", data=fields, files={"targetFile": (name, content)}, **options)

    def listing(self, folder: int = 1, depth: int = 1) -> dict[str, Any]:
        told: dict[str, Any] = self("GET", f"/folder/{folder}", params={"depth": str(depth)}).json()
        return told


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)


def test_relaxed_names_take_what_a_file_system_takes(tmp_path: Path) -> None:
    with World(tmp_path / "data", names=Strictness.RELAXED) as world:
        api = Api(world)
        api.folder(' a:b*?"<>| ')
        assert api("POST", "/folder", json={"parent_id": 1, "name": "a/b"}).status_code == 422


def test_what_was_read_can_be_changed_and_sent_back(api: Api) -> None:
    number = api.folder("first")
    told = api("GET", f"/folder/{number}", params={"depth": "1"}).json()
    assert api("PUT", f"/folder/{number}", json={**told, "name": "second"}).json()["name"] == "second"
    file = api.upload(b"x").json()
    assert api("PUT", f"/file/{file['id']}", json={**file, "name": "other.txt"}).json()["name"] == "other.txt"


def test_folders_go_a_hundred_levels_deep_and_no_deeper(api: Api) -> None:
    number = 1
    for level in range(99):
        number = api.folder(f"level {level}", number)
    refused = api("POST", "/folder", json={"parent_id": number, "name": "one more"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_deep")


def test_deleting_for_good_needs_the_scope_of_the_trash(world: World, api: Api) -> None:
    file = api.upload(b"abc").json()["id"]
    without = Api(world, "files.readwrite files.read")
    refused = without("DELETE", f"/file/{file}", params={"trash": "0"})
    assert (refused.status_code, refused.json()["required_scopes"]) == (403, ["trashes.write"])
    assert any(kept.is_file() for kept in (world.folder / "blobs").rglob("*"))
    assert api("DELETE", f"/file/{file}", params={"trash": "0"}).status_code == 200
    world.do_jobs()
    assert world.until(lambda: not any(kept.is_file() for kept in (world.folder / "blobs").rglob("*")))


def test_an_upload_gives_the_file_and_dates_count_from_query_or_form(api: Api) -> None:
    made = api.upload(
        b"hello",
        params={"modification": "2026-02-01T00:00:00Z"},
        fields={"creation": "2025-01-01T00:00:00Z", "fileSize": "5", "fileHash": hashlib.md5(b"hello").hexdigest()},
    )
    assert made.status_code == 201
    told = made.json()
    assert told["hash"] == told["md5"] == "5d41402abc4b2a76b9719d911017c592"
    assert (told["size"], told["lock"]) == (5, None)
    assert (told["creation"], told["modification"]) == ("2025-01-01T00:00:00Z", "2026-02-01T00:00:00Z")


def test_the_same_name_again_makes_a_new_version_with_a_new_id(api: Api) -> None:
    first = api.upload(b"one").json()
    second = api.upload(b"three").json()
    assert second["id"] != first["id"]
    assert second["guid"] == first["guid"]
    assert (second["nb_versions"], "nb_versions" in first) == (2, False)
    (listed,) = api.listing()["content"]["files"]
    assert listed["id"] == second["id"]
    assert api("GET", f"/file/{first['id']}").json()["size"] == 3
    assert api("GET", f"/file/{first['id']}/download").content == b"one"
    for method, body in (("PUT", {"name": "x.txt"}), ("DELETE", None)):
        refused = api(method, f"/file/{first['id']}", json=body)
        assert (refused.status_code, refused.json()["current_id"]) == (409, second["id"])
    assert api.listing()["size"] == 5
    assert api("DELETE", f"/file/{second['id']}").status_code == 200
    assert api.listing()["content"]["files"] == []


def test_a_file_and_a_folder_never_share_a_name(api: Api) -> None:
    number = api.folder("same")
    assert api.upload(b"x", name="same").status_code == 403
    file = api.upload(b"x", name="file").json()
    assert api("POST", "/folder", json={"parent_id": 1, "name": "file"}).status_code == 403
    assert api("PUT", f"/file/{file['id']}", json={"name": "same"}).status_code == 403
    assert api("PUT", f"/folder/{number}", json={"name": "file"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"fileSize": "6"}, "other_content"),
        ({"fileHash": "0" * 32}, "other_content"),
        ({"fileHash": "xyz"}, "invalid"),
        ({"fileSize": "-1"}, "invalid"),
        ({"modification": "yesterday"}, "invalid"),
        ({"modification": "2026-01-01T00:00:00"}, "invalid"),
        ({"modification": "0001-01-01T00:00:00Z"}, "invalid"),
    ],
)
def test_a_body_that_is_not_what_was_announced_leaves_nothing(
    world: World, api: Api, fields: dict[str, str], code: str
) -> None:
    refused = api.upload(b"hello", fields=fields)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert_nothing_left(world, api)


def assert_nothing_left(world: World, api: Api) -> None:
    assert api.listing()["content"]["files"] == []
    assert world.read(lambda work: work.blobs.abandoned_since(work.now + 1, 10)) == []
    assert [file for file in (world.folder / "blobs").rglob("*") if file.is_file()] == []


BOUNDARY = "b0undary"
PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="folderId"\r\n\r\n1\r\n'
FILE = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="targetFile"; filename="a.txt"\r\n'
    "Content-Type: application/octet-stream\r\n\r\nhello\r\n"
)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        (f"{PART}{FILE}", 400),
        (f"{PART}--{BOUNDARY}--\r\n", 400),
        (f"{PART}{PART}{FILE}--{BOUNDARY}--\r\n", 400),
        (f"{PART}{FILE}{FILE}--{BOUNDARY}--\r\n", 400),
        (PART.replace("1\r\n", "x" * 70_000 + "\r\n") + f"{FILE}--{BOUNDARY}--\r\n", 413),
        ("".join(PART.replace("folderId", f"x{i}") for i in range(40)) + f"{FILE}--{BOUNDARY}--\r\n", 413),
        (PART.replace("\r\n1\r\n", "\r\n999\r\n") + f"{FILE}--{BOUNDARY}--\r\n", 404),
        (FILE + f"--{BOUNDARY}--\r\n", 422),
        ("nonsense", 400),
    ],
)
def test_wp_05_a_broken_form_is_refused_and_leaves_nothing(world: World, api: Api, body: str, status: int) -> None:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    refused = api("POST", "/file/upload", content=body.encode(), headers=headers)
    assert refused.status_code == status, refused.text
    assert_nothing_left(world, api)


def test_the_file_may_come_before_its_folder_and_the_name_keeps_no_backslash(tmp_path: Path) -> None:
    with World(tmp_path / "data", names=Strictness.RELAXED) as world:
        api = Api(world)
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        quoted = FILE.replace("a.txt", 'a \\"b\\".txt')
        made = api("POST", "/file/upload", content=f"{quoted}{PART}--{BOUNDARY}--\r\n".encode(), headers=headers)
        assert made.status_code == 201, made.text
        assert made.json()["name"] == 'a "b".txt'


def test_another_kind_of_body_or_a_compressed_one_is_refused(api: Api) -> None:
    assert api("POST", "/file/upload", content=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
    refused = api.upload(b"x", headers={"Content-Encoding": "gzip"})
    assert refused.status_code == 415


def test_a_quota_refuses_what_goes_beyond_it_and_keeps_what_was_there(world: World, api: Api) -> None:
    number = api.folder("small")
    assert api("PUT", f"/folder/{number}", json={"quota": 10}).json()["quota"] == 10
    assert api.upload(b"12345678", folder=number).status_code == 201
    refused = api.upload(b"123", name="more.txt", folder=number)
    assert (refused.status_code, refused.json()["code"]) == (507, "over_quota")
    assert api.upload(b"1234567890", folder=number).status_code == 201
    elsewhere = api.upload(b"123", name="else.txt").json()
    assert api("PUT", f"/file/{elsewhere['id']}", json={"parent_id": number}).status_code == 507


def test_a_file_is_moved_with_its_counts(api: Api) -> None:
    number = api.folder("target")
    file = api.upload(b"12345").json()
    moved = api("PUT", f"/file/{file['id']}", json={"parent_id": number, "modification": "2020-02-02T00:00:00Z"}).json()
    assert (moved["id"], moved["parent_id"], moved["modification"]) == (file["id"], number, "2020-02-02T00:00:00Z")
    assert api("GET", f"/folder/{number}").json()["nb_d_files"] == 1
    assert api.listing()["nb_d_files"] == 0


def test_a_download_is_whole_or_one_range(api: Api) -> None:
    file = api.upload(b"0123456789", name="déjà.bin").json()["id"]
    path = f"/file/{file}/download"
    whole = api("GET", path)
    assert (whole.status_code, whole.content, whole.headers["content-length"]) == (200, b"0123456789", "10")
    assert (
        whole.headers["content-disposition"] == "attachment; filename=\"d_j_.bin\"; filename*=UTF-8''d%C3%A9j%C3%A0.bin"
    )
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-security-policy"] == "sandbox; default-src 'none'"
    head = api("HEAD", path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "10")
    for asked, content, told in (
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=5-100", b"56789", "bytes 5-9/10"),
    ):
        part = api("GET", path, headers={"Range": asked})
        assert (part.status_code, part.content, part.headers["content-range"]) == (206, content, told)
    for asked in ("bytes=10-", "bytes=-0"):
        outside = api("GET", path, headers={"Range": asked})
        assert (outside.status_code, outside.headers["content-range"]) == (416, "bytes */10")
    for asked in ("bytes=4-2", "bytes=x-", "lines=1-2", "bytes=0-1,3-4", "bytes=-"):
        assert api("GET", path, headers={"Range": asked}).status_code == 200
    tag = whole.headers["etag"]
    assert api("GET", path, headers={"Range": "bytes=0-1", "If-Range": tag}).status_code == 206
    assert (
        api("GET", path, headers={"Range": "bytes=0-1", "If-Range": whole.headers["last-modified"]}).status_code == 206
    )
    assert api("GET", path, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200
    assert api("GET", path, headers={"If-None-Match": tag}).status_code == 304


def test_an_empty_file_is_downloaded_with_status_200_and_length_0(api: Api) -> None:
    file = api.upload(b"").json()
    assert (file["size"], file["hash"]) == (0, hashlib.md5().hexdigest())
    empty = api("GET", f"/file/{file['id']}/download")
    assert (empty.status_code, empty.headers["content-length"], empty.content) == (200, "0", b"")


def test_a_large_file_passes_through_in_blocks(api: Api) -> None:
    content = bytes(range(256)) * 20_000
    file = api.upload(content).json()
    assert file["hash"] == hashlib.md5(content).hexdigest()
    assert api("GET", f"/file/{file['id']}/download").content == content


def test_lost_bytes_are_told_as_gone(world: World, api: Api) -> None:
    file = api.upload(b"x").json()["id"]
    for blob in (world.folder / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    assert api("GET", f"/file/{file}/download").status_code == 410


def test_wp_11_an_unknown_member_is_named_with_the_nearest_known_one(api: Api) -> None:
    refused = api("POST", "/folder", json={"parent_id": 1, "nmae": "x", "name": "y"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"field": "nmae", "code": "unknown_member", "detail": "There is no member nmae here. Did you mean name?"}
    ]


def test_private_spaces_are_nobody_else_s(world: World, api: Api) -> None:
    bob = world.person("bob")
    assert api("GET", f"/folder/{bob.private_root}").status_code == 404
    assert api("POST", "/folder", json={"parent_id": bob.private_root, "name": "x"}).status_code == 404
    token = world.token("files.readwrite files.read", person=bob)
    own, _shared = json.loads(world.send("GET", "/api/folders", token=token).content)
    assert (own["id"], own["type"]) == (bob.private_root, "private")
    assert world.send("GET", "/api/folder/1", token=token).status_code == 404
    made = world.send("POST", "/api/folder", token=token, json={"parent_id": bob.private_root, "name": "mine"})
    assert made.status_code == 201
    acting = world.token("files.readwrite files.read users.readwrite users.read")
    seen = world.send("GET", f"/api/folder/{bob.private_root}", token=acting, headers={"As": str(bob.id)})
    assert seen.status_code == 200
