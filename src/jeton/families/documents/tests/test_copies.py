"""Copies of files and folders: what they hold, who may make them, what bounds them, and the bytes that they share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.families.documents.service import copies
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right
from jeton.testing.housekeeping import check, kept_blobs
from jeton.testing.world import World

READING = Right.BROWSE | Right.READ | Right.DOWNLOAD


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data", does_jobs=False) as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


def make(world: World, token: str, name: str, parent: int = 1) -> int:
    return int(world.send("POST", "/api/folder", token=token, json={"parent_id": parent, "name": name}).json()["id"])


def put(world: World, token: str, folder: int, name: str, content: bytes) -> int:
    form = {"data": {"folderId": str(folder)}, "files": {"targetFile": (name, content)}}
    return int(world.send("POST", "/api/file/upload", token=token, **form).json()["id"])


def copy(world: World, token: str, kind: str, number: int, **where: Any) -> Any:
    return world.send("PUT", f"/api/{kind}/{number}/copy", token=token, json=where)


def shape(folder: dict[str, Any]) -> Any:
    """Names, sizes, hashes and counts of a listed tree, without what differs from copy to copy."""
    content = folder["content"]
    counts = [folder[member] for member in ("size", "nb_files", "nb_folders", "nb_d_files", "nb_d_folders")]
    files = sorted((file["name"], file["size"], file["hash"], file["modification"]) for file in content["files"])
    return counts, files, sorted((inner["name"], shape(inner)) for inner in content["folders"])


def tree(world: World, token: str, folder: int) -> dict[str, Any]:
    told: dict[str, Any] = world.send("GET", f"/api/folder/{folder}?depth=-1", token=token).json()
    return told


def give(world: World, folder: int, person: PrincipalId, rights: Right) -> None:
    def put_entry(work: Work) -> None:
        work.entries.put(FolderId(folder), person, rights, by=PrincipalId(0), now=work.now)

    world.write(put_entry)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def planted(world: World, token: str) -> int:
    top = make(world, token, "source")
    inner = make(world, token, "inner", top)
    make(world, token, "empty", inner)
    put(world, token, top, "a.txt", b"a")
    put(world, token, inner, "b.txt", b"old")
    put(world, token, inner, "b.txt", b"the current one")
    put(world, token, inner, "é.bin", b"")
    return top


def test_a_folder_is_copied_with_all_in_it_and_shares_its_bytes(world: World, token: str) -> None:
    source, target = planted(world, token), make(world, token, "target")
    bytes_before = kept_blobs(world)
    copied = copy(world, token, "folder", source, parent_id=target, name="twin")
    assert copied.status_code == 201
    told = copied.json()
    assert (told["parent_id"], told["name"], told["size"], told["nb_files"]) == (target, "twin", 16, 3)
    twin = tree(world, token, told["id"])
    assert shape(twin) == shape(tree(world, token, source))
    files = twin["content"]["folders"][0]["content"]["files"]
    assert all("nb_versions" not in file for file in files), "only current versions are copied"
    originals = tree(world, token, source)["content"]["folders"][0]["content"]["files"]
    assert not {file["guid"] for file in files} & {file["guid"] for file in originals}
    assert world.send("GET", f"/api/file/{files[0]['id']}/download", token=token).content == b"the current one"
    assert kept_blobs(world) == bytes_before
    company = world.send("GET", "/api/folder/1", token=token).json()
    assert (company["size"], company["nb_files"], company["nb_folders"]) == (32, 6, 7)
    assert check(world) == []


def test_a_copy_outlives_its_original_and_the_original_its_copy(world: World, token: str) -> None:
    source = planted(world, token)
    twin = copy(world, token, "folder", source, name="twin").json()["id"]
    third = copy(world, token, "folder", twin, name="third").json()["id"]
    assert world.send("DELETE", f"/api/folder/{source}?trash=0", token=token).status_code == 200
    assert world.send("DELETE", f"/api/folder/{third}?trash=0", token=token).status_code == 200
    world.do_jobs()
    file = next(file for file in tree(world, token, twin)["content"]["files"] if file["name"] == "a.txt")
    assert world.send("GET", f"/api/file/{file['id']}/download", token=token).content == b"a"
    assert check(world) == []
    world.send("DELETE", f"/api/folder/{twin}?trash=0", token=token)
    world.do_jobs()
    assert kept_blobs(world) == set()
    assert check(world) == []


def test_new_numbers_are_free_after_a_copy(world: World, token: str) -> None:
    source = planted(world, token)
    copy(world, token, "folder", source, name="twin")
    made = [make(world, token, f"n{number}") for number in range(3)]
    assert len({*made, put(world, token, 1, "x", b"x")}) == 4
    assert check(world) == []


def test_a_file_is_copied_as_the_version_that_is_named(world: World, token: str) -> None:
    old, _ = put(world, token, 1, "a.txt", b"old"), put(world, token, 1, "a.txt", b"newer")
    world.pass_time(3600)
    told = copy(world, token, "file", old, name="b.txt").json()
    assert (told["name"], told["size"], told["parent_id"]) == ("b.txt", 3, 1)
    original = world.send("GET", f"/api/file/{old}", token=token).json()
    assert told["modification"] == original["modification"] < told["creation"]
    assert told["guid"] != original["guid"]
    assert check(world) == []


def test_a_copy_is_refused_where_an_upload_would_be(world: World, token: str) -> None:
    source, small = planted(world, token), make(world, token, "small")
    file = put(world, token, 1, "a.txt", b"12345")
    world.send("PUT", f"/api/folder/{small}", token=token, json={"quota": 4})
    before = tree(world, token, 1)
    assert refusal(copy(world, token, "file", file)) == (403, "name_taken")
    assert refusal(copy(world, token, "folder", source, name="small")) == (403, "name_taken")
    assert refusal(copy(world, token, "file", file, name="a/b")) == (422, "bad_name")
    assert refusal(copy(world, token, "file", file, parent_id=small)) == (507, "over_quota")
    assert refusal(copy(world, token, "folder", source, parent_id=small)) == (507, "over_quota")
    assert refusal(copy(world, token, "folder", source, parent_id=source)) == (409, "would_loop")
    inner = next(folder["id"] for folder in tree(world, token, source)["content"]["folders"])
    assert refusal(copy(world, token, "folder", source, parent_id=inner, name="x")) == (409, "would_loop")
    assert refusal(copy(world, token, "folder", 1, name="x")) == (409, "fixed_top")
    assert refusal(copy(world, token, "file", file, parent_id=999)) == (404, "no_such_folder")
    assert tree(world, token, 1) == before


def test_what_is_too_deep_or_too_much_is_not_copied(world: World, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = planted(world, token)
    deep = 1
    for level in range(97):
        deep = make(world, token, f"d{level}", deep)
    assert refusal(copy(world, token, "folder", source, parent_id=deep)) == (409, "too_deep")
    monkeypatch.setattr(copies, "MOST_COPIED", 5)
    assert refusal(copy(world, token, "folder", source, name="x")) == (422, "too_much_to_copy")


def test_fn_10_nobody_copies_to_where_they_may_not_write(world: World, token: str) -> None:
    ana = world.person("ana")
    source, target = planted(world, token), make(world, token, "target")
    file = put(world, token, source, "c.txt", b"c")
    give(world, source, ana.id, READING)
    hers = world.token(person=ana)
    assert refusal(copy(world, hers, "file", file, parent_id=target)) == (404, "no_such_folder")
    give(world, target, ana.id, READING)
    assert refusal(copy(world, hers, "file", file, parent_id=target)) == (403, "right_missing")
    assert refusal(copy(world, hers, "folder", source, parent_id=target)) == (403, "right_missing")
    give(world, target, ana.id, Right.BROWSE | Right.WRITE)
    assert copy(world, hers, "file", file, parent_id=target).status_code == 201
    assert copy(world, hers, "folder", source, parent_id=target).status_code == 201


def test_nobody_copies_what_they_may_not_download_all_of(world: World, token: str) -> None:
    ana = world.person("ana")
    source = planted(world, token)
    inner = next(folder["id"] for folder in tree(world, token, source)["content"]["folders"])
    file = put(world, token, source, "c.txt", b"c")
    hers, home = world.token(person=ana), ana.private_root
    give(world, source, ana.id, Right.BROWSE | Right.READ)
    assert refusal(copy(world, hers, "file", file, parent_id=home)) == (403, "right_missing")
    assert refusal(copy(world, hers, "folder", source, parent_id=home)) == (403, "right_missing")
    give(world, source, ana.id, READING)
    give(world, inner, ana.id, Right.NONE)
    assert copy(world, hers, "file", file, parent_id=home).status_code == 201
    assert refusal(copy(world, hers, "folder", source, parent_id=home)) == (403, "right_missing")


def test_a_copy_crosses_spaces_belongs_to_who_made_it_and_has_no_rights_or_limits_of_its_own(
    world: World, token: str
) -> None:
    ana, ben = world.person("ana"), world.person("ben")
    source = planted(world, token)
    give(world, source, ana.id, READING)
    give(world, source, ben.id, READING)
    world.send("PUT", f"/api/folder/{source}", token=token, json={"quota": 1000, "purge_frequency": 3})
    hers = world.token(person=ana)
    told = copy(world, hers, "folder", source, parent_id=ana.private_root).json()
    assert (told["owner_id"], told["quota"], told["purge_frequency"]) == (str(ana.id), -1, 0)
    assert world.send("GET", f"/api/folder/{told['id']}", token=world.token(person=ben)).status_code == 404
    assert world.send("GET", f"/api/folder/{told['id']}", token=token).status_code == 404
    assert check(world) == []
