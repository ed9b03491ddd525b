"""Files in chunks, in a stream that was opened, and under an id that was told before (wire/files.md 6.2, 6.3, 6.5)."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from jeton.families.documents.tests.uploading import Api, md5
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


def is_empty(world: World) -> bool:
    return not any(path.is_file() for path in (world.folder / "blobs").rglob("*"))


# In chunks.


def test_chunks_in_their_order_make_a_file_and_each_tells_the_next(api: Api) -> None:
    first = api.chunk(b"0123", 0, 3, 10)
    assert (first.status_code, first.json()) == (201, [{"missing": 1}])
    assert api.chunk(b"4567", 1, 3, 10).json() == [{"missing": 2}]
    assert api.files() == []
    last = api.chunk(b"89", 2, 3, 10)
    assert last.status_code == 201
    assert (last.json()["size"], last.json()["hash"]) == (10, md5(b"0123456789"))
    assert api.content(last.json()["id"]) == b"0123456789"


def test_a_chunk_that_comes_again_is_taken_once(api: Api) -> None:
    api.chunk(b"0123", 0, 3, 10)
    api.chunk(b"4567", 1, 3, 10)
    assert api.chunk(b"4567", 1, 3, 10).json() == [{"missing": 2}]
    first = api.chunk(b"89", 2, 3, 10).json()
    again = api.chunk(b"89", 2, 3, 10).json()
    assert (again["id"], again["hash"]) == (first["id"], md5(b"0123456789"))
    assert "nb_versions" not in api.files()[0]


def test_the_first_chunk_begins_again_with_whatever_bytes(api: Api) -> None:
    api.chunk(b"old!", 0, 3, 10)
    api.chunk(b"old!", 1, 3, 10)
    first = [api.chunk(content, index, 3, 10) for index, content in enumerate((b"0123", b"4567", b"89"))][-1].json()
    assert first["hash"] == md5(b"0123456789")
    newer = [api.chunk(content, index, 3, 10) for index, content in enumerate((b"9876", b"5432", b"10"))][-1].json()
    assert (newer["guid"], newer["nb_versions"]) == (first["guid"], 2)


def test_a_chunk_out_of_turn_is_told_which_one_is_wanted_and_never_400(api: Api) -> None:
    early = api.chunk(b"4567", 1, 3, 10)
    assert (early.status_code, early.json()) == (201, [{"missing": 0}])
    api.chunk(b"0123", 0, 3, 10)
    assert api.chunk(b"89", 2, 3, 10).json() == [{"missing": 1}]


def test_uploads_in_chunks_are_told_apart_by_all_that_ties_them(world: World, api: Api) -> None:
    other = Api(world)
    for sender in (api, other):
        assert sender.chunk(b"0123", 0, 2, 8).json() == [{"missing": 1}]
    assert api.chunk(b"0123", 0, 2, 8, name="b.bin").json() == [{"missing": 1}]
    assert api.chunk(b"4567", 1, 2, 7).json() == [{"missing": 0}]
    assert api.chunk(b"4567", 1, 2, 8).json()["name"] == "a.bin"
    assert api.chunk(b"4567", 1, 2, 8, name="b.bin").json()["name"] == "b.bin"
    assert other.chunk(b"abcd", 1, 2, 8).json()["hash"] == md5(b"0123abcd")


@pytest.mark.parametrize("last", [b"8", b"89a"])
def test_up_10_chunks_that_are_not_as_long_as_was_said_make_no_file(world: World, api: Api, last: bytes) -> None:
    api.chunk(b"0123", 0, 3, 10)
    api.chunk(b"4567", 1, 3, 10)
    refused = api.chunk(last, 2, 3, 10)
    assert refused.status_code in {413, 422}
    assert api.files() == []
    assert api.chunk(b"0123", 0, 3, 10).status_code == 201
    world.pass_time(25 * 3600)
    world.do_jobs()
    assert world.until(lambda: is_empty(world))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"chunks": "2"}, "chunk"),
        ({"chunk": "2", "chunks": "2"}, "chunk"),
        ({"chunk": "-1", "chunks": "2"}, "chunk"),
        ({"chunk": "0", "chunks": "0"}, "chunks"),
    ],
)
def test_a_chunk_that_says_nonsense_is_refused_for_good(api: Api, fields: dict[str, str], field: str) -> None:
    refused = api.form(b"0123", "a.bin", 1, fileSize="8", **fields)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


def test_the_fields_of_a_chunk_stand_before_its_bytes(world: World, api: Api) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="targetFile"; filename="a"\r\n\r\n0123\r\n'
    for name, value in (("folderId", "1"), ("chunk", "0"), ("chunks", "2"), ("fileSize", "8")):
        body += f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    refused = api("POST", "/file/upload", content=body + b"--x--\r\n", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "chunk_too_early")
    assert is_empty(world)


def test_one_chunk_of_one_is_a_whole_file(api: Api) -> None:
    assert api.chunk(b"0123", 0, 1, 4).json()["size"] == 4


# By a stream.


def test_a_stream_is_opened_and_its_bytes_make_the_file(api: Api) -> None:
    key = api.open_stream("s.bin", 5)
    assert api.files() == []
    made = api.put(f"/file/upload?sessionKey={key}&full=1", b"hello")
    assert (made.status_code, made.json()["name"], made.json()["hash"]) == (200, "s.bin", md5(b"hello"))


def test_a_stream_that_comes_again_is_the_same_file_and_other_bytes_are_refused(world: World, api: Api) -> None:
    key = api.open_stream("s.bin")
    first = api.put(f"/file/upload?sessionKey={key}", b"hello").json()
    assert api.put(f"/file/upload?sessionKey={key}", b"hello").json() == first
    refused = api.put(f"/file/upload?sessionKey={key}", b"other")
    assert (refused.status_code, refused.json()["code"]) == (409, "upload_done")
    assert "nb_versions" not in api.files()[0]
    world.do_jobs()
    assert world.until(lambda: sum(path.is_file() for path in (world.folder / "blobs").rglob("*")) == 1)


def test_a_stream_of_another_length_is_refused_and_may_come_again(api: Api) -> None:
    key = api.open_stream("s.bin", 5)
    for content in (b"hell", b"hello!"):
        refused = api.put(f"/file/upload?sessionKey={key}", content)
        assert (refused.status_code, refused.json()["code"]) == (422, "other_content")

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"hello"

    cut = api.put(f"/file/upload?sessionKey={key}", pieces())
    assert (cut.status_code, cut.json()["code"]) == (413, "too_many_bytes")
    assert api.put(f"/file/upload?sessionKey={key}", b"hello").json()["size"] == 5


def test_another_method_and_another_s_key_open_no_stream(world: World, api: Api) -> None:
    body = {"folderId": "1", "targetPath": "a", "uploadMethod": "carrier pigeon"}
    assert api("POST", "/file/upload", json=body).status_code == 422
    key = api.open_stream()
    assert Api(world).put(f"/file/upload?sessionKey={key}", b"x").status_code == 404
    assert api.put("/file/upload", b"x").status_code == 422
    assert api.put("/file/upload?sessionKey=nothing", b"x").status_code == 404


# Under an id that was told before.


def test_a_file_is_announced_hidden_and_there_once_its_bytes_are(api: Api) -> None:
    made = api("POST", "/file", json={"name": "p.bin", "parent_id": 1, "hash": md5(b"hello")})
    assert made.status_code == 201
    told = made.json()
    assert (told["name"], told["size"], told["hash"], told["parent_id"]) == ("p.bin", 0, md5(b"hello"), 1)
    number = told["id"]
    assert api("GET", f"/file/{number}").status_code == 404
    assert api.files() == []
    put = api.put(f"/file/{number}/upload", b"hello")
    assert put.status_code == 200
    assert (put.json()["id"], put.json()["size"], put.json()["path"]) == (number, 5, told["path"])
    assert api.content(number) == b"hello"
    again = api.put(f"/file/{number}/upload", b"hello").json()
    assert (again["id"], "nb_versions" in again) == (number, False)


def test_bytes_that_were_not_announced_are_refused_and_the_right_ones_taken(api: Api) -> None:
    number = api("POST", "/file", json={"name": "p.bin", "parent_id": 1, "hash": md5(b"hello")}).json()["id"]
    refused = api.put(f"/file/{number}/upload", b"other")
    assert (refused.status_code, refused.json()["code"]) == (422, "other_content")
    assert api("GET", f"/file/{number}").status_code == 404
    assert api.put(f"/file/{number}/upload", b"hello").status_code == 200


def test_bytes_for_a_file_that_is_there_make_a_version(api: Api) -> None:
    first = api.form(b"one").json()
    second = api.put(f"/file/{first['id']}/upload", b"two!").json()
    assert (second["guid"], second["nb_versions"], second["size"]) == (first["guid"], 2, 4)
    refused = api.put(f"/file/{first['id']}/upload", b"x")
    assert (refused.status_code, refused.json()["current_id"]) == (409, second["id"])
    announced = api("POST", "/file", json={"name": "a.bin", "parent_id": 1}).json()["id"]
    third = api.put(f"/file/{announced}/upload", b"three").json()
    assert (third["id"], third["guid"], third["nb_versions"]) == (announced, first["guid"], 3)


def test_an_id_that_was_told_to_somebody_is_nobody_else_s(world: World, api: Api) -> None:
    number = api("POST", "/file", json={"name": "p.bin", "parent_id": 1}).json()["id"]
    assert Api(world).put(f"/file/{number}/upload", b"x").status_code == 404


# Given up.


@pytest.mark.parametrize("way", ["query", "token", "body"])
def test_an_upload_is_cancelled_by_its_key_and_again_without_harm(world: World, api: Api, way: str) -> None:
    key = api.begun(5)
    api.patch(key, 0, b"hel")
    for _ in range(2):
        if way == "body":
            done = api("DELETE", "/file/cancel", json={"sessionKey": key})
        else:
            done = api("DELETE", "/file/cancel", params={"sessionKey" if way == "query" else "token": key})
        assert (done.status_code, done.content) == (204, b"")
    assert api.tus("HEAD", f"/tus/{key}").status_code == 404
    world.do_jobs()
    assert world.until(lambda: is_empty(world))
    assert api("DELETE", "/file/cancel").status_code == 422


def test_what_became_a_file_is_not_cancelled(api: Api) -> None:
    key = api.open_stream("s.bin", 5)
    number = api.put(f"/file/upload?sessionKey={key}", b"hello").json()["id"]
    assert api("DELETE", "/file/cancel", params={"sessionKey": key}).status_code == 204
    assert api.content(number) == b"hello"
