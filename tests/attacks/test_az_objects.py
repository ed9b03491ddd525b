"""AZ: who may do what. What is somebody else's is not there, and what one says of oneself changes nothing."""

from typing import Any

import pytest

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right
from jeton.testing.world import World

_COUNT = iter(range(10**6))


@pytest.fixture(scope="module")
def script(world: World) -> str:
    """The token of a Server application with every scope."""
    return world.token("all")


def somebody(world: World) -> tuple[User, str]:
    person = world.person(f"person{next(_COUNT)}")
    return person, world.token(person=person)


def make(world: World, token: str, parent: int, name: str = "f") -> int:
    return int(world.send("POST", "/api/folder", token=token, json={"parent_id": parent, "name": name}).json()["id"])


def put(world: World, token: str, folder: int, name: str = "a") -> int:
    form = {"data": {"folderId": str(folder)}, "files": {"targetFile": (name, b"x")}}
    return int(world.send("POST", "/api/file/upload", token=token, **form).json()["id"])


def give(world: World, folder: int, person: User, rights: Right) -> None:
    def put_entry(work: Work) -> None:
        work.entries.put(FolderId(folder), person.id, rights, by=PrincipalId(0), now=work.now)

    world.write(put_entry)


def test_az_01_az_02_ids_of_another_s_space_are_nobody_s(world: World) -> None:
    alice, hers = somebody(world)
    bob, his = somebody(world)
    folder = make(world, hers, alice.private_root)
    old, file = put(world, hers, folder), put(world, hers, folder)
    thrown = put(world, hers, folder, "thrown")
    entry = world.send("DELETE", f"/api/file/{thrown}", token=hers).json()["id"]
    right = world.send(
        "POST", "/api/right", token=hers, json={"folder_id": folder, "target_id": world.admin.id, "read": True}
    ).json()["id"]
    own = make(world, his, bob.private_root)
    tried: list[tuple[str, str, Any]] = [
        *(("GET", f"file/{number}{rest}", None) for number in (old, file) for rest in ("", "/download", "/versions")),
        *(("PUT", f"file/{number}", {"name": "x"}) for number in (old, file)),
        ("PUT", f"file/{old}/restore", None), ("DELETE", f"file/{old}/version", None), ("DELETE", f"file/{file}", None),
        ("PUT", f"file/{file}/copy", {"parent_id": own}), ("PUT", f"folder/{folder}/copy", {"parent_id": own}),
        ("PUT", f"folder/{own}", {"parent_id": folder}), ("PUT", f"folder/{own}/copy", {"parent_id": folder}),
        ("GET", f"folder/{folder}?depth=-1", None), ("PUT", f"folder/{folder}", {"name": "x"}),
        ("DELETE", f"folder/{folder}", None), ("POST", "folder", {"parent_id": folder, "name": "x"}),
        ("GET", f"trash/{entry}", None), ("PUT", f"trash/{entry}", {}), ("DELETE", f"trash/{entry}", None),
        ("GET", f"rights/{folder}", None), ("GET", f"right/{right}", None), ("PUT", f"right/{right}", {"write": True}),
        ("DELETE", f"right/{right}", None), ("GET", f"objectpath?id={file}", None),
        ("GET", f"quotas?folder={folder}", None),
        ("GET", f"ischildof?id={file}&parent={folder}", None), ("GET", f"lock/{file}", None),
        ("PUT", f"lock/{file}", {}),
    ]  # fmt: skip
    for method, path, body in tried:
        answer = world.send(method, f"/api/{path}", token=his, json=body)
        assert answer.status_code == 404, (method, path, answer.text)
    told = world.send("GET", f"/api/folder/{alice.private_root}?depth=-1", token=hers).json()
    assert [inner["name"] for inner in told["content"]["folders"]] == ["f"]
    assert [one["id"] for one in told["content"]["folders"][0]["content"]["files"]] == [file]


def test_az_03_lists_and_counts_hold_what_one_sees_and_no_more(world: World, script: str) -> None:
    bob, his = somebody(world)
    top = make(world, script, 1, f"top {next(_COUNT)}")
    shown, hidden = make(world, script, top, "shown"), make(world, script, top, "hidden")
    put(world, script, shown)
    put(world, script, hidden)
    give(world, top, bob, Right.BROWSE | Right.READ)
    give(world, hidden, bob, Right.NONE)
    told = world.send("GET", f"/api/folder/{top}?depth=-1", token=his).json()
    assert [folder["name"] for folder in told["content"]["folders"]] == ["shown"]
    assert (told["nb_files"], told["nb_folders"], told["nb_d_folders"], told["size"]) == (1, 1, 1, 1)


def test_az_05_who_only_reads_changes_nothing(world: World, script: str) -> None:
    bob, his = somebody(world)
    top = make(world, script, 1, f"top {next(_COUNT)}")
    inner = make(world, script, top)
    old, file = put(world, script, top), put(world, script, top)
    give(world, top, bob, Right.BROWSE | Right.READ | Right.DOWNLOAD)
    home = bob.private_root
    tried: list[tuple[str, str, Any]] = [
        ("PUT", f"file/{file}", {"name": "x"}), ("PUT", f"file/{file}", {"parent_id": home}),
        ("PUT", f"folder/{inner}", {"name": "x"}), ("PUT", f"folder/{inner}", {"parent_id": home}),
        ("DELETE", f"file/{file}", None), ("DELETE", f"folder/{inner}", None), ("PUT", f"file/{old}/restore", None),
        ("DELETE", f"file/{old}/version", None), ("POST", "folder", {"parent_id": top, "name": "x"}),
        ("PUT", f"file/{file}/copy", {"name": "x"}), ("PUT", f"folder/{inner}/copy", {"name": "x"}),
        ("POST", "right", {"folder_id": top, "target_id": bob.id, "write": True}),
    ]  # fmt: skip
    for method, path, body in tried:
        answer = world.send(method, f"/api/{path}", token=his, json=body)
        assert answer.status_code == 403, (method, path, answer.text)
    form = {"data": {"folderId": str(top)}, "files": {"targetFile": ("a", b"other")}}
    assert world.send("POST", "/api/file/upload", token=his, **form).status_code == 403
    assert world.send("PUT", f"/api/file/{file}/copy", token=his, json={"parent_id": home}).status_code == 201


def test_az_06_who_may_only_add_sees_reads_and_replaces_nothing(world: World, script: str) -> None:
    bob, his = somebody(world)
    top = make(world, script, 1, f"top {next(_COUNT)}")
    file = put(world, script, top, "there")
    give(world, top, bob, Right.BROWSE | Right.WRITE)
    told = world.send("GET", f"/api/folder/{top}?depth=1", token=his).json()
    assert (told["content"]["files"], told["nb_files"], told["size"]) == ([], 0, 0)
    for method, path in (("GET", ""), ("GET", "/download"), ("GET", "/versions"), ("DELETE", "")):
        assert world.send(method, f"/api/file/{file}{path}", token=his).status_code == 404
    put(world, his, top, "new")
    form = {"data": {"folderId": str(top)}, "files": {"targetFile": ("there", b"other")}}
    refused = world.send("POST", "/api/file/upload", token=his, **form)
    assert (refused.status_code, refused.json()["code"]) == (403, "right_missing")


def test_az_07_nobody_gives_rights_that_are_not_theirs_to_give(world: World, script: str) -> None:
    bob, his = somebody(world)
    eve, _ = somebody(world)
    top = make(world, script, 1, f"top {next(_COUNT)}")
    give(world, top, bob, Right.BROWSE | Right.READ | Right.SHARE)
    given = {"folder_id": top, "target_id": eve.id, "read": True, "browse": True}
    assert world.send("POST", "/api/right", token=his, json=given).status_code == 403
    invited = {"folder": top, "target": eve.id, "rights": 3}
    refused = world.send("POST", "/api/invite", token=his, json=invited)
    assert (refused.status_code, refused.json()["code"]) == (403, "beyond_own_rights")


@pytest.mark.parametrize(
    "claimed",
    [{"admin": True}, {"quota": 10**12}, {"id": 1}, {"mail_verified": True}, {"role": "admin"}, {"active": True}],
)
def test_az_08_nobody_makes_themselves_more_than_they_are(world: World, claimed: dict[str, object]) -> None:
    bob, his = somebody(world)
    before = world.read(lambda work: work.people.find(bob.id))
    world.send("PUT", "/api/account", token=his, json=claimed)
    assert world.read(lambda work: work.people.find(bob.id)) == before
    assert world.send("PUT", f"/api/user/{bob.id}", token=his, json=claimed).status_code in {403, 422}
    assert world.read(lambda work: work.people.find(bob.id)) == before


@pytest.mark.parametrize("member", ["created_by", "owner_id", "tenant_id", "created_at", "__class__"])
def test_az_09_what_is_not_for_callers_to_say_is_refused_by_name(world: World, script: str, member: str) -> None:
    for path, body in (("user", {"login": f"l{next(_COUNT)}", "email": "l@example.org"}), ("group", {"login": "g"})):
        refused = world.send("POST", f"/api/{path}", token=script, json={**body, member: 1})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == member


def test_az_14_az_16_who_acts_for_a_person_has_their_rights_and_both_are_written_down(
    world: World, script: str
) -> None:
    alice, hers = somebody(world)
    bob, _ = somebody(world)
    secret = put(world, hers, alice.private_root)
    as_bob = {"As": str(bob.id)}
    assert world.send("GET", f"/api/file/{secret}", token=script, headers=as_bob).status_code == 404
    body = {"parent_id": bob.private_root, "name": "by script"}
    made = world.send("POST", "/api/folder", token=script, headers=as_bob, json=body).json()
    assert made["owner_id"] == str(bob.id)
    lines = world.send("GET", f"/api/logs?type=folder.created&object_id={made['id']}", token=script).json()
    assert [(line["user_id"], bool(line["acting_for"])) for line in lines] == [(str(bob.id), True)]


def test_az_19_what_a_person_had_been_given_ends_with_the_account(world: World, script: str) -> None:
    bob, his = somebody(world)
    top = make(world, script, 1, f"top {next(_COUNT)}")
    give(world, top, bob, Right.ALL)
    file = put(world, his, top)
    assert world.send("DELETE", f"/api/user/{bob.id}", token=script).status_code == 204
    assert world.send("GET", f"/api/file/{file}", token=his).status_code == 401
    assert world.send("GET", f"/api/rights/{top}", token=script).json() == []
    kept = world.send("GET", f"/api/file/{file}", token=script).json()
    assert (kept["owner_id"], kept["size"]) == (str(bob.id), 1)
