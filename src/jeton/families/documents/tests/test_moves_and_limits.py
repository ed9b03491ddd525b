"""What a move, a quota and a large listing have to reckon with: names on both sides, bytes already there, rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.families.documents.service import folders
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right
from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token("files.readwrite")


def make(world: World, token: str, name: str, parent: int = 1) -> int:
    answer = world.send("POST", "/api/folder", token=token, json={"parent_id": parent, "name": name})
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def upload(world: World, token: str, folder: int, name: str, content: bytes) -> Any:
    form = {"folderId": str(folder)}
    return world.send("POST", "/api/file/upload", token=token, data=form, files={"targetFile": (name, content)})


def change(world: World, token: str, kind: str, number: int, **members: Any) -> Any:
    return world.send("PUT", f"/api/{kind}/{number}", token=token, json=members)


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_move_with_a_new_name_asks_for_the_new_name_alone(world: World, token: str, kind: str) -> None:
    here, there = make(world, token, "here"), make(world, token, "there")
    old = make(world, token, "old", here) if kind == "folder" else upload(world, token, here, "old", b"1").json()["id"]
    make(world, token, "old", there)  # the old name is taken where it goes
    make(world, token, "new", here)  # and the new one where it comes from
    moved = change(world, token, kind, old, parent_id=there, name="new")
    assert moved.status_code == 200, moved.text
    assert (moved.json()["parent_id"], moved.json()["name"]) == (there, "new")


def test_a_quota_counts_only_what_is_added(world: World, token: str) -> None:
    small = make(world, token, "small")
    inner, other = make(world, token, "inner", small), make(world, token, "other", small)
    file = upload(world, token, inner, "a", b"12345678").json()["id"]
    assert change(world, token, "folder", small, quota=10).status_code == 200
    assert change(world, token, "file", file, parent_id=other).status_code == 200
    assert change(world, token, "folder", other, parent_id=inner).status_code == 200
    assert upload(world, token, inner, "b", b"123").status_code == 507


def test_a_folder_beyond_its_quota_still_takes_what_makes_it_smaller(world: World, token: str) -> None:
    small = make(world, token, "small")
    upload(world, token, small, "a", b"12345678")

    def narrow(work: Work) -> None:
        folder = work.doors.folder(OPERATOR, FolderId(small), Right.NONE)
        work.tree.set_limits(folder, quota_bytes=4, purge_after_days=0)

    world.write(narrow)
    assert upload(world, token, small, "a", b"123456").status_code == 201
    assert upload(world, token, small, "empty", b"").status_code == 201
    assert upload(world, token, small, "b", b"1").status_code == 507


def test_a_quota_below_what_is_used_is_refused_and_changes_nothing(world: World, token: str) -> None:
    small = make(world, token, "small")
    upload(world, token, small, "a", b"12345678")
    refused = change(world, token, "folder", small, quota=7, name="other", purge_frequency=3)
    assert (refused.status_code, refused.json()["code"]) == (409, "quota_below_use")
    shown = world.send("GET", f"/api/folder/{small}", token=token).json()
    assert (shown["name"], shown["quota"], shown["purge_frequency"]) == ("small", -1, 0)
    assert change(world, token, "folder", small, quota=8).status_code == 200


def test_limits_are_set_by_who_holds_the_space_and_that_of_a_private_one_by_administrators(
    world: World, token: str
) -> None:
    ana = world.person("ana")
    hers, shared = world.token("files.readwrite files.read", person=ana), make(world, token, "shared")
    rights = dict.fromkeys(("browse", "read", "download", "write", "edit", "delete", "share"), True)
    world.send("POST", "/api/right", token=token, json={"folder_id": shared, "target_id": ana.id, **rights})
    change(world, token, "folder", shared, quota=10)
    inner = make(world, hers, "inner", ana.private_root)
    for number in (shared, ana.private_root):
        for limit in ({"quota": 0 if number == shared else 5}, {"purge_frequency": 3}):
            refused = change(world, hers, "folder", number, **limit)
            assert (refused.status_code, refused.json()["code"]) == (403, "limits_not_yours")
    read = world.send("GET", f"/api/folder/{shared}", token=hers).json()
    assert change(world, hers, "folder", shared, **{**read, "name": "renamed"}).status_code == 200
    assert change(world, hers, "folder", inner, quota=100, purge_frequency=3).status_code == 200


def test_a_listing_counts_the_rows_that_it_would_show(
    world: World, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_ROWS", 3)
    top = make(world, token, "top")
    a, b = make(world, token, "a", top), make(world, token, "b", top)
    make(world, token, "aa", a)
    deep = make(world, token, "bb", b)

    def look(folder: int, depth: int) -> tuple[int, str | None]:
        answer = world.send("GET", f"/api/folder/{folder}?depth={depth}", token=token)
        return answer.status_code, answer.json().get("code")

    assert look(top, 1) == (200, None)
    assert look(top, 2) == (422, "too_many_rows")
    assert look(top, -1) == (422, "too_many_rows")
    for name in ("c", "d"):
        make(world, token, name, top)
    assert look(top, 1) == (422, "too_many_rows")
    assert look(b, 2) == (200, None)
    for name in ("x", "y", "z"):
        make(world, token, name, deep)
    assert look(b, 1) == (200, None)
    assert look(b, -1) == (422, "too_many_rows")
