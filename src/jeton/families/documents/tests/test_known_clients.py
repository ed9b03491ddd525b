"""What the vendor's known clients do, call by call: one like rclone's backend, one like the C++ synchroniser.

Source: wire/files.md sections 6.1, 6.4, 6.5, 11 and 12. Statuses are compared as these clients compare them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.families.documents.tests.uploading import Api, md5
from jeton.testing.world import World

PIECE = 16_777_216


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)


def test_one_like_rclone_sends_twenty_mebibytes_dates_them_and_overwrites(api: Api) -> None:
    content = bytes(range(256)) * (20_971_520 // 256)
    folder = api.folder("Projects")
    opened = api("POST", "/file/tus", json={"name": "big.bin", "size": len(content), "target": str(folder)})
    assert opened.status_code in {200, 201}
    key = opened.json()[0]["sessionKey"]
    made = api.create(key, len(content), content=b"")
    assert made.status_code in {200, 201}
    location = made.headers["location"].removeprefix("/api")
    offset = int(api.tus("HEAD", location).headers["upload-offset"])
    while offset < len(content):
        sent = api.patch(key, offset, content[offset : offset + PIECE])
        assert sent.status_code in {200, 201, 204}
        offset = int(sent.headers["upload-offset"])
    closed = api.close_tus(key)
    assert (closed.status_code, closed.json()["hash"]) == (200, md5(content))
    file = closed.json()["id"]
    dated = api(
        "PUT", f"/file/{file}", json={"modification": "2026-01-05T12:00:00Z", "creation": "2026-01-04T12:00:00Z"}
    )
    assert (dated.status_code, dated.json()["id"], dated.json()["modification"]) == (200, file, "2026-01-05T12:00:00Z")
    (listed,) = api.files(folder)
    assert (listed["id"], listed["size"], listed["modification"]) == (file, len(content), "2026-01-05T12:00:00Z")
    again = api(
        "POST",
        "/file/upload?modification=2026-02-01T00%3A00%3A00Z",
        data={"folderId": str(folder), "fileSize": "5", "fileHash": md5(b"hello")},
        files={"targetFile": ("big.bin", b"hello", "application/octet-stream")},
    )
    assert again.status_code in {200, 201}
    assert (again.json()["guid"], again.json()["nb_versions"]) == (closed.json()["guid"], 2)
    assert again.json()["id"] != file


def test_one_like_rclone_that_lost_its_place_is_given_a_new_one(api: Api) -> None:
    key = api.begun(10)
    api.patch(key, 0, b"01234")
    assert api.patch(key, 0, b"01234").headers["upload-offset"] == "5"
    assert api.tus("DELETE", f"/tus/{key}").status_code in {200, 204, 404, 410}
    other = api.begun(10)
    assert (other == key, api.offset(other)) == (False, 0)
    assert api.tus("HEAD", f"/tus/{key}").status_code in {404, 410}


def test_one_like_the_synchroniser_announces_sends_and_lists(api: Api) -> None:
    made = api("POST", "/file", content=b'{"name":"note.txt","parent_id":1,"hash":"5d41402abc4b2a76b9719d911017c592"}')
    assert made.status_code == 201
    number = made.json()["id"]
    sent = api("PUT", f"/file/{number}/upload", content=b"hello")
    assert sent.status_code == 200
    listed = api("GET", "/folder/1", params={"depth": "-1"})
    assert listed.status_code == 200
    (file,) = listed.json()["content"]["files"]
    assert (file["id"], file["size"], file["hash"]) == (number, 5, "5d41402abc4b2a76b9719d911017c592")
    changed = api("PUT", f"/file/{number}/upload", content=b"changed")
    assert (changed.status_code, changed.json()["hash"]) == (200, md5(b"changed"))
    assert api("GET", f"/file/{changed.json()['id']}/download").content == b"changed"
    broken = api("POST", "/file", content=b'{"name":"a"b","parent_id":1,"hash":""}')
    assert broken.status_code == 400
