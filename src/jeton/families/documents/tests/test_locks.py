"""Locks over the API: who takes and ends them, and that nothing gets past one, whichever way it comes."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import httpx2
import pytest

from jeton.families.documents.tests.test_rights import Scene
from jeton.testing.world import World

NUMBERS = itertools.count(1)
EDITOR = {"browse": True, "read": True, "download": True, "write": True, "edit": True, "delete": True}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("locks") / "data") as world:
        configure(world, lock_read=True)
        yield world


@pytest.fixture
def scene(world: World) -> Scene:
    world.pass_time(1)
    return Scene(world, int(world.now))


def configure(world: World, **settings: object) -> httpx2.Response:
    answer = world.send("PUT", "/api/config", token=world.token("admin.write"), json={"config": settings})
    assert answer.status_code == 200, answer.text
    return answer


class Locked(NamedTuple):
    """A file in a folder in which two people may do everything; the first one, `scene.person`, has locked it."""

    scene: Scene
    folder: int
    file: int
    old: int
    other: str

    def lock(self, kind: str = "lock", *, token: str | None = None) -> httpx2.Response:
        path = f"/api/lock/{self.file}"
        return self.scene.world.send("PUT", path, token=token or self.scene.theirs, json={"type": kind})

    def as_other(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return self.scene.world.send(method, path, token=self.other, **options)


@pytest.fixture
def locked(scene: Scene) -> Locked:
    other = scene.world.person(f"other{scene.person.login}")
    for person in (scene.person.id, other.id):
        scene.gives(scene.top, EDITOR, to=person)
    folder = scene.made(scene.top, "folder")
    old, file = (scene.uploaded(folder, "a.txt").json()["id"] for _ in range(2))
    made = Locked(scene, folder, file, old, scene.world.token(person=other))
    assert made.lock().status_code == 200
    return made


def is_locked(answer: httpx2.Response) -> bool:
    return bool(answer.status_code == 403 and answer.json()["code"] == "file_locked")


def test_a_lock_tells_who_holds_it_and_since_when(locked: Locked) -> None:
    scene, world = locked.scene, locked.scene.world
    guid = scene.as_person("GET", f"/api/file/{locked.file}").json()["guid"]
    mine = scene.as_person("GET", f"/api/lock/{locked.file}").json()
    assert mine == {
        "file": guid,
        "locked": True,
        "writeable": True,
        "owner": scene.person.full_name,
        "owner_id": str(scene.person.id),
        "date": mine["date"],
        "type": "lock",
    }
    theirs = {**mine, "writeable": False}
    assert locked.as_other("GET", f"/api/lock/{locked.file}").json() == theirs
    assert locked.as_other("GET", f"/api/file/{locked.file}").json()["lock"] == theirs
    listed = locked.as_other("GET", f"/api/folder/{locked.folder}", params={"depth": "1"}).json()
    assert listed["content"]["files"][0]["lock"] == theirs
    scene.uploaded(locked.folder, "free.txt")
    assert locked.as_other("GET", f"/api/locks/{locked.folder}").json() == [theirs]
    assert world.send("GET", f"/api/locks/{scene.top}", token=scene.server).json() == []


def test_a_file_that_nobody_locked_says_whether_one_may_write(scene: Scene) -> None:
    file = scene.uploaded(scene.top, "a.txt").json()["id"]
    scene.gives(scene.top, {"browse": True, "read": True})
    free = {"locked": False, "writeable": False, "owner": "", "owner_id": "", "date": None, "type": None}
    told = scene.as_person("GET", f"/api/lock/{file}").json()
    assert {name: told[name] for name in free} == free
    assert scene.world.send("GET", f"/api/lock/{file}", token=scene.server).json()["writeable"] is True
    assert scene.as_person("GET", f"/api/file/{file}").json()["lock"] is None


WRITES: dict[str, Callable[[Locked, str], httpx2.Response]] = {
    "new version": lambda locked, token: locked.scene.uploaded(locked.folder, "a.txt", token=token),
    "rename": lambda locked, token: locked.scene.world.send(
        "PUT", f"/api/file/{locked.file}", token=token, json={"name": "b.txt"}
    ),
    "move": lambda locked, token: locked.scene.world.send(
        "PUT", f"/api/file/{locked.file}", token=token, json={"parent_id": locked.scene.top}
    ),
    "dates": lambda locked, token: locked.scene.world.send(
        "PUT", f"/api/file/{locked.file}", token=token, json={"modification": "2001-02-03T04:05:06Z"}
    ),
    "delete": lambda locked, token: locked.scene.world.send("DELETE", f"/api/file/{locked.file}", token=token),
    "delete for good": lambda locked, token: locked.scene.world.send(
        "DELETE", f"/api/file/{locked.file}", token=token, params={"trash": "0"}
    ),
    "delete the folder": lambda locked, token: locked.scene.world.send(
        "DELETE", f"/api/folder/{locked.folder}", token=token
    ),
    "move the folder": lambda locked, token: locked.scene.world.send(
        "PUT",
        f"/api/folder/{locked.folder}",
        token=token,
        json={"parent_id": locked.scene.made(locked.scene.top, f"target{next(NUMBERS)}")},
    ),
    "restore a version": lambda locked, token: locked.scene.world.send(
        "PUT", f"/api/file/{locked.old}/restore", token=token
    ),
    "delete a version": lambda locked, token: locked.scene.world.send(
        "DELETE", f"/api/file/{locked.old}/version", token=token
    ),
    "lock": lambda locked, token: locked.lock(token=token),
}


@pytest.mark.parametrize("way", WRITES)
def test_nobody_but_the_holder_writes_to_a_locked_file(locked: Locked, way: str) -> None:
    world = locked.scene.world
    administrator = world.token(person=world.admin)
    named = way not in {"delete the folder", "move the folder"}
    for token in (locked.other, locked.scene.server, administrator):
        refused = WRITES[way](locked, token)
        assert is_locked(refused), refused.text
        assert (locked.scene.person.full_name in refused.json()["error"]) is named
    assert WRITES[way](locked, locked.scene.theirs).is_success


def test_a_lock_against_reading_keeps_the_bytes_from_others_and_the_plain_one_does_not(locked: Locked) -> None:
    path = f"/api/file/{locked.file}/download"
    assert locked.as_other("GET", path).status_code == 200
    assert locked.lock("lock_read").json()["type"] == "lock_read"
    for barred in (path, f"/api/preview/{locked.file}", f"/api/mixer/{locked.file}", f"/api/file/{locked.file}/infos"):
        assert is_locked(locked.as_other("GET", barred)), barred
    assert is_locked(locked.as_other("PUT", f"/api/folder/{locked.folder}/copy", json={"name": "copied"}))
    assert locked.as_other("GET", f"/api/file/{locked.file}").json()["lock"]["type"] == "lock_read"
    assert locked.scene.as_person("GET", path).status_code == 200


def test_a_lock_goes_along_with_new_versions_and_is_released_by_any_of_their_ids(locked: Locked) -> None:
    scene = locked.scene
    newer = scene.uploaded(locked.folder, "a.txt", token=scene.theirs).json()
    assert newer["lock"]["writeable"] is True
    assert is_locked(scene.uploaded(locked.folder, "a.txt"))
    assert scene.as_person("PUT", f"/api/lock/{locked.file}", json={}).status_code == 409
    assert scene.as_person("DELETE", f"/api/lock/{locked.file}").status_code == 204
    assert scene.uploaded(locked.folder, "a.txt").is_success
    assert scene.as_person("DELETE", f"/api/lock/{newer['id']}").status_code == 204, "there is none any more"


def test_administrators_break_a_lock_and_others_do_not(locked: Locked) -> None:
    world, path = locked.scene.world, f"/api/lock/{locked.file}"
    assert is_locked(locked.as_other("DELETE", path))
    assert world.send("DELETE", path, token=world.token(person=world.admin)).status_code == 204
    assert world.audit()[-1] == "lock.broken"
    assert WRITES["rename"](locked, locked.other).status_code == 200


def test_the_owner_of_a_private_space_breaks_what_a_guest_locked(scene: Scene) -> None:
    world, guest = scene.world, scene.world.person(f"guest{scene.top}")
    root = scene.person.private_root
    file = scene.uploaded(root, f"{scene.top}.txt", token=scene.theirs).json()["id"]
    body = {"folder_id": root, "target_id": guest.id, **EDITOR}
    assert scene.as_person("POST", "/api/right", json=body).status_code == 201
    assert world.send("PUT", f"/api/lock/{file}", token=world.token(person=guest), json={}).status_code == 200
    assert is_locked(scene.as_person("DELETE", f"/api/file/{file}"))
    assert world.send("DELETE", f"/api/lock/{file}", token=scene.server).status_code == 404
    assert scene.as_person("DELETE", f"/api/lock/{file}").status_code == 204


def test_who_lost_the_right_to_edit_still_releases_their_lock(locked: Locked) -> None:
    scene = locked.scene
    entries = scene.world.send("GET", f"/api/rights/{scene.top}", token=scene.server).json()
    (own,) = [entry["id"] for entry in entries if entry["target_id"] == scene.person.id]
    change = {"write": False, "edit": False, "delete": False}
    assert scene.world.send("PUT", f"/api/right/{own}", token=scene.server, json=change).status_code == 200
    seen = scene.as_person("GET", f"/api/lock/{locked.file}").json()
    assert (seen["locked"], seen["writeable"]) == (True, False)
    assert scene.as_person("PUT", f"/api/lock/{locked.file}", json={}).json()["code"] == "right_missing"
    assert scene.as_person("DELETE", f"/api/lock/{locked.file}").status_code == 204


def test_the_locks_of_a_disabled_or_deleted_account_end(locked: Locked) -> None:
    scene, world = locked.scene, locked.scene.world
    path = f"/api/user/{scene.person.id}"
    assert world.send("PUT", path, token=scene.server, json={"active": False}).status_code == 200
    assert WRITES["rename"](locked, locked.other).status_code == 200
    assert world.send("PUT", path, token=scene.server, json={"active": True}).status_code == 200
    assert locked.lock(token=world.token(person=scene.person)).status_code == 200
    assert world.send("DELETE", path, token=scene.server).status_code == 204
    assert WRITES["dates"](locked, locked.other).status_code == 200


def test_what_comes_back_from_the_trash_is_not_locked(locked: Locked) -> None:
    scene = locked.scene
    thrown = scene.as_person("DELETE", f"/api/folder/{locked.folder}").json()
    assert scene.as_person("PUT", f"/api/trash/{thrown['id']}").status_code == 200, "a body is not needed"
    assert scene.as_person("GET", f"/api/file/{locked.file}").json()["lock"] is None
    assert WRITES["rename"](locked, locked.other).status_code == 200


def test_options_switch_each_kind_and_end_what_is_locked(locked: Locked) -> None:
    world = locked.scene.world
    features = world.send("GET", "/api/publicconfig").json()["features"]
    assert (features["lock"], features["lock_read"]) == (True, True)
    assert configure(world, lock=False).json()["config"]["lock"] is False
    try:
        assert world.send("GET", "/api/publicconfig").json()["features"]["lock"] is False
        assert locked.lock().json()["code"] == "lock_switched_off"
        assert WRITES["rename"](locked, locked.other).status_code == 200
        assert locked.lock("lock_read").status_code == 200
        configure(world, lock_read=False)
        assert locked.as_other("GET", f"/api/file/{locked.file}/download").status_code == 200
    finally:
        configure(world, lock=True, lock_read=True)


def test_a_kind_of_lock_that_is_none_is_told_with_those_that_are(locked: Locked) -> None:
    refused = locked.lock("soft")
    assert refused.status_code == 422
    assert "lock_read" in refused.text


def test_an_application_holds_its_lock_and_takes_it_along_when_it_goes(scene: Scene) -> None:
    world = scene.world
    made = world.application(name=f"Robot {scene.top}")
    body = {"client_id": made.application.client_id, "client_secret": made.client_secret}
    token = world.send("POST", "/oauth2/token", json={**body, "grant_type": "client_credentials"}).json()[
        "access_token"
    ]
    file = scene.uploaded(scene.top, "a.txt").json()["id"]
    taken = world.send("PUT", f"/api/lock/{file}", token=token, content=b"")
    assert taken.json()["owner"] == f"Robot {scene.top}"
    assert is_locked(scene.uploaded(scene.top, "a.txt"))
    gone = world.send("DELETE", f"/api/oauth2/app/{made.application.client_id}", token=scene.server)
    assert gone.status_code == 204
    assert scene.uploaded(scene.top, "a.txt").is_success
