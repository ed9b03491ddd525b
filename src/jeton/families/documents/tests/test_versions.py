"""Versions of a file: listed, read, brought back, let go by people and by the platform."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right
from jeton.kernel.versions import prune
from jeton.testing.housekeeping import check, kept_blobs
from jeton.testing.world import World

DAY = 24 * 3600


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data", does_jobs=False) as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


def put(world: World, token: str, content: bytes, name: str = "a.txt") -> int:
    form = {"data": {"folderId": "1"}, "files": {"targetFile": (name, content)}}
    return int(world.send("POST", "/api/file/upload", token=token, **form).json()["id"])


def listed(world: World, token: str, file: int, query: str = "") -> list[int]:
    return [version["id"] for version in world.send("GET", f"/api/file/{file}/versions{query}", token=token).json()]


def content(world: World, token: str, file: int) -> bytes:
    return world.send("GET", f"/api/file/{file}/download", token=token).content


def configure(world: World, token: str, **settings: int) -> None:
    assert world.send("PUT", "/api/config", token=token, json={"config": settings}).status_code == 200


def test_versions_are_listed_newest_first_by_any_of_their_ids(world: World, token: str) -> None:
    ids = [put(world, token, text) for text in (b"one", b"two", b"three!")]
    newest_first = ids[::-1]
    assert all(listed(world, token, number) == newest_first for number in ids)
    assert listed(world, token, ids[0], "?offset=1&limit=1") == [ids[1]]
    told = world.send("GET", f"/api/file/{ids[0]}/versions", token=token).json()
    assert [version["size"] for version in told] == [6, 3, 3]
    assert len({version["guid"] for version in told}) == 1
    assert {version["nb_versions"] for version in told} == {3}
    assert [content(world, token, number) for number in ids] == [b"one", b"two", b"three!"]


def test_an_old_version_comes_back_as_a_new_one_and_all_the_others_stay(world: World, token: str) -> None:
    first, second = put(world, token, b"first words"), put(world, token, b"2nd")
    world.pass_time(60)
    restored = world.send("PUT", f"/api/file/{first}/restore", token=token)
    assert restored.status_code == 200
    told = restored.json()
    assert told["id"] not in {first, second}
    assert listed(world, token, first) == [told["id"], second, first]
    assert content(world, token, told["id"]) == b"first words"
    assert told["modification"] > world.send("GET", f"/api/file/{second}", token=token).json()["modification"]
    folder = world.send("GET", "/api/folder/1?depth=1", token=token).json()
    assert (folder["size"], folder["nb_files"]) == (len(b"first words"), 1)
    assert [file["id"] for file in folder["content"]["files"]] == [told["id"]]
    assert len(kept_blobs(world)) == 2, "the bytes are shared, not copied"
    assert check(world) == []


def test_the_current_version_is_neither_restored_nor_deleted_by_itself(world: World, token: str) -> None:
    put(world, token, b"old")
    current = put(world, token, b"new")
    for method, path in (("PUT", "restore"), ("DELETE", "version")):
        refused = world.send(method, f"/api/file/{current}/{path}", token=token)
        assert (refused.status_code, refused.json()["code"]) == (409, "current_version")


def test_an_old_version_is_deleted_with_its_bytes_and_nothing_else(world: World, token: str) -> None:
    first, second, third = (put(world, token, text) for text in (b"1", b"22", b"333"))
    assert world.send("DELETE", f"/api/file/{second}/version", token=token).status_code == 204
    assert listed(world, token, third) == [third, first]
    assert world.send("GET", f"/api/file/{second}", token=token).status_code == 404
    world.do_jobs()
    assert len(kept_blobs(world)) == 2
    assert content(world, token, first) == b"1"
    assert check(world) == []


def test_bytes_that_another_version_holds_outlive_the_one_that_brought_them(world: World, token: str) -> None:
    first = put(world, token, b"shared")
    put(world, token, b"between")
    restored = world.send("PUT", f"/api/file/{first}/restore", token=token).json()["id"]
    assert world.send("DELETE", f"/api/file/{first}/version", token=token).status_code == 204
    world.do_jobs()
    assert content(world, token, restored) == b"shared"
    world.send("DELETE", f"/api/file/{restored}?trash=0", token=token)
    world.do_jobs()
    assert len(kept_blobs(world)) == 0
    assert check(world) == []


def test_more_versions_than_the_platform_keeps_go_the_oldest_first(world: World, token: str) -> None:
    ids = [put(world, token, b"%d" % number) for number in range(6)]
    other = put(world, token, b"alone", "b.txt")
    world.do_jobs()
    assert listed(world, token, ids[-1]) == ids[::-1], "a hundred are kept unless somebody says otherwise"
    configure(world, token, version_count=2)
    world.do_jobs()
    assert listed(world, token, ids[-1]) == ids[:-3:-1]
    assert listed(world, token, other) == [other]
    assert len(kept_blobs(world)) == 3
    assert world.audit().count("file.versions_pruned") == 1
    configure(world, token, version_count=1)
    world.do_jobs()
    assert listed(world, token, ids[-1]) == [ids[-1]]
    assert "nb_versions" not in world.send("GET", f"/api/file/{ids[-1]}", token=token).json()
    assert check(world) == []


def test_versions_go_so_many_days_after_another_replaced_them(world: World, token: str) -> None:
    configure(world, token, version_days=10)
    first = put(world, token, b"1")
    world.pass_time(30 * DAY)
    second = put(world, world.token(), b"2")
    world.pass_time(9 * DAY)
    third = put(world, world.token(), b"3")
    world.do_jobs()
    assert listed(world, world.token(), third) == [third, second, first], "its age counts from its replacement"
    world.pass_time(2 * DAY)
    world.do_jobs()
    assert listed(world, world.token(), third) == [third, second]
    world.pass_time(365 * DAY)
    world.do_jobs()
    assert listed(world, world.token(), third) == [third], "the current one stays however old it is"
    assert check(world) == []


def test_pruning_takes_small_steps(world: World, token: str) -> None:
    ids = [put(world, token, b"%d" % number) for number in range(5)]
    configure(world, token, version_count=1)
    assert world.write(lambda work: prune(work, 3)) == 3
    assert len(listed(world, token, ids[-1])) == 2
    assert [world.write(lambda work: prune(work, 3)) for _ in range(2)] == [1, 0]


def test_az_05_a_reader_neither_restores_nor_deletes_a_version(world: World, token: str) -> None:
    ana = world.person("ana")
    first, second = put(world, token, b"1"), put(world, token, b"2")
    hers = world.token(person=ana)
    assert world.send("GET", f"/api/file/{first}/versions", token=hers).status_code == 404
    world.write(lambda work: _let_read(work, ana.id))
    assert listed(world, hers, first) == [second, first]
    for method, path in (("PUT", "restore"), ("DELETE", "version")):
        refused = world.send(method, f"/api/file/{first}/{path}", token=hers)
        assert (refused.status_code, refused.json()["code"]) == (403, "right_missing")
    assert listed(world, hers, first) == [second, first]


def test_a_version_that_would_not_fit_is_not_restored(world: World, token: str) -> None:
    first = put(world, token, b"x" * 100)
    put(world, token, b"x")
    assert world.send("PUT", "/api/folder/1", token=token, json={"quota": 50}).status_code == 200
    refused = world.send("PUT", f"/api/file/{first}/restore", token=token)
    assert (refused.status_code, refused.json()["code"]) == (507, "over_quota")


def _let_read(work: Work, person: PrincipalId) -> None:
    rights = Right.BROWSE | Right.READ | Right.DOWNLOAD
    work.entries.put(FolderId(1), person, rights, by=PrincipalId(0), now=work.now)
