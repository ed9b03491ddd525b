"""Long listings: sent slice by slice, they are what they would be in one piece, and what one sees folder by folder."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from jeton.edge import encode, pipeline
from jeton.families.documents.service import folders
from jeton.kernel.ids import BlobId, FolderId, PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right
from jeton.kernel.treeport import Content
from jeton.testing.world import World

EMPTY = Content(blob=BlobId(1), size_bytes=3, md5="d" * 32, sha256="e" * 64)
SEEDS = range(6)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("large") / "data", does_jobs=False) as made:
        yield made


def plant(work: Work, seed: int, person: User, group: PrincipalId) -> FolderId:
    """A random tree, and random entries for a person and a group of theirs."""
    chance = random.Random(seed)
    now = work.now
    owner = PrincipalId(chance.choice([person.id, group]))
    top = work.tree.reread_folder(FolderId(1))
    folders = [work.tree.add_folder(top, f"t{seed}", owner=owner, created_at=now, modified_at=now, now=now)]
    for number in range(chance.randrange(1, 25)):
        parent = work.tree.reread_folder(chance.choice(folders))
        name = f"d{number} “é” \\ \N{SMILING FACE WITH SMILING EYES}"
        folders.append(work.tree.add_folder(parent, name, owner=owner, created_at=now, modified_at=now, now=now))
    for number in range(chance.randrange(40)):
        parent = work.tree.reread_folder(chance.choice(folders))
        work.tree.add_file(parent, f"f{number}", EMPTY, owner=owner, created_at=now, modified_at=now, now=now)
    work.entries.put(folders[0], person.id, Right.BROWSE | Right.READ, by=PrincipalId(0), now=now)
    for _ in range(chance.randrange(8) if group else 0):
        target = chance.choice([person.id, group])
        rights = Right(chance.choice([0, 1, 3, 7, 9, 15, 127]))
        work.entries.put(chance.choice(folders[1:] or folders), target, rights, by=PrincipalId(0), now=now)
    return folders[0]


def node_by_node(world: World, token: str, folder: int) -> Any:
    """The same tree, asked folder by folder."""
    told = world.send("GET", f"/api/folder/{folder}?depth=1", token=token).json()
    told["content"]["folders"] = [node_by_node(world, token, inner["id"]) for inner in told["content"]["folders"]]
    return told


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tree_at_once_is_what_one_sees_folder_by_folder(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    person = world.person(f"ana{seed}")
    group = world.group(f"group{seed}", members=[person])
    top = world.write(lambda work: plant(work, seed, person, group.id))
    monkeypatch.setattr(encode, "SLICE_BYTES", 300)
    for token in (world.token(), world.token(person=person)):
        at_once = world.send("GET", f"/api/folder/{top}?depth=-1", token=token)
        assert at_once.status_code == 200
        assert at_once.json() == node_by_node(world, token, int(top))


def test_slices_are_byte_for_byte_what_the_whole_would_be(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = world.person("ana"), world.person("ben")
    world.write(lambda work: plant(work, 77, ana, ben.id))
    world.write(lambda work: work.entries.put(
        ben.private_root, ana.id, Right.BROWSE | Right.READ, by=PrincipalId(0), now=work.now
    ))  # fmt: skip
    asked = ["folder/1?depth=0", "folder/1?depth=1", "folders?depth=1", "roots", "root/company", "root/shared?depth=1"]
    for token in (world.token(), world.token(person=ana)):
        whole = [world.send("GET", f"/api/{what}", token=token) for what in asked]
        with monkeypatch.context() as patch:
            patch.setattr(pipeline, "MOST_INLINE", -1)
            patch.setattr(encode, "SLICE_BYTES", 100)
            sliced = [world.send("GET", f"/api/{what}", token=token) for what in asked]
        for one, other in zip(whole, sliced, strict=True):
            assert one.status_code == other.status_code
            if one.status_code == 200:
                assert one.content == other.content
                assert "content-length" in one.headers
                assert "content-length" not in other.headers


def test_each_entry_counts_once_towards_what_is_given_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    top = world.write(lambda work: plant(work, 11, world.admin, PrincipalId(0)))
    token = world.token()
    told = world.send("GET", f"/api/folder/{top}?depth=-1", token=token).json()
    count = told["nb_files"] + told["nb_folders"]
    assert any(folder["content"]["folders"] for folder in told["content"]["folders"]), "several levels"
    for most, status in ((count, 200), (count - 1, 422)):
        monkeypatch.setattr(folders, "MOST_ROWS", most)
        for depth in (-1, 100):
            assert world.send("GET", f"/api/folder/{top}?depth={depth}", token=token).status_code == status


def test_a_long_listing_that_is_refused_is_an_error_like_others(world: World) -> None:
    token = world.token(person=world.person("eve"))
    refused = world.send("GET", "/api/folder/1?depth=-1", token=token)
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_folder")
    head = world.send("HEAD", "/api/folder/1?depth=-1", token=world.token())
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "application/json"
    assert json.loads(world.send("GET", "/api/folders?depth=-1", token=token).content)[-1]["content"]["folders"] == []
