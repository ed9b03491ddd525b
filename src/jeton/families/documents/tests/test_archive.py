"""The archive over the API: what goes in, comes back or goes on to the trash, who reads it, and what counts it."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from jeton.families.documents.tests.test_rights import READER, Scene
from jeton.testing.housekeeping import check
from jeton.testing.world import World

EVERYTHING = dict.fromkeys(("browse", "read", "download", "write", "edit", "delete"), True)
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("archive") / "data") as world:
        yield world


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    world.pass_time(1)
    scene = Scene(world, next(NUMBERS))
    scene.gives(scene.top, EVERYTHING)
    yield scene
    assert check(world) == []


def sent(scene: Scene, method: str, path: str, *, token: str | None = None, **options: Any) -> Any:
    answer = scene.world.send(method, f"/api/{path}", token=token or scene.theirs, **options)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def status(scene: Scene, method: str, path: str, *, token: str | None = None, **options: Any) -> tuple[int, str]:
    answer = scene.world.send(method, f"/api/{path}", token=token or scene.theirs, **options)
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""


def tree(scene: Scene) -> tuple[int, int]:
    """A folder with a file in it, in the scene's own folder."""
    folder = scene.made(scene.top, f"folder{next(NUMBERS)}")
    return folder, scene.uploaded(folder, "a.txt").json()["id"]


def names(folder: dict[str, Any]) -> list[str]:
    return [child["name"] for kind in ("folders", "files") for child in folder["content"][kind]]


def test_what_is_archived_is_in_no_folder_and_comes_back_as_it_was(scene: Scene) -> None:
    folder, file = tree(scene)
    before = sent(scene, "GET", f"folder/{scene.top}")
    whole = sent(scene, "GET", f"file/{file}")
    put = sent(scene, "PUT", f"folder/{folder}/archive")
    assert (put["id"], put["parent_id"], put["nb_files"]) == (folder, scene.top, 1)
    assert status(scene, "GET", f"folder/{folder}") == (404, "no_such_folder")
    assert status(scene, "GET", f"file/{file}") == (404, "no_such_file")
    emptied = sent(scene, "GET", f"folder/{scene.top}", params={"depth": "1"})
    assert (names(emptied), emptied["nb_files"], emptied["size"]) == ([], 0, 0)
    archived = sent(scene, "GET", f"archive/folder/{folder}")
    assert names(archived) == ["a.txt"]
    assert archived["path_name"] == emptied["name"]
    assert sent(scene, "GET", f"archive/file/{file}") == whole
    bytes_ = scene.world.send("GET", f"/api/archive/file/{file}/download", token=scene.theirs)
    assert bytes_.content == b"bytes"
    sent(scene, "PUT", f"archive/folder/{folder}/unarchive")
    assert sent(scene, "GET", f"file/{file}") == whole
    after = sent(scene, "GET", f"folder/{scene.top}")
    assert {**after, "modification": ""} == {**before, "modification": ""}
    assert status(scene, "GET", f"archive/folder/{folder}")[0] == 200, "it stands for what was archived from it"
    assert status(scene, "GET", f"archive/file/{file}") == (404, "no_such_file")


def test_a_folder_of_the_tree_tells_what_was_archived_from_it(scene: Scene) -> None:
    folder, file = tree(scene)
    loose = scene.uploaded(scene.top, "loose.txt").json()["id"]
    put = sent(scene, "PUT", f"file/{loose}/archive")
    assert (put["id"], put["parent_id"], put["path"]) == (loose, scene.top, str(scene.top))
    sent(scene, "PUT", f"folder/{folder}/archive")
    shelf = sent(scene, "GET", f"archive/folder/{scene.top}")
    assert names(shelf)[1:] == ["loose.txt"]
    assert (shelf["nb_files"], shelf["nb_folders"], shelf["size"]) == (2, 1, 10)
    deep = sent(scene, "GET", f"archive/folder/{scene.top}", params={"depth": "-1"})
    assert deep["content"]["folders"][0]["content"]["files"][0]["id"] == file
    assert "content" not in sent(scene, "GET", f"archive/folder/{scene.top}", params={"depth": "0"})
    assert sent(scene, "PUT", f"archive/file/{loose}/unarchive", json={"name": "b.txt"})["name"] == "b.txt"


def test_folders_of_the_archive_hold_what_is_put_there(scene: Scene) -> None:
    folder, file = tree(scene)
    kept = sent(scene, "POST", "archive/folder", json={"name": "Kept", "parent_id": scene.top})
    inner = sent(scene, "POST", "archive/folder", json={"name": "Inner", "parent_id": str(kept["id"])})
    assert (kept["parent_id"], inner["parent_id"]) == (scene.top, kept["id"])
    assert status(scene, "GET", f"folder/{kept['id']}") == (404, "no_such_folder")
    put = sent(scene, "PUT", f"file/{file}/archive", json={"parent_id": inner["id"]})
    assert put["parent_id"] == inner["id"]
    assert sent(scene, "GET", f"archive/folder/{kept['id']}")["nb_files"] == 1
    sent(scene, "PUT", f"folder/{folder}/archive")
    moved = sent(scene, "PUT", f"archive/folder/{folder}", json={"parent_id": kept["id"], "name": "Moved"})
    assert (moved["parent_id"], moved["name"]) == (kept["id"], "Moved")
    loop = status(scene, "PUT", f"archive/folder/{kept['id']}", json={"parent_id": inner["id"]})
    assert loop == (409, "would_loop")
    again = scene.uploaded(scene.top, "a.txt").json()["id"]
    taken = status(scene, "PUT", f"file/{again}/archive", json={"parent_id": inner["id"]})
    assert taken == (403, "name_taken")
    assert status(scene, "PUT", f"archive/file/{file}/unarchive") == (403, "name_taken"), (
        "where the archive's folder was"
    )
    sent(scene, "DELETE", f"file/{again}")
    assert sent(scene, "PUT", f"archive/file/{file}/unarchive")["parent_id"] == scene.top
    assert status(scene, "POST", "archive/folder", json={"name": "a/b", "parent_id": scene.top}) == (422, "bad_name")
    assert status(scene, "POST", "archive/folder", json={"name": "x"})[0] == 201, "in one's own private space"


def test_names_and_dates_change_within_the_archive_and_what_was_read_may_be_sent_back(scene: Scene) -> None:
    folder, file = tree(scene)
    for kind, node in (("file", file), ("folder", folder)):
        sent(scene, "PUT", f"{kind}/{node}/archive")
        seen = sent(scene, "GET", f"archive/{kind}/{node}", params={"depth": "0"})
        renamed = sent(scene, "PUT", f"archive/{kind}/{node}", json={**seen, "name": f"{kind}.new"})
        assert (renamed["name"], renamed["parent_id"]) == (f"{kind}.new", seen["parent_id"])
        dated = sent(scene, "PUT", f"archive/{kind}/{node}", json={"modification": "2001-02-03T04:05:06Z"})
        assert dated["modification"] == "2001-02-03T04:05:06Z"
        assert status(scene, "PUT", f"archive/{kind}/{node}", json={"name": "a:b"}) == (422, "bad_name")
    assert status(scene, "PUT", f"archive/file/{file}/unarchive") == (409, "place_gone"), "its folder is archived too"
    sent(scene, "PUT", f"archive/folder/{folder}/unarchive")
    sent(scene, "PUT", f"archive/file/{file}/unarchive")
    assert names(sent(scene, "GET", f"folder/{folder}", params={"depth": "1"})) == ["file.new"]


def test_what_is_deleted_in_the_archive_comes_back_from_the_trash_into_the_tree(scene: Scene) -> None:
    folder, file = tree(scene)
    sent(scene, "PUT", f"folder/{folder}/archive")
    sent(scene, "DELETE", f"archive/file/{file}")
    assert sent(scene, "GET", f"archive/folder/{folder}")["nb_files"] == 0
    (entry,) = sent(scene, "GET", "trashes")
    assert status(scene, "PUT", f"trash/{entry['id']}") == (409, "place_gone"), "its folder is in the archive"
    sent(scene, "PUT", f"trash/{entry['id']}", json={"parent_id": scene.top})
    sent(scene, "DELETE", f"archive/folder/{folder}")
    (entry,) = sent(scene, "GET", "trashes")
    assert sent(scene, "PUT", f"trash/{entry['id']}")["parent_id"] == str(scene.top)
    sent(scene, "GET", f"folder/{folder}")
    sent(scene, "PUT", f"file/{file}/archive")
    sent(scene, "DELETE", f"archive/file/{file}")
    (entry,) = sent(scene, "GET", "trashes")
    sent(scene, "DELETE", f"trash/{entry['id']}")
    assert status(scene, "GET", f"archive/file/{file}") == (404, "no_such_file")


def test_when_the_place_is_gone_it_is_named_and_another_may_be_told(scene: Scene) -> None:
    folder, file = tree(scene)
    sent(scene, "PUT", f"file/{file}/archive")
    sent(scene, "DELETE", f"folder/{folder}")
    assert status(scene, "GET", f"archive/file/{file}") == (404, "no_such_file"), "nothing tells any more who may read"
    gone = scene.world.send("PUT", f"/api/archive/file/{file}/unarchive", token=scene.server)
    assert gone.json()["code"] == "place_gone"
    assert "folder" in gone.json()["error"]
    sent(scene, "PUT", f"archive/file/{file}/unarchive", token=scene.server, json={"parent_id": scene.top})
    assert sent(scene, "GET", f"file/{file}")["parent_id"] == scene.top


def test_archiving_shows_a_file_to_nobody_else_and_hides_it_from_nobody(scene: Scene) -> None:
    world = scene.world
    reader, stranger = (world.token(person=world.person(f"{who}{scene.top}")) for who in ("reader", "stranger"))
    reader_id = int(sent(scene, "GET", "account", token=reader)["id"])
    folder, file = tree(scene)
    scene.gives(scene.top, READER, to=reader_id)
    closed = scene.made(folder, "closed")
    hidden = scene.uploaded(closed, "hidden.txt").json()["id"]
    scene.gives(closed, {}, to=reader_id)
    sent(scene, "PUT", f"folder/{folder}/archive", token=scene.server)
    assert names(sent(scene, "GET", f"archive/folder/{folder}", token=reader)) == ["a.txt"]
    assert sent(scene, "GET", f"archive/folder/{folder}", token=reader)["nb_files"] == 0, (
        "what is hidden is not counted"
    )
    for path in (f"archive/folder/{closed}", f"archive/file/{hidden}"):
        assert status(scene, "GET", path, token=reader)[0] == 404
    for path in (f"archive/folder/{folder}", f"archive/file/{file}", f"archive/folder/{scene.top}"):
        assert status(scene, "GET", path, token=stranger)[0] == 404
    assert status(scene, "PUT", f"archive/folder/{folder}/unarchive", token=reader) == (403, "right_missing")
    assert status(scene, "DELETE", f"archive/file/{file}", token=reader) == (403, "right_missing")
    late = world.person(f"late{scene.top}")
    scene.gives(scene.top, READER, to=late.id)
    assert status(scene, "GET", f"archive/file/{file}", token=world.token(person=late))[0] == 200, "as where it was"


def test_nobody_reads_through_the_archive_what_they_may_not_read(scene: Scene) -> None:
    folder, file = tree(scene)
    mine = scene.made(scene.top, "mine")
    scene.gives(folder, {"browse": True, "read": True, "edit": True, "delete": True})
    sent(scene, "PUT", f"folder/{folder}/archive", token=scene.server)
    there = sent(scene, "POST", "archive/folder", json={"name": "there", "parent_id": mine})
    refused = (403, "right_missing")
    assert status(scene, "GET", f"archive/file/{file}/download") == refused
    assert status(scene, "PUT", f"archive/file/{file}", json={"parent_id": there["id"]}) == refused
    assert status(scene, "PUT", f"archive/folder/{folder}", json={"parent_id": there["id"]}) == refused
    assert status(scene, "PUT", f"archive/file/{file}/unarchive", json={"parent_id": mine}) == refused
    assert status(scene, "PUT", f"archive/folder/{folder}/unarchive")[0] == 200, "where it was its entry says the same"
    assert status(scene, "GET", f"file/{file}/download") == refused


def test_a_private_space_s_archive_stays_private(scene: Scene) -> None:
    world = scene.world
    file = scene.uploaded(scene.person.private_root, "mine.txt", token=scene.theirs).json()["id"]
    sent(scene, "PUT", f"file/{file}/archive")
    for token in (scene.server, world.token(person=world.admin)):
        assert status(scene, "GET", f"archive/file/{file}", token=token) == (404, "no_such_file")
        assert status(scene, "GET", f"archive/folder/{scene.person.private_root}", token=token)[0] == 404
    into = status(scene, "PUT", f"archive/file/{file}/unarchive", json={"parent_id": scene.top})
    assert into == (409, "other_space")
    sent(scene, "PUT", f"archive/file/{file}/unarchive")


def test_a_quota_of_a_space_counts_its_archive(scene: Scene) -> None:
    user = f"user/{scene.person.id}"
    root = scene.person.private_root
    file = scene.uploaded(root, "five.txt", token=scene.theirs).json()["id"]
    sent(scene, "PUT", f"file/{file}/archive")
    assert sent(scene, "GET", f"{user}/quota", token=scene.server)["user"] == 5
    assert status(scene, "PUT", user, token=scene.server, json={"quota": 4}) == (409, "quota_below_use")
    sent(scene, "PUT", user, token=scene.server, json={"quota": 9})
    assert scene.uploaded(root, "more.txt", token=scene.theirs).json()["code"] == "over_quota"
    sent(scene, "PUT", f"archive/file/{file}/unarchive")
    assert sent(scene, "GET", f"{user}/quota", token=scene.server)["user"] == 5
    used = sent(scene, "GET", "fzen", token=scene.server)["storage"]
    sent(scene, "PUT", f"file/{file}/archive")
    assert sent(scene, "GET", "fzen", token=scene.server)["storage"] == used


def test_locks_bar_archiving_and_end_with_it(scene: Scene) -> None:
    folder, file = tree(scene)
    sent(scene, "PUT", f"lock/{file}")
    for path in (f"file/{file}/archive", f"folder/{folder}/archive"):
        assert status(scene, "PUT", path, token=scene.server) == (403, "file_locked")
    sent(scene, "PUT", f"folder/{folder}/archive")
    sent(scene, "PUT", f"archive/folder/{folder}/unarchive")
    assert sent(scene, "GET", f"file/{file}")["lock"] is None


def test_a_circle_of_places_that_were_archived_into_each_other_ends(scene: Scene) -> None:
    outer, file = tree(scene)
    inner = scene.made(outer, "inner")
    sent(scene, "PUT", f"folder/{inner}/archive")
    sent(scene, "PUT", f"folder/{outer}/archive", json={"parent_id": inner})
    assert status(scene, "GET", f"archive/folder/{inner}") == (404, "no_such_folder")
    assert names(sent(scene, "GET", f"archive/folder/{outer}", token=scene.server)) == ["a.txt"]
    sent(scene, "PUT", f"archive/folder/{inner}/unarchive", token=scene.server, json={"parent_id": scene.top})
    assert sent(scene, "GET", f"file/{file}")["name"] == "a.txt"
    assert status(scene, "PUT", f"folder/{scene.person.private_root}/archive") == (409, "fixed_top")
