"""Any sequence of changes of a tree, through HTTP, against a model that knows nothing of the product.

A longer run: `HYPOTHESIS_PROFILE=long pytest tests/test_tree_machine.py`.
"""

import itertools
import os
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import httpx2
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jeton.kernel.people import User
from jeton.testing.housekeeping import check
from jeton.testing.tree_model import Flags, Node, room_for, seen_in
from jeton.testing.world import World

_COMMON: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
settings.register_profile("quick", max_examples=6, stateful_step_count=30, derandomize=True, **_COMMON)
settings.register_profile("long", max_examples=2_000, stateful_step_count=100, **_COMMON)

NAMES = st.sampled_from("abc")
PICK = st.integers(0, 999)
FLAGS = ("browse", "read", "download", "write", "edit", "delete", "share")
SAID = st.sampled_from([frozenset(), frozenset({"browse"}), frozenset({"browse", "read", "download"})])


class TreeMachine(RuleBasedStateMachine):
    """A chief who changes, somebody who locks, and a reader."""

    world: ClassVar[World]
    chief: ClassVar[str]
    locker: ClassVar[str]
    reader: ClassVar[str]
    reader_is: ClassVar[User]
    homes: ClassVar["itertools.count[int]"]

    def send(self, method: str, path: str, *, token: str = "", **options: Any) -> httpx2.Response:
        return self.world.send(method, f"/api{path}", token=token or self.chief, **options)

    def must(self, expected: int, method: str, path: str, **options: Any) -> Any:
        answer = self.send(method, path, **options)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    @initialize()
    def begin(self) -> None:
        name = f"home{next(self.homes)}"
        self.home = Node(self.must(201, "POST", "/folder", json={"parent_id": 1, "name": name})["id"], name)
        self.trash: dict[int, tuple[Node, Node]] = {}
        for person in self.people:
            self.say_right(self.home, person, frozenset(FLAGS) - {"share"})

    people: ClassVar[list[User]]

    def say_right(self, folder: Node, person: User, flags: Flags) -> None:
        body = {flag: flag in flags for flag in FLAGS}
        if person is self.reader_is and folder.entry is not None:
            self.must(200, "PUT", f"/right/{folder.entry[0]}", json=body)
            folder.entry = (folder.entry[0], flags)
            return
        made = self.must(201, "POST", "/right", json={"folder_id": folder.id, "target_id": person.id, **body})
        if person is self.reader_is:
            folder.entry = (made["id"], flags)

    def folder(self, pick: int) -> Node:
        folders = [node for node in self.home.walk() if not node.is_file]
        return folders[pick % len(folders)]

    def thing(self, pick: int) -> Node:
        return [*self.home.walk()][1:][pick % (sum(1 for _ in self.home.walk()) - 1)]

    def has_something(self) -> bool:
        return bool(self.home.children)

    @rule(pick=PICK, name=NAMES)
    def make_folder(self, pick: int, name: str) -> None:
        into = self.folder(pick)
        expected = 403 if into.child(name) else 201
        told = self.must(expected, "POST", "/folder", json={"parent_id": into.id, "name": name})
        if expected == 201:
            Node(told["id"], name).hang(into, name)

    @rule(pick=PICK, name=NAMES, size=st.integers(0, 30))
    def upload(self, pick: int, name: str, size: int) -> None:
        into = self.folder(pick)
        there = into.child(name)
        expected = 201
        if there is not None and (not there.is_file or there.is_locked):
            expected = 403
        elif not room_for(into, size - (there.size if there else 0)):
            expected = 507
        files = {"targetFile": (name, b"x" * size)}
        told = self.must(expected, "POST", "/file/upload", data={"folderId": str(into.id)}, files=files)
        if expected == 201 and there is None:
            Node(told["id"], name, versions=[(told["id"], size)]).hang(into, name)
        elif expected == 201 and there is not None:
            there.versions.append((told["id"], size))
            there.id = told["id"]

    @precondition(has_something)
    @rule(pick=PICK, to=PICK, name=NAMES)
    def move(self, pick: int, to: int, name: str) -> None:
        node, into = self.thing(pick), self.folder(to)
        moves = into is not node.up
        there = into.child(name)
        expected = 200
        if node.is_locked or (moves and node.is_barred()):
            expected = 403
        elif node in into.above():
            expected = 409
        elif there not in {None, node}:
            expected = 403
        elif moves and not room_for(into, node.size, held_by=node.above()):
            expected = 507
        kind = "file" if node.is_file else "folder"
        self.must(expected, "PUT", f"/{kind}/{node.id}", json={"parent_id": into.id, "name": name})
        if expected == 200:
            node.hang(into, name)

    @precondition(has_something)
    @rule(pick=PICK, to=PICK, name=NAMES)
    def copy(self, pick: int, to: int, name: str) -> None:
        node, into = self.thing(pick), self.folder(to)
        if sum(1 for _ in self.home.walk()) > 40:
            return
        expected = 201
        if node in into.above():
            expected = 409
        elif into.child(name):
            expected = 403
        elif not room_for(into, node.size):
            expected = 507
        kind = "file" if node.is_file else "folder"
        told = self.must(expected, "PUT", f"/{kind}/{node.id}/copy", json={"parent_id": into.id, "name": name})
        if expected == 201:
            made = node.copied()
            made.hang(into, name)
            made.learn(told if node.is_file else self.must(200, "GET", f"/folder/{told['id']}?depth=-1"))

    @precondition(has_something)
    @rule(pick=PICK)
    def throw_away(self, pick: int) -> None:
        node = self.thing(pick)
        kind = "file" if node.is_file else "folder"
        expected = 403 if node.is_barred() else 200
        told = self.must(expected, "DELETE", f"/{kind}/{node.id}")
        if expected == 200:
            assert node.up is not None
            self.trash[told["id"]] = (node, node.up)
            node.leave()
            node.up = None

    @precondition(lambda self: bool(self.trash))
    @rule(pick=PICK)
    def bring_back(self, pick: int) -> None:
        number = [*self.trash][pick % len(self.trash)]
        node, into = self.trash[number]
        expected = 200
        if self.home not in into.above():
            expected = 409
        elif into.child(node.name):
            expected = 403
        elif not room_for(into, node.size):
            expected = 507
        self.must(expected, "PUT", f"/trash/{number}", json={})
        if expected == 200:
            node.hang(into, node.name)
            del self.trash[number]

    @precondition(lambda self: bool(self.trash))
    @rule(pick=PICK)
    def destroy(self, pick: int) -> None:
        number = [*self.trash][pick % len(self.trash)]
        self.must(204, "DELETE", f"/trash/{number}")
        del self.trash[number]

    @precondition(has_something)
    @rule(pick=PICK, which=PICK)
    def go_back_to_a_version(self, pick: int, which: int) -> None:
        node = self.thing(pick)
        if len(node.versions) < 2 or node.up is None:
            return
        told = [one["id"] for one in self.must(200, "GET", f"/file/{node.id}/versions")]
        assert told == [number for number, _ in reversed(node.versions)]
        number, size = node.versions[which % (len(node.versions) - 1)]
        expected = 200
        if node.is_locked:
            expected = 403
        elif not room_for(node.up, size - node.size):
            expected = 507
        answer = self.must(expected, "PUT", f"/file/{number}/restore")
        if expected == 200:
            node.versions.append((answer["id"], size))
            node.id = answer["id"]

    @precondition(has_something)
    @rule(pick=PICK)
    def lock_or_release(self, pick: int) -> None:
        node = self.thing(pick)
        if node.is_file and node.is_locked:
            self.must(204, "DELETE", f"/lock/{node.id}", token=self.locker)
        elif node.is_file:
            self.must(200, "PUT", f"/lock/{node.id}", token=self.locker, json={})
        node.is_locked = node.is_file and not node.is_locked

    @rule(pick=PICK, quota=st.sampled_from([0, 20, 60, 100]))
    def limit(self, pick: int, quota: int) -> None:
        folder = self.folder(pick)
        expected = 409 if 0 < quota < folder.size and quota != folder.quota else 200
        self.must(expected, "PUT", f"/folder/{folder.id}", json={"quota": quota})
        if expected == 200:
            folder.quota = quota

    @rule(pick=PICK, flags=SAID)
    def say(self, pick: int, flags: Flags) -> None:
        self.say_right(self.folder(pick), self.reader_is, flags)

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        path = f"/folder/{self.home.id}?depth=-1"
        assert seen_in(self.must(200, "GET", path)) == self.home.seen(all_of_it=True)
        if self.home.holds():
            told = self.must(200, "GET", path, token=self.reader)
            there, meant = seen_in(told), self.home.seen(all_of_it=False)
            assert there == meant, f"{there}\n{meant}"
        else:
            for folder in (node for node in self.home.walk() if not node.is_file):
                self.must(200 if folder.holds() else 404, "GET", f"/folder/{folder.id}", token=self.reader)
        thrown = {one["id"]: (one["name"], one["size"]) for one in self.must(200, "GET", "/trashes")}
        for number, (node, _) in self.trash.items():
            assert thrown[number] == (node.name, node.size)

    def teardown(self) -> None:
        assert check(self.world) == []


def test_any_sequence_of_changes_leaves_the_tree_that_the_model_tells() -> None:
    with tempfile.TemporaryDirectory() as folder, World(Path(folder) / "data") as world:
        people = [world.person("locker"), world.person("reader")]
        TreeMachine.world, TreeMachine.people, TreeMachine.reader_is = world, people, people[1]
        TreeMachine.chief = world.token("all")
        TreeMachine.locker, TreeMachine.reader = (world.token("all", person=person) for person in people)
        TreeMachine.homes = itertools.count()
        profile = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
        run_state_machine_as_test(TreeMachine, settings=profile)
