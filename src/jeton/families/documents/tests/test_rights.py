"""Rights over the API: who gives them, what they open, and that they hold from the next request on."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from jeton.kernel.people import User
from jeton.testing.world import World

READER = {"browse": True, "read": True, "download": True}
NOTHING: dict[str, bool] = {}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("rights") / "data") as world:
        yield world


class Scene:
    """A Server application that gives rights, a person who is given some, and a tree of their own in each test."""

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.server = world.token()
        self.person: User = world.person(f"person{number}")
        self.theirs = world.token(person=self.person)
        self.top = self.made(1, f"top{number}")

    def made(self, parent: int, name: str) -> int:
        answer = self.world.send("POST", "/api/folder", token=self.server, json={"parent_id": parent, "name": name})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def uploaded(self, folder: int, name: str, *, token: str | None = None) -> httpx2.Response:
        return self.world.send(
            "POST",
            "/api/file/upload",
            token=token or self.server,
            data={"folderId": str(folder)},
            files={"targetFile": (name, b"bytes")},
        )

    def gives(self, folder: int, flags: dict[str, bool], *, to: int | None = None) -> int:
        body = {"folder_id": folder, "target_id": to or self.person.id, **flags}
        answer = self.world.send("POST", "/api/right", token=self.server, json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def as_person(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return self.world.send(method, path, token=self.theirs, **options)


@pytest.fixture
def scene(world: World) -> Scene:
    world.pass_time(1)
    return Scene(world, int(world.now))


def test_what_was_not_given_does_not_exist(scene: Scene) -> None:
    hidden = scene.made(scene.top, "hidden")
    assert scene.as_person("GET", f"/api/folder/{hidden}").status_code == 404
    roots = scene.as_person("GET", "/api/folders").json()
    assert [root["type"] for root in roots] == ["private", "shared"]


def test_a_right_opens_its_folder_and_all_below_from_the_next_request_on(scene: Scene) -> None:
    inner = scene.made(scene.top, "inner")
    file = scene.uploaded(inner, "a.txt").json()["id"]
    scene.gives(scene.top, READER)
    seen = scene.as_person("GET", f"/api/folder/{scene.top}", params={"depth": "-1"}).json()
    assert seen["parent_id"] is None
    assert (seen["path"], seen["path_name"]) == ("", "")
    assert [folder["name"] for folder in seen["content"]["folders"]] == ["inner"]
    assert [file["name"] for file in seen["content"]["folders"][0]["content"]["files"]] == ["a.txt"]
    assert scene.as_person("GET", f"/api/file/{file}/download").content == b"bytes"
    below = scene.as_person("GET", f"/api/folder/{inner}").json()
    assert (below["parent_id"], below["path"]) == (scene.top, str(scene.top))
    flags = {name: below[name] for name in ("can_read", "can_download", "can_write", "can_edit", "can_delete")}
    assert flags == {
        "can_read": True,
        "can_download": True,
        "can_write": False,
        "can_edit": False,
        "can_delete": False,
    }
    assert below["can_admin_rights"] is False


def test_a_right_that_is_changed_or_withdrawn_holds_no_longer(scene: Scene) -> None:
    entry = scene.gives(scene.top, READER)
    assert scene.as_person("POST", "/api/folder", json={"parent_id": scene.top, "name": "new"}).status_code == 403
    changed = scene.world.send(
        "PUT", f"/api/right/{entry}", token=scene.server, json={"write": True, "download": False}
    )
    assert changed.json() == {
        "id": entry, "folder_id": scene.top, "target_id": scene.person.id, "target": scene.person.login,
        "browse": True, "read": True, "download": False, "write": True, "edit": False, "delete": False, "share": False,
    }  # fmt: skip
    assert scene.as_person("POST", "/api/folder", json={"parent_id": scene.top, "name": "new"}).status_code == 201
    assert scene.world.send("DELETE", f"/api/right/{entry}", token=scene.server).status_code == 204
    assert scene.as_person("GET", f"/api/folder/{scene.top}").status_code == 404
    assert scene.world.send("GET", f"/api/right/{entry}", token=scene.server).status_code == 404


def test_an_entry_of_seven_false_cuts_off_and_what_hangs_deeper_becomes_a_root(scene: Scene) -> None:
    inner = scene.made(scene.top, "inner")
    deep = scene.made(inner, "deep")
    scene.gives(scene.top, READER)
    scene.gives(inner, NOTHING)
    scene.gives(deep, READER)
    assert scene.as_person("GET", f"/api/folder/{inner}").status_code == 404
    top = scene.as_person("GET", f"/api/folder/{scene.top}", params={"depth": "-1"}).json()
    assert top["content"]["folders"] == []
    shown = scene.as_person("GET", f"/api/folder/{deep}").json()
    assert (shown["parent_id"], shown["path_name"]) == (None, "")
    roots = {root["id"] for root in scene.as_person("GET", "/api/folders").json()}
    assert roots == {scene.top, deep, scene.person.private_root, None}


def test_the_roots_of_a_user_are_the_highest_folders_they_see(scene: Scene) -> None:
    other = scene.made(1, f"root{scene.person.id}")
    own = scene.person.private_root

    def roots(path: str, *, token: str) -> Any:
        answer = scene.world.send("GET", path, token=token).json()
        users = [answer] if isinstance(answer, dict) else answer
        return next(user["roots"] for user in users if user["id"] == str(scene.person.id))

    def check(*folders: int) -> None:
        assert set(roots("/api/account", token=scene.theirs)) == set(folders)
        assert set(roots(f"/api/user/{scene.person.id}", token=scene.server)) == set(folders)
        assert set(roots("/api/users?limit=1000", token=scene.server)) == set(folders)

    check(own)
    scene.gives(scene.top, READER)
    check(scene.top, own)
    scene.gives(other, READER)
    check(scene.top, other, own)
    administrator = scene.world.token(person=scene.world.admin)
    assert scene.world.send("GET", "/api/account", token=administrator).json()["roots"][0] == 1


def test_counts_leave_out_what_one_does_not_see(scene: Scene) -> None:
    inner = scene.made(scene.top, "inner")
    hidden = scene.made(inner, "hidden")
    for folder in (scene.top, inner, hidden):
        assert scene.uploaded(folder, "note.txt").status_code == 201
    scene.gives(scene.top, READER)
    members = ("nb_files", "nb_folders", "size", "nb_d_files", "nb_d_folders")

    def counts(folder: int) -> list[int]:
        shown = scene.as_person("GET", f"/api/folder/{folder}", params={"depth": "1"}).json()
        return [shown[member] for member in members]

    assert (counts(scene.top), counts(inner)) == ([3, 2, 15, 1, 1], [2, 1, 10, 1, 1])
    entry = scene.gives(hidden, NOTHING)
    assert (counts(scene.top), counts(inner)) == ([2, 1, 10, 1, 1], [1, 0, 5, 1, 0])
    scene.world.send("PUT", f"/api/right/{entry}", token=scene.server, json={"write": True})
    assert (counts(scene.top), counts(inner)) == ([2, 2, 10, 1, 1], [1, 1, 5, 1, 1])
    below = scene.as_person("GET", f"/api/folder/{scene.top}", params={"depth": "-1"}).json()["content"]["folders"]
    assert [below[0][member] for member in members] == [1, 1, 5, 1, 1]


def test_roots_are_told_by_kind_and_hold_together_what_has_no_folder_in_common(scene: Scene) -> None:
    assert scene.as_person("GET", "/api/root/company").status_code == 404
    other = scene.made(1, f"other{scene.person.id}")
    scene.gives(scene.top, READER)
    one = scene.as_person("GET", "/api/root/company").json()
    assert (one["id"], one["type"], one["content"]) == (scene.top, "company", {"folders": [], "files": []})
    scene.gives(other, READER)
    both = scene.as_person("GET", "/api/root/company").json()
    assert (both["id"], both["name"], both["type"]) == (None, "Company", "company")
    assert {folder["id"] for folder in both["content"]["folders"]} == {scene.top, other}
    assert scene.as_person("GET", "/api/root/private?depth=0").json()["id"] == scene.person.private_root
    shared = scene.as_person("GET", "/api/root/shared").json()
    assert (shared["id"], shared["content"]) == (None, {"folders": [], "files": []})
    listed = scene.as_person("GET", "/api/roots").json()
    assert {root["id"] for root in listed} == {scene.top, other, scene.person.private_root, None}
    assert all(root["content"] == {"folders": [], "files": []} for root in listed)


def test_a_server_application_has_the_company_root_alone(scene: Scene) -> None:
    listed = scene.world.send("GET", "/api/roots?depth=0", token=scene.server).json()
    assert [(root["id"], root["type"]) for root in listed] == [(1, "company")]
    for kind in ("private", "shared", "portal", "Company", "1", "%20"):
        refused = scene.world.send("GET", f"/api/root/{kind}", token=scene.server)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_root")


def test_who_may_only_add_adds_and_sees_no_file(scene: Scene) -> None:
    scene.uploaded(scene.top, "theirs.txt")
    scene.gives(scene.top, {"write": True})
    made = scene.uploaded(scene.top, "mine.txt", token=scene.theirs)
    assert made.status_code == 201
    assert scene.as_person("GET", f"/api/file/{made.json()['id']}").status_code == 404
    seen = scene.as_person("GET", f"/api/folder/{scene.top}", params={"depth": "1"}).json()
    assert seen["content"]["files"] == []
    assert (seen["nb_files"], seen["size"]) == (0, 0)
    assert scene.uploaded(scene.top, "theirs.txt", token=scene.theirs).status_code == 403


def test_deleting_and_moving_away_need_the_right_in_the_whole_subtree(scene: Scene) -> None:
    inner, target = scene.made(scene.top, "inner"), scene.made(scene.top, "target")
    deep = scene.made(inner, "deep")
    everything = dict.fromkeys(("browse", "read", "download", "write", "edit", "delete"), True)
    scene.gives(scene.top, everything)
    guarded = scene.gives(deep, READER)
    for refused in (
        scene.as_person("DELETE", f"/api/folder/{inner}"),
        scene.as_person("PUT", f"/api/folder/{inner}", json={"parent_id": target}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "right_missing")
    scene.world.send("DELETE", f"/api/right/{guarded}", token=scene.server)
    assert scene.as_person("PUT", f"/api/folder/{inner}", json={"parent_id": target}).status_code == 200
    assert scene.as_person("DELETE", f"/api/folder/{inner}").status_code == 200


def test_nobody_moves_what_they_may_not_read_to_where_they_may(scene: Scene) -> None:
    blind = scene.made(scene.top, "blind")
    target = scene.made(scene.top, "target")
    scene.gives(blind, {"browse": True, "edit": True, "delete": True})
    scene.gives(target, {**READER, "write": True})
    refused = scene.as_person("PUT", f"/api/folder/{blind}", json={"parent_id": target})
    assert (refused.status_code, refused.json()["code"]) == (403, "right_missing")


def test_a_private_space_is_shared_by_its_owner_and_by_nobody_else(scene: Scene) -> None:
    guest = scene.world.person(f"{scene.person.login}guest")
    theirs = scene.world.token(person=guest)
    body = {"parent_id": scene.person.private_root, "name": "for a guest"}
    folder = scene.as_person("POST", "/api/folder", json=body).json()["id"]
    given = scene.as_person("POST", "/api/right", json={"folder_id": folder, "target_id": guest.id, **READER})
    assert given.status_code == 201
    roots = {root["type"]: root for root in scene.world.send("GET", "/api/folders", token=theirs).json()}
    assert (roots["shared"]["id"], roots["shared"]["name"]) == (None, "Shared with me")
    assert "content" not in roots["shared"]
    deep = {root["type"]: root for root in scene.world.send("GET", "/api/folders?depth=1", token=theirs).json()}
    assert [shared["id"] for shared in deep["shared"]["content"]["folders"]] == [folder]
    assert scene.world.send("GET", f"/api/folder/{folder}", token=theirs).json()["parent_id"] is None
    administrator = scene.world.token(person=scene.world.admin)
    for token in (scene.server, administrator):
        assert scene.world.send("GET", f"/api/folder/{folder}", token=token).status_code == 404
        assert scene.world.send("GET", f"/api/rights/{folder}", token=token).status_code == 404
        assert scene.world.send("GET", f"/api/right/{given.json()['id']}", token=token).status_code == 404
    refused = scene.world.send("GET", f"/api/rights/{folder}", token=theirs)
    assert (refused.status_code, refused.json()["code"]) == (403, "rights_not_yours")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param({"target_id": 999_999}, 422, "no_such_target", id="nobody"),
        pytest.param({"target_id": "jt_at_1"}, 422, "invalid_members", id="not a number"),
        pytest.param({"folder_id": 999_999}, 404, "no_such_folder", id="no folder"),
        pytest.param({"read": "yes"}, 422, "invalid_members", id="not a boolean"),
        pytest.param({"reed": True}, 422, "invalid_members", id="a typing error"),
    ],
)
def test_bad_rights_are_refused(scene: Scene, change: dict[str, Any], status: int, code: str) -> None:
    body = {"folder_id": scene.top, "target_id": scene.person.id, **change}
    refused = scene.world.send("POST", "/api/right", token=scene.server, json=body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    said = refused.json()["error"]
    assert said.count(said[:30]) == 1  # nothing is said twice
    assert scene.world.send("GET", f"/api/rights/{scene.top}", token=scene.server).json() == []


def test_a_target_has_one_entry_a_folder(scene: Scene) -> None:
    entry = scene.gives(scene.top, READER)
    again = {"folder_id": scene.top, "target_id": scene.person.id, "write": True}
    refused = scene.world.send("POST", "/api/right", token=scene.server, json=again)
    assert (refused.status_code, refused.json()["code"]) == (409, "right_there")
    assert str(entry) in refused.json()["error"]


def test_the_owner_of_a_private_space_is_never_locked_out_of_it(scene: Scene) -> None:
    body = {"folder_id": scene.person.private_root, "target_id": scene.person.id, "read": True}
    refused = scene.as_person("POST", "/api/right", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "owners_own")
    assert scene.as_person("GET", f"/api/rights/{scene.person.private_root}").json() == []


def test_rights_leave_the_audit_with_who_gave_what_to_whom(scene: Scene) -> None:
    before = len(scene.world.audit())
    entry = scene.gives(scene.top, READER)
    scene.world.send("PUT", f"/api/right/{entry}", token=scene.server, json={"write": True})
    scene.world.send("DELETE", f"/api/right/{entry}", token=scene.server)
    assert scene.world.audit()[before:] == ["right.given", "right.changed", "right.withdrawn"]
