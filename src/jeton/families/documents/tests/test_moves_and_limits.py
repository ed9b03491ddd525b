"""What a move, a quota and a large listing have to reckon with: names on both sides, bytes already there, rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.families.documents.service import folders
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
    assert change(world, token, "folder", small, quota=4).status_code == 200
    assert upload(world, token, small, "a", b"123456").status_code == 201
    assert upload(world, token, small, "empty", b"").status_code == 201
    assert upload(world, token, small, "b", b"1").status_code == 507


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
