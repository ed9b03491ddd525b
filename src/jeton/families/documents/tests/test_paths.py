"""Places: what lies at a path, the path of an object, what lies in what, how full it is; all as far as one sees."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right
from jeton.testing.world import World

READING = Right.BROWSE | Right.READ | Right.DOWNLOAD


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data", does_jobs=False) as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


@pytest.fixture
def top(world: World, token: str) -> str:
    """The name of the company space."""
    name: str = ask(world, token, "folder/1")["name"]
    return name


def ask(world: World, token: str, what: str, **query: Any) -> Any:
    return world.send("GET", f"/api/{what}", token=token, params=query).json()


def make(world: World, token: str, name: str, parent: int = 1) -> int:
    return int(world.send("POST", "/api/folder", token=token, json={"parent_id": parent, "name": name}).json()["id"])


def put(world: World, token: str, folder: int, name: str, content: bytes = b"12345") -> int:
    form = {"data": {"folderId": str(folder)}, "files": {"targetFile": (name, content)}}
    return int(world.send("POST", "/api/file/upload", token=token, **form).json()["id"])


def give(world: World, folder: int, person: User, rights: Right) -> None:
    def put_entry(work: Work) -> None:
        work.entries.put(FolderId(folder), person.id, rights, by=PrincipalId(0), now=work.now)

    world.write(put_entry)


def test_a_path_leads_to_an_object_and_an_object_tells_its_path(world: World, token: str, top: str) -> None:
    folder = make(world, token, "Été & Cie")
    inner = make(world, token, "50 % ; x", folder)
    file = put(world, token, inner, "a.txt")
    path = f"/{top}/Été & Cie/50 % ; x/a.txt"
    found = ask(world, token, "path", path=path)
    assert (found["id"], found["hash"]) == (file, ask(world, token, f"file/{file}")["hash"])
    assert ask(world, token, "path", path=f"/{top}/Été & Cie/50 % ; x")["id"] == inner
    assert ask(world, token, "path", path=f"/{top}")["id"] == 1
    assert ask(world, token, "objectpath", id=file) == {"object": path}
    assert ask(world, token, "objectpath", id=file, type="file") == {"object": path}
    assert ask(world, token, "objectpath", id=inner, type="folder") == {"object": path.removesuffix("/a.txt")}
    assert ask(world, token, "objectpath", id=file, type="folder")["code"] == "no_such_object"
    assert ask(world, token, "objectpath", id=inner, type="file")["code"] == "no_such_object"
    assert ask(world, token, "objectpath", id=file, type="disk")["status"] == 422
    assert ask(world, token, "path", path=f"/{top}/E\u0301te\u0301 & Cie")["id"] == folder, "as siblings are compared"


def test_fn_12_a_path_has_one_reading_and_climbs_nowhere(world: World, token: str, top: str) -> None:
    folder = make(world, token, "a")
    file = put(world, token, folder, "b.txt")
    for spelled in (f"{top}/a/b.txt", f"//{top}//a/b.txt", f"/{top}/a/b.txt/"):
        assert ask(world, token, "path", path=spelled)["id"] == file, spelled
    inside = (".", "..", "a/../a", "./a", "a/b.txt/..", "a;x", "A", "a/b.txt/c", "a%2fb.txt", "a\\b.txt", "a\0")
    for spelled in ("", "/", "..", "/../etc/passwd", "/a", *(f"/{top}/{rest}" for rest in inside)):
        answer = world.send("GET", "/api/path", token=token, params={"path": spelled})
        assert answer.status_code in {400, 404, 422}, spelled
    assert world.send("GET", "/api/path", token=token).status_code == 422


def test_fn_11_az_03_a_path_begins_where_the_caller_s_sight_does(world: World, token: str, top: str) -> None:
    ana = world.person("ana")
    hidden = make(world, token, "hidden")
    shown, beside = make(world, token, "projects", hidden), make(world, token, "projects-secret", hidden)
    file, secret = put(world, token, shown, "a.txt"), put(world, token, beside, "b.txt")
    give(world, shown, ana, READING)
    hers = world.token(person=ana)
    assert ask(world, hers, "objectpath", id=file) == {"object": "/projects/a.txt"}
    assert ask(world, hers, "path", path="/projects/a.txt")["id"] == file
    for gone in (f"/{top}/hidden/projects/a.txt", "/hidden/projects/a.txt", "/projects-secret/b.txt", "/projects/zzz"):
        assert ask(world, hers, "path", path=gone)["code"] == "nothing_there", gone
    assert ask(world, hers, "objectpath", id=secret)["code"] == "no_such_object"
    assert ask(world, hers, "ischildof", id=file, parent=shown) is True
    assert ask(world, hers, "ischildof", id=file, parent=hidden)["code"] == "no_such_folder"
    assert ask(world, hers, "ischildof", id=secret, parent=shown)["code"] == "no_such_object"
    give(world, shown, ana, Right.BROWSE | Right.WRITE)
    assert ask(world, hers, "path", path="/projects/a.txt")["code"] == "nothing_there", "who only adds sees no file"


def test_of_several_roots_of_one_name_the_one_that_has_the_rest_is_taken(world: World, token: str) -> None:
    ana = world.person("ana")
    one, two = make(world, token, "one"), make(world, token, "two")
    twins = [make(world, token, "same", parent) for parent in (one, two)]
    files = [put(world, token, twin, name) for twin, name in zip(twins, ("a", "b"), strict=True)]
    for twin in twins:
        give(world, twin, ana, READING)
    hers = world.token(person=ana)
    assert [ask(world, hers, "path", path=f"/same/{name}")["id"] for name in ("a", "b")] == files


def test_what_lies_below_lies_within_and_nothing_in_itself(world: World, token: str) -> None:
    folder = make(world, token, "a")
    inner = make(world, token, "b", folder)
    file = put(world, token, inner, "c")
    pairs = {(file, inner): True, (file, folder): True, (file, 1): True, (inner, folder): True, (folder, inner): False,
             (folder, folder): False, (1, folder): False}  # fmt: skip
    assert {pair: ask(world, token, "ischildof", id=pair[0], parent=pair[1]) for pair in pairs} == pairs


def test_quotas_are_told_as_far_as_one_sees(world: World, token: str) -> None:
    ana = world.person("ana")
    limited = make(world, token, "limited")
    inner = make(world, token, "inner", limited)
    put(world, token, inner, "a", b"123")
    put(world, token, 1, "b", b"4567")
    world.send("PUT", f"/api/folder/{limited}", token=token, json={"quota": 50})
    assert ask(world, token, "quotas") == {
        "folder": {"folder": 1, "quota": None, "used": 7},
        "platform": {"quota": None, "used": 7},
        "user": {"quota": None, "used": 0},
    }
    assert ask(world, token, "quotas", folder=inner)["folder"] == {"folder": limited, "quota": 50, "used": 3}
    give(world, inner, ana, READING)
    hers = world.token(person=ana)
    put(world, hers, ana.private_root, "own", b"12")
    told = ask(world, hers, "quotas", folder=inner)
    assert told["folder"] == {"folder": inner, "quota": None, "used": 3}, "what limits it is out of her sight"
    assert told["platform"] == {"quota": None, "used": 5}
    assert told["user"] == {"quota": None, "used": 2}
    world.send("PUT", f"/api/user/{ana.id}", token=token, json={"quota": 100})
    assert ask(world, hers, "quotas")["user"] == {"quota": 100, "used": 2}
    assert ask(world, hers, "quotas", folder=limited)["code"] == "no_such_folder"
    give(world, inner, ana, Right.BROWSE | Right.WRITE)
    assert ask(world, hers, "quotas", folder=inner)["folder"]["used"] == 0


def test_a_portal_shows_the_root_of_a_kind(world: World, token: str) -> None:
    put(world, token, 1, "a")
    told = ask(world, token, "root/portal/company")
    assert told == ask(world, token, "root/company")
    assert [file["name"] for file in told["content"]["files"]] == ["a"]
    assert ask(world, token, "root/portal/elsewhere")["code"] == "no_such_root"


def test_a_folder_of_a_private_space_says_whether_it_is_shared(world: World, token: str) -> None:
    ana, ben, eve = world.person("ana"), world.person("ben"), world.person("eve")
    hers, his = world.token(person=ana), world.token(person=ben)
    shared, kept = (make(world, hers, name, ana.private_root) for name in ("shared", "kept"))
    inner = make(world, hers, "inner", shared)
    give(world, shared, ben, READING)
    give(world, inner, eve, READING)
    give(world, kept, ben, Right.NONE)

    def told(by: str, top: int) -> dict[int, bool]:
        def walk(folder: dict[str, Any]) -> dict[int, bool]:
            found = {folder["id"]: folder["shared"]}
            for below in folder["content"]["folders"]:
                found |= walk(below)
            return found

        return walk(ask(world, by, f"folder/{top}", depth=-1))

    assert told(hers, ana.private_root) == {ana.private_root: False, shared: True, kept: False, inner: True}
    assert told(his, shared) == {shared: True, inner: False}, "who else was let in is not his to know"
    company = make(world, token, "company")
    give(world, company, ben, READING)
    assert ask(world, token, f"folder/{company}")["shared"] is False
    assert ask(world, hers, f"folder/{shared}")["can_admin_rights"] is True
    assert ask(world, his, f"folder/{shared}")["can_admin_rights"] is False
