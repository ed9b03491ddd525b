"""Uploads by tus 1.0.0, opened and closed by calls of the API (wire/files.md section 6.4)."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from jeton.families.documents.tests.uploading import Api, md5
from jeton.kernel.ids import FolderId
from jeton.testing.housekeeping import check
from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made
        assert check(made) == []


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)


def bytes_kept(world: World) -> list[Path]:
    return [path for path in (world.folder / "blobs").rglob("*") if path.is_file()]


def test_a_file_comes_in_pieces_and_is_there_once_it_is_closed(api: Api) -> None:
    content = bytes(range(256)) * 9000
    opened = api.open_tus(len(content))
    assert opened.status_code == 200
    (session,) = opened.json()
    key = session["sessionKey"]
    made = api.create(key, len(content))
    assert (made.status_code, made.headers["location"]) == (201, f"/api/tus/{key}")
    assert made.headers["tus-resumable"] == "1.0.0"
    assert "GMT" in made.headers["upload-expires"]
    looked = api.tus("HEAD", f"/tus/{key}")
    assert (looked.headers["upload-offset"], looked.headers["upload-length"]) == ("0", str(len(content)))
    assert looked.headers["cache-control"] == "no-store"
    assert looked.headers["upload-metadata"] == f"token {b64encode(key.encode()).decode()}"
    half = len(content) // 2 + 7
    first = api.patch(key, 0, content[:half])
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(half))
    assert api.offset(key) == half
    refused = api.close_tus(key)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_whole")
    assert api.files() == []
    assert api.patch(key, half, content[half:]).status_code == 204
    closed = api.close_tus(key)
    assert closed.status_code == 200
    told = closed.json()
    assert (told["name"], told["size"], told["hash"]) == ("a.bin", len(content), md5(content))
    assert api.content(told["id"]) == content


def test_closing_again_gives_the_same_file_and_no_second_version(world: World, api: Api) -> None:
    key = api.begun(5)
    api.patch(key, 0, b"hello")
    first = api.close_tus(key).json()
    assert api.close_tus(key).json() == first
    api.form(b"newer", name="a.bin")
    again = api.close_tus(key).json()
    assert (again["id"], again["size"]) == (first["id"], 5)
    assert api.files()[0]["nb_versions"] == 2
    assert api.patch(key, 5, b"").status_code == 410


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/file/{}"), ("PUT", "/file/{}/archive")])
def test_closing_again_finds_nothing_once_the_file_left_the_tree(
    world: World, api: Api, method: str, path: str
) -> None:
    key = api.begun(2)
    api.patch(key, 0, b"ab")
    first = api.close_tus(key).json()
    assert Api(world, "all")(method, path.format(first["id"])).is_success
    again = api.close_tus(key)
    assert (again.status_code, again.json()["code"]) == (404, "no_such_file")


def test_who_may_write_and_not_read_closes_again_too(world: World, api: Api) -> None:
    only = Api(world, "files.write")
    key = only.open_tus(2).json()[0]["sessionKey"]
    only.create(key, 2)
    assert only.patch(key, 0, b"ab").status_code == 204
    first = only.close_tus(key)
    assert (first.status_code, only.close_tus(key).json()["id"]) == (200, first.json()["id"])


def test_an_empty_file_needs_no_bytes(api: Api) -> None:
    key = api.begun(0)
    assert api.patch(key, 0, b"").headers["upload-offset"] == "0"
    assert api.close_tus(key).json()["hash"] == md5(b"")


@pytest.mark.parametrize("offset", ["4", "6", "10", "-1", "five", "", "5.0", "9" * 30])
def test_up_02_an_offset_that_is_not_the_right_one_is_refused_and_told(api: Api, offset: str) -> None:
    key = api.begun(10)
    api.patch(key, 0, b"01234")
    refused = api.patch(key, offset, b"56789")
    if offset.isdigit() and len(offset) < 20:
        assert (refused.status_code, refused.headers["upload-offset"]) == (409, "5")
    else:
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_tus_header")
    assert refused.headers["tus-resumable"] == "1.0.0"
    assert api.offset(key) == 5


@pytest.mark.parametrize(
    ("length", "status"),
    [("-1", 400), ("", 400), ("x", 400), (str(2**63), 413), (str((1 << 43) + 1), 413), ("9", 400), ("1e1", 400)],
)
def test_up_03_a_length_that_cannot_be_is_refused(api: Api, length: str, status: int) -> None:
    key = api.open_tus(10).json()[0]["sessionKey"]
    refused = api.tus(
        "POST", "/tus", {"Upload-Length": length, "Upload-Metadata": f"token {b64encode(key.encode()).decode()}"}
    )
    assert refused.status_code == status, refused.text
    deferred = api.tus(
        "POST",
        "/tus",
        {
            "Upload-Defer-Length": "1",
            "Upload-Length": "10",
            "Upload-Metadata": f"token {b64encode(key.encode()).decode()}",
        },
    )
    assert (deferred.status_code, deferred.json()["code"]) == (400, "bad_tus_header")


def test_up_03_a_size_beyond_what_is_taken_is_refused_before_anything_is_kept(api: Api) -> None:
    assert api.open_tus(-1).status_code == 422
    assert api.open_tus(2**63).status_code == 422
    assert (api.open_tus((1 << 43) + 1).status_code, api.open_tus(1 << 43).status_code) == (413, 200)


def test_up_04_an_upload_is_there_for_who_began_it_and_nobody_else(world: World, api: Api) -> None:
    key = api.begun(5)
    person = world.person("boss", is_administrator=True)
    for other in (Api(world), Api(world, person=person)):
        assert other.tus("HEAD", f"/tus/{key}").status_code == 404
        assert other.patch(key, 0, b"hello").status_code == 404
        assert other.tus("DELETE", f"/tus/{key}").status_code == 404
        assert other.close_tus(key).status_code == 404
        assert other.create(key, 5).status_code == 404
        assert other("DELETE", "/file/cancel", params={"sessionKey": key}).status_code == 204
    assert api.offset(key) == 0
    mine, through_another = Api(world, person=person), Api(world, person=person)
    own = mine.begun(5)
    assert through_another.tus("HEAD", f"/tus/{own}").status_code == 404


def test_what_is_terminated_is_gone_with_its_bytes_and_its_room(world: World, api: Api) -> None:
    folder = api.folder("small", quota=10)
    key = api.begun(8, folder=folder)
    api.patch(key, 0, b"0123")
    assert api.open_tus(8, name="b", folder=folder).status_code == 507
    assert api.tus("DELETE", f"/tus/{key}").status_code == 204
    assert api.tus("HEAD", f"/tus/{key}").status_code == 404
    assert api.patch(key, 4, b"4567").status_code == 404
    assert api.close_tus(key).status_code == 404
    other = api.begun(8, name="b", folder=folder)
    assert other != key
    world.do_jobs()
    assert world.until(lambda: bytes_kept(world) == [])


@pytest.mark.parametrize("algorithm", ["sha1", "md5", "sha256"])
def test_up_07_bytes_with_another_checksum_are_refused_and_none_is_kept(api: Api, algorithm: str) -> None:
    key = api.begun(10)
    api.patch(key, 0, b"01234")
    right = b64encode(hashlib.new(algorithm, b"56789").digest()).decode()
    refused = api.patch(key, 5, b"56780", **{"Upload-Checksum": f"{algorithm} {right}"})
    assert (refused.status_code, refused.json()["code"]) == (460, "other_checksum")
    assert api.offset(key) == 5
    assert api.patch(key, 5, b"56789", **{"Upload-Checksum": f"{algorithm} {right}"}).status_code == 204
    assert api.close_tus(key).json()["hash"] == md5(b"0123456789")


@pytest.mark.parametrize("checksum", ["crc32 AAAA", "sha1", "sha1 AAAA", "sha1 !!!", "SHA1 ", "sha256 " + "A" * 28])
def test_a_checksum_that_cannot_be_read_is_refused(api: Api, checksum: str) -> None:
    key = api.begun(5)
    refused = api.patch(key, 0, b"hello", **{"Upload-Checksum": checksum})
    assert (refused.status_code, api.offset(key)) == (400, 0)


def test_up_07_a_file_that_is_not_what_was_announced_is_refused_and_its_bytes_go(world: World, api: Api) -> None:
    key = api.open_tus(5, hash=md5(b"other")).json()[0]["sessionKey"]
    api.create(key, 5)
    api.patch(key, 0, b"hello")
    refused = api.close_tus(key)
    assert (refused.status_code, refused.json()["code"]) == (422, "other_content")
    assert api.files() == []
    assert api.close_tus(key).status_code == 404
    world.do_jobs()
    assert world.until(lambda: bytes_kept(world) == [])


def test_up_10_more_than_was_announced_is_cut_off(api: Api) -> None:
    key = api.begun(5)
    refused = api.patch(key, 0, b"hello and more")
    assert (refused.status_code, refused.json()["code"]) == (413, "too_many_bytes")
    assert api.offset(key) == 0

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    assert api.patch(key, 0, endless()).status_code == 413
    assert api.offset(key) == 0


def test_up_13_metadata_cannot_smuggle_a_name(api: Api) -> None:
    for name in ("../../etc/passwd", "a\r\nSet-Cookie: x", "a/b", "", "x" * 300):
        assert api.open_tus(5, name=name).status_code == 422
    key = api.open_tus(5).json()[0]["sessionKey"]
    token = f"token {b64encode(key.encode()).decode()}"
    for filename in (b"../../etc/passwd", b"a\r\nb", b"other.bin", b"\xff", b"a\0b"):
        told = {"Upload-Length": "5", "Upload-Metadata": f"{token},filename {b64encode(filename).decode()}"}
        assert api.tus("POST", "/tus", told).status_code == 422, filename
    for metadata in ("", "token", "token !!!", f"{token},{token}", token + ",x " + b64encode(b"x" * 64_000).decode()):
        assert api.tus("POST", "/tus", {"Upload-Length": "5", "Upload-Metadata": metadata}).status_code in {404, 422}
    same = {"Upload-Length": "5", "Upload-Metadata": f"{token},filename {b64encode(b'a.bin').decode()}"}
    assert api.tus("POST", "/tus", same).status_code == 201


def test_up_14_an_upload_that_nobody_went_on_with_for_a_day_is_over(world: World, api: Api) -> None:
    folder = api.folder("small", quota=10)
    key = api.begun(8, folder=folder)
    api.patch(key, 0, b"0123")
    world.pass_time(23 * 3600)
    assert api.patch(key, 4, b"4").status_code == 204  # each byte gives it another day
    world.pass_time(23 * 3600)
    api.renew()
    assert api.offset(key) == 5
    world.pass_time(2 * 3600)
    for answer in (api.tus("HEAD", f"/tus/{key}"), api.patch(key, 5, b"567"), api.close_tus(key)):
        assert answer.status_code == 410
    world.do_jobs()
    assert world.until(lambda: bytes_kept(world) == [])
    assert api.tus("HEAD", f"/tus/{key}").status_code == 410
    assert world.read(lambda work: work.tree.reserved(work.tree.reread_folder(FolderId(folder)))) == 0


def test_another_version_or_none_is_told_which_one_is_spoken(api: Api) -> None:
    key = api.begun(5)
    for version in ("0.2.2", "1.0.1", ""):
        refused = api("HEAD", f"/tus/{key}", headers={"Tus-Resumable": version})
        assert (refused.status_code, refused.headers["tus-version"]) == (412, "1.0.0")
    assert api("PATCH", f"/tus/{key}", content=b"x").status_code == 412


def test_another_type_of_body_is_refused(api: Api) -> None:
    key = api.begun(5)
    refused = api.patch(key, 0, b"hello", **{"Content-Type": "application/octet-stream"})
    assert (refused.status_code, refused.headers["tus-resumable"]) == (415, "1.0.0")


def test_what_is_spoken_is_told_to_anybody(world: World) -> None:
    told = world.send("OPTIONS", "/api/tus")
    assert told.status_code == 204
    assert told.headers["tus-version"] == "1.0.0"
    assert told.headers["tus-extension"] == "creation,termination,checksum,expiration"
    assert told.headers["tus-checksum-algorithm"] == "sha1,md5,sha256"
    assert int(told.headers["tus-max-size"]) == 1 << 43


def test_a_resource_is_made_before_it_is_used(api: Api) -> None:
    key = api.open_tus(5).json()[0]["sessionKey"]
    assert api.tus("HEAD", f"/tus/{key}").status_code == 404
    assert api.patch(key, 0, b"hello").status_code == 404
    assert api.create(key, 5).headers["location"] == api.create(key, 5).headers["location"]


def test_the_name_of_a_file_that_is_there_makes_a_version(api: Api) -> None:
    first = api.form(b"one").json()
    key = api.begun(3, modification="2026-02-01T00:00:00Z")
    api.patch(key, 0, b"two")
    second = api.close_tus(key).json()
    assert (second["guid"], second["nb_versions"]) == (first["guid"], 2)
    assert second["modification"] == "2026-02-01T00:00:00Z"
    assert second["id"] != first["id"]


def test_half_an_upload_is_opened_or_closed_by_nothing(api: Api) -> None:
    assert api("POST", "/file/tus", json={}).status_code == 422
    refused = api("POST", "/file/tus", json={"name": "x"})
    assert {error["field"] for error in refused.json()["errors"]} == {"target", "size"}
    assert api("POST", "/file/tus", json={"token": "nothing"}).status_code == 404
