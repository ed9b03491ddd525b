"""The trash on the console, without scripts."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from jeton.kernel.people import User
from jeton.testing.browsing import Visitor
from jeton.testing.world import World


class Scene:
    """A person who is logged in at the console, and what they make and delete through an application."""

    def __init__(self, world: World, person: User, password: str) -> None:
        self.world = world
        self.person = person
        self.token = world.token(person=person)
        self.visitor = Visitor(world)
        assert self.visitor.log_in(person.login, password).status_code == 303

    def folder(self, name: str, parent: int) -> int:
        answer = self.world.send("POST", "/api/folder", token=self.token, json={"parent_id": parent, "name": name})
        return int(answer.json()["id"])

    def deleted(self, folder: int) -> int:
        return int(self.world.send("DELETE", f"/api/folder/{folder}", token=self.token).json()["id"])

    def text(self, path: str) -> str:
        self.visitor.get(path)
        page = self.visitor.page.text.partition("<main")[2]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())

    def do(self, path: str, act: str, **fields: str) -> int:
        self.visitor.get("/account")
        return self.visitor.post(path, {"csrf": self.visitor.hidden()["csrf"], "act": act, **fields}).status_code


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    made = Scene(world, world.person("ana"), "ana has a long password")
    yield made
    made.visitor.close()


def test_what_was_deleted_is_restored_from_its_page(scene: Scene) -> None:
    assert "Nothing here" in scene.text("/trash")
    root = scene.person.private_root
    folder = scene.folder("Letters", root)
    entry = scene.deleted(folder)
    assert "Letters" in scene.text("/trash")
    assert "Restore into" in scene.text(f"/trash/{entry}")
    assert scene.do(f"/trash/{entry}", "restore", parent_id=str(root), name="Letters") == 303
    assert "It is back in its folder." in scene.text("/trash?done=trash.entry.restore")
    assert scene.world.send("GET", f"/api/folder/{folder}", token=scene.token).json()["name"] == "Letters"
    assert scene.visitor.get(f"/trash/{entry}").status_code == 404


def test_a_taken_name_is_told_at_the_field_and_another_one_mends_it(scene: Scene) -> None:
    root = scene.person.private_root
    entry = scene.deleted(scene.folder("Letters", root))
    scene.folder("Letters", root)
    assert scene.do(f"/trash/{entry}", "restore", parent_id=str(root), name="Letters") == 422
    assert 'id="name-error"' in scene.visitor.page.text
    assert scene.do(f"/trash/{entry}", "restore", parent_id=str(root), name="Old letters") == 303


def test_when_the_place_is_gone_another_is_chosen_by_walking(scene: Scene) -> None:
    root = scene.person.private_root
    gone, other = scene.folder("Gone", root), scene.folder("Other", root)
    entry = scene.deleted(scene.folder("Letters", gone))
    scene.deleted(gone)
    assert "is not there any more" in scene.text(f"/trash/{entry}")
    assert f'href="/trash/{entry}?in={root}"' in scene.visitor.page.text
    assert "Other" in scene.text(f"/trash/{entry}?in={root}")
    assert "Restore into “Other”" in scene.text(f"/trash/{entry}?in={other}")
    assert scene.visitor.get(f"/trash/{entry}?in=999999").status_code == 404
    assert scene.do(f"/trash/{entry}", "restore", name="Letters") == 409
    assert scene.do(f"/trash/{entry}", "restore", parent_id=str(other), name="Letters") == 303


def test_one_entry_and_all_are_destroyed(scene: Scene) -> None:
    root = scene.person.private_root
    entries = [scene.deleted(scene.folder(f"f{number}", root)) for number in range(3)]
    assert scene.do(f"/trash/{entries[0]}", "destroy") == 303
    assert "f0" not in scene.text("/trash")
    assert scene.do("/trash", "empty") == 303
    assert "Nothing here" in scene.text("/trash")
    assert scene.do(f"/trash/{entries[1]}", "restore", name="f1") == 404


def test_administrators_reach_what_others_deleted_in_the_company_space_alone(scene: Scene, world: World) -> None:
    server = world.token()
    made = world.send("POST", "/api/folder", token=server, json={"parent_id": 1, "name": "Contracts"}).json()["id"]
    company = world.send("DELETE", f"/api/folder/{made}", token=server).json()["id"]
    private = scene.deleted(scene.folder("Letters", scene.person.private_root))
    assert "others=1" not in scene.text("/trash")
    assert scene.visitor.get(f"/trash/{company}").status_code == 404
    ada = Visitor(world)
    assert ada.log_in().status_code == 303
    ada.get("/trash?others=1")
    assert "Contracts" in ada.page.text
    assert "Letters" not in ada.page.text
    assert ada.get(f"/trash/{company}").status_code == 200
    assert ada.get(f"/trash/{private}").status_code == 404
    ada.close()
