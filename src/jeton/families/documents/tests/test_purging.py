"""Purged folders: what was there too long goes to the trash, and nothing else does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.kernel.purging import purge_folders
from jeton.testing.housekeeping import check
from jeton.testing.world import World

DAY = 24 * 3600


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data", does_jobs=False) as made:
        yield made


def make(world: World, name: str, parent: int = 1, purge: int = 0) -> int:
    token = world.token()
    made = world.send("POST", "/api/folder", token=token, json={"parent_id": parent, "name": name}).json()["id"]
    if purge:
        world.send("PUT", f"/api/folder/{made}", token=token, json={"purge_frequency": purge})
    return int(made)


def put(world: World, folder: int, name: str, **query: str) -> int:
    form = {"data": {"folderId": str(folder)}, "files": {"targetFile": (name, b"x")}}
    return int(world.send("POST", "/api/file/upload", token=world.token(), params=query, **form).json()["id"])


def names(world: World, folder: int = 1) -> set[str]:
    def walk(folder: dict[str, Any]) -> set[str]:
        found = {file["name"] for file in folder["content"]["files"]}
        return found.union(*(walk(inner) for inner in folder["content"]["folders"]))

    return walk(world.send("GET", f"/api/folder/{folder}?depth=-1", token=world.token()).json())


def test_what_is_there_too_long_goes_to_the_trash_and_folders_stay(world: World) -> None:
    purged, other = make(world, "purged", purge=10), make(world, "other")
    inner = make(world, "inner", purged)
    put(world, purged, "old")
    put(world, inner, "old below")
    put(world, other, "elsewhere")
    world.pass_time(9 * DAY)
    put(world, purged, "young")
    world.do_jobs()
    assert names(world) == {"old", "old below", "elsewhere", "young"}
    world.pass_time(2 * DAY)
    world.do_jobs()
    assert names(world) == {"elsewhere", "young"}
    assert world.audit().count("file.purged") == 2
    admin = world.token(person=world.admin)
    thrown = world.send("GET", "/api/trashes?others=1", token=admin).json()
    assert {entry["name"] for entry in thrown} == {"old", "old below"}
    back = next(entry["id"] for entry in thrown if entry["name"] == "old below")
    assert world.send("PUT", f"/api/trash/{back}", token=admin, json={}).status_code == 200
    assert names(world, inner) == {"old below"}
    assert check(world) == []


def test_a_folder_with_a_purge_of_its_own_goes_by_it_alone(world: World) -> None:
    quick = make(world, "quick", purge=1)
    slow = make(world, "slow", quick, purge=100)
    below = make(world, "below", slow)
    put(world, quick, "quick one")
    put(world, slow, "slow one")
    put(world, below, "slow one below")
    world.pass_time(2 * DAY)
    world.do_jobs()
    assert names(world) == {"slow one", "slow one below"}
    world.pass_time(100 * DAY)
    world.do_jobs()
    assert names(world) == set()


def test_age_is_not_the_client_s_to_say_and_a_new_version_is_young(world: World) -> None:
    purged = make(world, "purged", purge=10)
    put(world, purged, "said to be old", modification="2001-01-01T00:00:00Z", creation="2001-01-01T00:00:00Z")
    put(world, purged, "renewed")
    world.do_jobs()
    assert names(world) == {"said to be old", "renewed"}
    world.pass_time(9 * DAY)
    put(world, purged, "renewed")
    world.pass_time(2 * DAY)
    world.do_jobs()
    assert names(world) == {"renewed"}


def test_what_is_locked_stays_until_it_is_not(world: World) -> None:
    purged = make(world, "purged", purge=1)
    file = put(world, purged, "locked")
    admin = world.token(person=world.admin)
    assert world.send("PUT", f"/api/lock/{file}", token=admin, json={}).is_success
    world.pass_time(2 * DAY)
    world.do_jobs()
    assert names(world) == {"locked"}
    admin = world.token(person=world.admin)
    assert world.send("DELETE", f"/api/lock/{file}", token=admin).is_success
    world.pass_time(3601)
    world.do_jobs()
    assert names(world) == set()


def test_a_purge_goes_in_small_steps_and_then_rests_for_an_hour(world: World) -> None:
    purged = make(world, "purged", purge=1)
    for number in range(5):
        put(world, purged, f"f{number}")
    world.pass_time(2 * DAY)
    assert [world.write(lambda work: purge_folders(work, 2)) for _ in range(3)] == [2, 2, 1]
    put(world, purged, "later")
    world.pass_time(2 * DAY)
    assert world.write(lambda work: purge_folders(work, 2)) == 1
    world.send("DELETE", f"/api/folder/{purged}", token=world.token())
    assert world.write(lambda work: purge_folders(work, 2)) == 0


def test_what_lies_in_the_trash_is_purged_by_nobody_a_second_time(world: World) -> None:
    purged = make(world, "purged", purge=1)
    put(world, purged, "a")
    world.send("DELETE", f"/api/folder/{purged}", token=world.token())
    world.pass_time(2 * DAY)
    world.do_jobs()
    assert "file.purged" not in world.audit()
    assert check(world) == []


def test_what_is_archived_is_kept_however_old(world: World) -> None:
    purged = make(world, "purged", purge=1)
    inner = make(world, "inner", purged, purge=1)
    file = put(world, inner, "a")
    assert world.send("PUT", f"/api/folder/{purged}/archive", token=world.token()).is_success
    world.pass_time(2 * DAY)
    world.do_jobs()
    assert "file.purged" not in world.audit()
    assert world.send("GET", f"/api/archive/file/{file}", token=world.token()).status_code == 200
    assert check(world) == []
