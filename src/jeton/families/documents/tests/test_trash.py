"""The trash over the API: who sees what in it, what comes back and how, and what goes for good."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.trash import TRASH_DAYS
from jeton.testing.world import World

DAY_S = 86_400
EVERYTHING = dict.fromkeys(("browse", "read", "download", "write", "edit", "delete"), True)


class Scene:
    """A Server application, and what it makes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.server = world.token()

    def __call__(self, method: str, path: str, *, token: str | None = None, **options: Any) -> httpx2.Response:
        return self.world.send(method, f"/api{path}", token=token or self.server, **options)

    def folder(self, name: str, parent: int = 1, *, token: str | None = None) -> int:
        answer = self("POST", "/folder", token=token, json={"parent_id": parent, "name": name})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def file(self, folder: int, name: str = "note.txt", content: bytes = b"bytes", *, token: str | None = None) -> int:
        answer = self(
            "POST",
            "/file/upload",
            token=token,
            data={"folderId": str(folder)},
            files={"targetFile": (name, content)},
        )
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def given(self, folder: int, person: User, flags: dict[str, bool]) -> None:
        body = {"folder_id": folder, "target_id": person.id, **flags}
        assert self("POST", "/right", json=body).status_code == 201

    def deleted(self, kind: str, number: int, *, token: str | None = None) -> int:
        answer = self("DELETE", f"/{kind}/{number}", token=token)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["id"])

    def ids(self, *, token: str | None = None, **query: str) -> list[int]:
        return [item["id"] for item in self("GET", "/trashes", token=token, params=query).json()]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with World(tmp_path / "data") as world:
        yield Scene(world)


def test_a_folder_comes_back_as_it_was(scene: Scene) -> None:
    top = scene.folder("top")
    inner = scene.folder("inner", top)
    file = scene.file(inner)
    newer = scene.file(inner, content=b"newer bytes")
    before = scene("GET", f"/folder/{top}", params={"depth": "-1"}).json()
    entry = scene.deleted("folder", top)
    assert scene("GET", f"/folder/{inner}").status_code == 404
    assert scene("GET", f"/file/{newer}").status_code == 404
    shown = scene("GET", f"/trash/{entry}").json()
    assert (shown["name"], shown["is_file"], shown["nb_files"], shown["nb_folders"]) == ("top", False, 1, 1)
    back = scene("PUT", f"/trash/{entry}", json={}).json()
    assert (back["id"], back["name"], back["parent_id"], back["owner_id"]) == (top, "top", "1", int(before["owner_id"]))
    assert scene("GET", f"/folder/{top}", params={"depth": "-1"}).json() == before
    assert scene("GET", f"/file/{file}/download").content == b"bytes"
    assert scene("GET", f"/file/{newer}/download").content == b"newer bytes"
    assert scene.ids() == []
    assert scene("PUT", f"/trash/{entry}", json={}).status_code == 404


def test_a_file_comes_back_elsewhere_and_under_another_name(scene: Scene) -> None:
    here, there = scene.folder("here"), scene.folder("there")
    file = scene.file(here)
    entry = scene.deleted("file", file)
    back = scene("PUT", f"/trash/{entry}", json={"parent_id": str(there), "name": "again.txt"})
    assert (back.json()["id"], back.json()["name"], back.json()["parent_id"]) == (file, "again.txt", str(there))
    assert scene("GET", f"/folder/{there}").json()["size"] == 5
    assert scene("GET", f"/folder/{here}").json()["size"] == 0


def test_a_restore_onto_a_taken_name_is_refused_and_loses_nothing(scene: Scene) -> None:
    place = scene.folder("place")
    entry = scene.deleted("file", scene.file(place, content=b"old"))
    newer = scene.file(place, content=b"newer")
    refused = scene("PUT", f"/trash/{entry}", json={})
    assert refused.status_code == 403
    assert "Un élément du même nom existe déjà" in refused.json()["error"]
    assert scene("GET", f"/file/{newer}/download").content == b"newer"
    back = scene("PUT", f"/trash/{entry}", json={"name": "older.txt"}).json()
    assert scene("GET", f"/file/{back['id']}/download").content == b"old"


def test_when_the_place_is_gone_it_is_named_and_another_is_asked(scene: Scene) -> None:
    top = scene.folder("top")
    inner = scene.folder("inner", top)
    entry = scene.deleted("file", scene.file(inner))
    scene.deleted("folder", top)
    refused = scene("PUT", f"/trash/{entry}", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "place_gone")
    assert "top/inner" in refused.json()["error"]
    assert scene("PUT", f"/trash/{entry}", json={"parent_id": 1}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"parent_id": 999_999}, 404),
        ({"parent_id": "x"}, 422),
        ({"parent_id": 0}, 422),
        ({"name": ""}, 422),
        ({"name": "a/b"}, 422),
        ({"name": "x" * 300}, 422),
        ({"name": 3}, 422),
        ({"nam": "x"}, 422),
        ([], 400),
    ],
)
def test_a_bad_restore_is_refused_and_loses_nothing(scene: Scene, body: Any, status: int) -> None:
    entry = scene.deleted("file", scene.file(1))
    assert scene("PUT", f"/trash/{entry}", json=body).status_code == status
    assert scene.ids() == [entry]
    assert scene("PUT", f"/trash/{entry}", json={}).status_code == 200


def test_a_restore_reckons_with_quota_and_depth(scene: Scene) -> None:
    place = scene.folder("place")
    entry = scene.deleted("file", scene.file(place))
    assert scene("PUT", f"/folder/{place}", json={"quota": 4}).status_code == 200
    assert scene("PUT", f"/trash/{entry}", json={}).json()["code"] == "over_quota"
    deepest = 1
    for number in range(98):
        deepest = scene.folder(f"level{number}", deepest)
    tall = scene.folder("tall")
    scene.folder("inner", tall)
    entry = scene.deleted("folder", tall)
    refused = scene("PUT", f"/trash/{entry}", json={"parent_id": deepest})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_deep")


def test_each_has_their_own_trash_and_administrators_reach_that_of_the_company(scene: Scene) -> None:
    world = scene.world
    ana, bob = world.person("ana"), world.person("bob")
    hers, his, ada = world.token(person=ana), world.token(person=bob), world.token(person=world.admin)
    shared = scene.folder("shared")
    scene.given(shared, ana, EVERYTHING)
    company = scene.deleted("file", scene.file(shared, token=hers), token=hers)
    private = scene.deleted("folder", scene.folder("mine", ana.private_root, token=hers), token=hers)
    assert set(scene.ids(token=hers)) == {company, private}
    assert scene.ids(token=his) == scene.ids(token=his, others="1") == []
    assert (scene.ids(token=ada), scene.ids(token=ada, others="1")) == ([], [company])
    assert scene.ids(others="1") == [company]
    for token in (ada, his, scene.server):
        for method in ("GET", "PUT", "DELETE"):
            refused = scene(method, f"/trash/{private}", token=token, json={} if method == "PUT" else None)
            assert (refused.status_code, refused.json()["code"]) == (404, "no_such_trash")
    assert scene("DELETE", f"/trash/{company}", token=his).status_code == 404
    assert scene("DELETE", "/trashes", token=ada).status_code == 204
    assert set(scene.ids(token=hers)) == {company, private}
    assert scene("DELETE", f"/trash/{company}", token=ada).status_code == 204
    assert scene.ids(token=hers) == [private]


def test_whoever_may_no_longer_write_there_is_refused(scene: Scene) -> None:
    ana = scene.world.person("ana")
    hers = scene.world.token(person=ana)
    shared, other = scene.folder("shared"), scene.folder("other")
    scene.given(shared, ana, EVERYTHING)
    entry = scene.deleted("file", scene.file(shared, token=hers), token=hers)
    right = scene("GET", f"/rights/{shared}").json()[0]["id"]
    scene("PUT", f"/right/{right}", json={"write": False})
    refused = scene("PUT", f"/trash/{entry}", token=hers, json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "right_missing")
    scene("DELETE", f"/right/{right}")
    assert scene("PUT", f"/trash/{entry}", token=hers, json={}).json()["code"] == "place_gone"
    assert scene("PUT", f"/trash/{entry}", token=hers, json={"parent_id": other}).status_code == 404
    refused = scene("PUT", f"/trash/{entry}", token=hers, json={"parent_id": ana.private_root})
    assert (refused.status_code, refused.json()["code"]) == (409, "other_space")
    assert scene.ids(token=hers) == [entry]


def test_nobody_reads_through_the_trash_what_they_may_not_read(scene: Scene) -> None:
    ana = scene.world.person("ana")
    hers = scene.world.token(person=ana)
    closed, open_to_her = scene.folder("closed"), scene.folder("open")
    scene.given(closed, ana, {"browse": True, "read": True, "delete": True, "write": True})
    scene.given(open_to_her, ana, EVERYTHING)
    file = scene.file(closed)
    entry = scene.deleted("file", file, token=hers)
    refused = scene("PUT", f"/trash/{entry}", token=hers, json={"parent_id": open_to_her})
    assert (refused.status_code, refused.json()["code"]) == (403, "right_missing")
    assert scene("PUT", f"/trash/{entry}", token=hers, json={}).status_code == 200
    assert scene("GET", f"/file/{file}/download", token=hers).status_code == 403


def test_counts_of_what_one_might_not_read_are_not_told(scene: Scene) -> None:
    ana = scene.world.person("ana")
    hers = scene.world.token(person=ana)
    top = scene.folder("top")
    scene.given(top, ana, EVERYTHING)
    blind = scene.folder("blind", top)
    scene.given(blind, ana, {"browse": True, "delete": True})
    scene.file(blind)
    told = scene("DELETE", f"/folder/{top}", token=hers).json()
    assert (told["size"], told["nb_files"], told["nb_folders"]) == (0, 0, 0)
    shown = scene("GET", f"/trash/{told['id']}").json()
    assert (shown["size"], shown["nb_files"], shown["nb_folders"]) == (5, 1, 1)


def test_what_is_destroyed_is_gone_with_its_bytes(scene: Scene) -> None:
    blobs = scene.world.folder / "blobs"
    top = scene.folder("top")
    scene.file(scene.folder("inner", top))
    entries = [scene.deleted("folder", top), scene.deleted("file", scene.file(1))]
    assert scene("DELETE", f"/trash/{entries[0]}").status_code == 204
    assert scene("DELETE", "/trashes").status_code == 204
    assert scene("DELETE", "/trashes").status_code == 204
    assert scene.ids() == []
    assert all(scene("PUT", f"/trash/{entry}", json={}).status_code == 404 for entry in entries)
    scene.world.do_jobs()
    assert scene.world.until(lambda: not any(kept.is_file() for kept in blobs.rglob("*")))


def test_entries_go_after_the_days_that_the_platform_keeps_them(scene: Scene) -> None:
    world = scene.world
    older = scene.deleted("file", scene.file(1))
    world.pass_time(29 * DAY_S)
    scene.server = world.token()
    newer = scene.deleted("file", scene.file(1))
    assert scene.ids(others="1") == [older]
    world.pass_time(2 * DAY_S)
    scene.server = world.token()
    world.do_jobs()
    assert world.until(lambda: scene.ids(others="1") == [newer])
    assert "trash.purged" in world.audit()


def test_zero_days_keep_for_ever_and_another_number_holds_at_once(scene: Scene) -> None:
    world = scene.world
    world.write(lambda work: work.platform.keep(TRASH_DAYS, "0"))
    entry = scene.deleted("file", scene.file(1))
    world.pass_time(4000 * DAY_S)
    world.write(lambda work: None)
    assert world.read(purge_due) == [entry]
    world.write(lambda work: work.platform.keep(TRASH_DAYS, "3999"))
    world.do_jobs()
    assert world.until(lambda: world.read(lambda work: work.trash.find(entry)) is None)


def purge_due(work: Work) -> list[int]:
    return [entry.item.id for entry in work.trash.due(work.now, 10)]


def test_pages_of_the_trash(scene: Scene) -> None:
    entries = [scene.deleted("folder", scene.folder(f"f{number}")) for number in range(3)]
    assert scene.ids() == entries[::-1]
    assert scene.ids(offset="1", limit="1") == [entries[1]]
    assert scene("GET", "/trashes", params={"limit": "0"}).status_code == 422
    assert scene("GET", "/trashes", params={"offset": "-1"}).status_code == 422


def test_the_journal_tells_who_deleted_restored_and_destroyed(scene: Scene) -> None:
    entry = scene.deleted("file", scene.file(1))
    scene("PUT", f"/trash/{entry}", json={})
    again = scene.deleted("file", scene("GET", "/folder/1?depth=1").json()["content"]["files"][0]["id"])
    scene("DELETE", f"/trash/{again}")
    scene("DELETE", "/trashes")
    assert scene.world.audit()[-5:] == [
        "file.trashed", "trash.restored", "file.trashed", "trash.destroyed", "trash.emptied",
    ]  # fmt: skip
