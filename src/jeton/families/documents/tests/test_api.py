"""Folders and files through the API: reading, creating, changing, deleting."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from jeton.kernel.tree import Strictness
from jeton.kit.clock import SECOND
from jeton.testing.world import World

BOTH_LANGUAGES = ("Un élément du même nom existe déjà.", "An item with this name already exists.")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("documents") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("files.readwrite")


@pytest.fixture
def top(world: World, token: str) -> int:
    """A fresh folder of the company space."""
    return new_folder(world, token, 1, f"Top {next(_COUNT)}")["id"]  # type: ignore[no-any-return] # from JSON


_COUNT = iter(range(10**6))


def new_folder(world: World, token: str, parent: int, name: str, **members: Any) -> Any:
    answer = world.send("POST", "/api/folder", token=token, json={"parent_id": parent, "name": name} | members)
    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == name
    return answer.json()


def upload(
    world: World, token: str, folder: int, name: str, content: bytes = b"hello", query: str = "", **fields: str
) -> httpx2.Response:
    form = {"folderId": str(folder)} | fields
    files = {"targetFile": (name, content)}
    return world.send("POST", f"/api/file/upload{query}", token=token, data=form, files=files)


def new_file(world: World, token: str, folder: int, name: str, content: bytes = b"hello") -> Any:
    answer = upload(world, token, folder, name, content)
    assert answer.status_code == 201, answer.text
    return answer.json()


def look(world: World, token: str, folder: int, depth: int = 1) -> Any:
    answer = world.send("GET", f"/api/folder/{folder}?depth={depth}", token=token)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(folder: Any) -> list[str]:
    return [one["name"] for kind in ("folders", "files") for one in folder["content"][kind]]


def test_depth_says_how_many_levels_show_their_content(world: World, token: str, top: int) -> None:
    first = new_folder(world, token, top, "first")["id"]
    second = new_folder(world, token, first, "second")["id"]
    new_file(world, token, second, "deep.txt")
    assert "content" not in look(world, token, top, 0)
    assert "content" not in world.send("GET", f"/api/folder/{top}", token=token).json()
    one = look(world, token, top, 1)
    assert names(one) == ["first"]
    assert "content" not in one["content"]["folders"][0]
    two = look(world, token, top, 2)
    assert names(two["content"]["folders"][0]) == ["second"]
    whole = look(world, token, top, -1)
    deepest = whole["content"]["folders"][0]["content"]["folders"][0]
    assert names(deepest) == ["deep.txt"]
    assert look(world, token, top, 3) == whole == look(world, token, top, 4)
    assert (whole["nb_files"], whole["nb_folders"], whole["nb_d_files"], whole["nb_d_folders"]) == (1, 2, 0, 1)
    assert whole["size"] == 5
    assert deepest["path"] == f"1/{top}/{first}"
    assert deepest["path_name"].endswith("/first")


@pytest.mark.parametrize("depth", ["-2", "10001", "x", "1.5", "", "9" * 30])
def test_another_depth_is_refused(world: World, token: str, depth: str) -> None:
    refused = world.send("GET", f"/api/folder/1?depth={depth}", token=token)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "depth"


def test_the_company_space_is_folder_one_and_a_server_sees_nobodys_private_space(world: World, token: str) -> None:
    roots = world.send("GET", "/api/folders?depth=0&filter=1", token=token).json()
    assert [(root["id"], root["type"], root["parent_id"]) for root in roots] == [(1, "company", None)]
    private = world.admin.private_root
    for method, body in (("GET", None), ("PUT", {"name": "x"}), ("DELETE", None)):
        refused = world.send(method, f"/api/folder/{private}", token=token, json=body)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_folder")
    assert world.send("POST", "/api/folder", token=token, json={"parent_id": private, "name": "x"}).status_code == 404
    assert upload(world, token, private, "x").status_code == 404
    hers = world.token("files.readwrite", person=world.person("hal"))
    own, _shared = world.send("GET", "/api/folders?depth=1", token=hers).json()
    assert own["type"] == "private"
    assert new_folder(world, hers, own["id"], "mine")["owner"] == "hal"
    assert world.send("GET", "/api/folder/1", token=hers).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "999999999", "abc", "%2f", "%00", "9" * 30, "1.0", "%31%32%33%34%35"])
@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/download")])
@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_not_there_is_said_to_be_not_there(
    world: World, token: str, kind: str, method: str, tail: str, number: str
) -> None:
    body: dict[str, Any] | None = {} if method == "PUT" else None
    refused = world.send(method, f"/api/{kind}/{number}{tail}", token=token, json=body)
    assert refused.status_code in {404, 422}, refused.text
    assert refused.json()["error"]


def test_ids_come_as_numbers_or_texts_and_leave_as_numbers(world: World, token: str, top: int) -> None:
    made = world.send("POST", "/api/folder", token=token, json={"parent_id": str(top), "name": "by text"})
    assert made.json()["parent_id"] == top
    for wrong in ("x", "", None, True, 1.5, [top], "-1", 0, 2**63, "\uff19"):
        refused = world.send("POST", "/api/folder", token=token, json={"parent_id": wrong, "name": "never"})
        assert refused.status_code == 422, wrong
        assert refused.json()["errors"][0]["field"] == "parent_id"
    assert names(look(world, token, top)) == ["by text"]


def test_the_same_name_again_is_refused_in_both_languages(world: World, token: str, top: int) -> None:
    new_folder(world, token, top, "Données")
    new_file(world, token, top, "note.txt")
    for name in ("Données", "Donne\u0301es", "note.txt"):
        for language in ("fr", "en", "de"):
            refused = world.send(
                "POST", "/api/folder", token=token, json={"parent_id": top, "name": name},
                headers={"Accept-Language": language},
            )  # fmt: skip
            assert (refused.status_code, refused.json()["code"]) == (403, "name_taken")
            assert refused.json()["error"] == " / ".join(BOTH_LANGUAGES)
    assert upload(world, token, top, "Données").json()["code"] == "name_taken"
    new_folder(world, token, top, "données")  # case is kept, and tells apart
    assert sorted(names(look(world, token, top))) == ["Données", "données", "note.txt"]


STRICT = {
    "": 422, ".": 422, "..": 422, "a/b": 422, "a\\b": 422, "a:b": 422, "a*b": 422, "a?b": 422, 'a"b': 422, "a<b": 422,
    "a>b": 422, "a|b": 422, "a\nb": 422, "a\x7fb": 422, "a\x85b": 422, "a\u202eb": 422, "a\u2066b": 422,
    "a\u2028b": 422,
    "a\u2029b": 422, " a": 422, "a ": 422, "\u00a0a": 422, "é" * 128: 422, "a" * 256: 422, "a\0b": 400,
    "a" * 255: 201, "é" * 127 + "a": 201, "a.b": 201, "...": 201, "a  b": 201, "CON": 201, "日本語": 201,
    "👩\u200d👧": 201,
    "e\u0301": 201, "%2f": 201, "a;b&c=d": 201, "'": 201, "<": 422,
}  # fmt: skip


@pytest.mark.parametrize(("name", "status"), STRICT.items(), ids=ascii)
def test_names_are_kept_byte_for_byte_or_refused(world: World, token: str, top: int, name: str, status: int) -> None:
    made = world.send("POST", "/api/folder", token=token, json={"parent_id": top, "name": name})
    assert made.status_code == status, made.text
    if status == 201:
        assert made.json()["name"] == name
        assert names(look(world, token, top)) == [name]
    else:
        assert names(look(world, token, top)) == []
        other = new_folder(world, token, top, "other")["id"]
        assert world.send("PUT", f"/api/folder/{other}", token=token, json={"name": name}).status_code == status


def test_relaxed_names_are_what_a_file_system_takes(tmp_path: Any) -> None:
    with World(tmp_path / "data", names=Strictness.RELAXED) as world:
        token = world.token("files.readwrite")
        for name in (" a ", 'a:*?"<>|\\b', "a\nb", "a\u202eb"):
            new_folder(world, token, 1, name)
            assert upload(world, token, 1, f"{name}x").json().get("code") in {None, "broken_multipart"}
        for name, status in (("a/b", 422), ("..", 422), ("", 422), ("a" * 256, 422), ("a\0", 400)):
            made = world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": name})
            assert made.status_code == status


def test_renaming_and_moving(world: World, token: str, top: int) -> None:
    a, b = new_folder(world, token, top, "a")["id"], new_folder(world, token, top, "b")["id"]
    inner = new_folder(world, token, a, "inner")["id"]
    file = new_file(world, token, inner, "f.txt")
    renamed = world.send("PUT", f"/api/folder/{inner}", token=token, json={"name": "innermost"})
    assert (renamed.status_code, renamed.json()["name"], renamed.json()["id"]) == (200, "innermost", inner)
    moved = world.send("PUT", f"/api/folder/{inner}", token=token, json={"parent_id": str(b), "name": "z"})
    assert (moved.json()["parent_id"], moved.json()["name"]) == (b, "z")
    assert names(look(world, token, a)) == []
    assert look(world, token, a)["size"] == 0
    assert look(world, token, b)["nb_files"] == 1
    assert world.send("GET", f"/api/file/{file['id']}", token=token).json()["path"].endswith(f"{b}/{inner}")
    onward = world.send("PUT", f"/api/file/{file['id']}", token=token, json={"parent_id": a, "name": "g.txt"})
    assert (onward.status_code, onward.json()["parent_id"], onward.json()["guid"]) == (200, a, file["guid"])
    assert names(look(world, token, a)) == ["g.txt"]
    assert world.send("PUT", f"/api/folder/{inner}", token=token, json=look(world, token, inner, 1)).status_code == 200


def test_a_folder_never_hangs_inside_itself(world: World, token: str, top: int) -> None:
    a = new_folder(world, token, top, "a")["id"]
    b = new_folder(world, token, a, "b")["id"]
    c = new_folder(world, token, b, "c")["id"]
    for target in (a, b, c):
        refused = world.send("PUT", f"/api/folder/{a}", token=token, json={"parent_id": target})
        assert (refused.status_code, refused.json()["code"]) == (409, "would_loop")
    assert world.send("PUT", f"/api/folder/{a}", token=token, json={"parent_id": top}).status_code == 200
    assert names(look(world, token, top)) == ["a"]


def test_a_move_onto_a_name_that_is_there_is_refused_and_changes_nothing(world: World, token: str, top: int) -> None:
    a, b = new_folder(world, token, top, "a")["id"], new_folder(world, token, top, "b")["id"]
    file = new_file(world, token, a, "x")
    new_folder(world, token, b, "x")
    for body in ({"parent_id": b}, {"parent_id": top, "name": "b"}):
        refused = world.send("PUT", f"/api/file/{file['id']}", token=token, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "name_taken")
    assert world.send("PUT", f"/api/folder/{a}", token=token, json={"name": "b"}).json()["code"] == "name_taken"
    assert world.send("PUT", f"/api/folder/{a}", token=token, json={"name": "a"}).status_code == 200
    assert names(look(world, token, a)) == ["x"]


@pytest.mark.parametrize(("method", "body"), [("DELETE", None), ("PUT", {"name": "x"}), ("PUT", {"parent_id": 1})])
def test_the_top_of_a_space_stays(world: World, token: str, top: int, method: str, body: dict[str, Any] | None) -> None:
    if body == {"parent_id": 1}:
        body = {"parent_id": top}
    refused = world.send(method, "/api/folder/1", token=token, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "fixed_top")


def test_nothing_goes_from_one_space_into_another(world: World) -> None:
    boss = world.person("boss", is_administrator=True)
    token = world.token("files.readwrite", person=boss)
    mine = new_file(world, token, boss.private_root, "own.txt")
    refused = world.send("PUT", f"/api/file/{mine['id']}", token=token, json={"parent_id": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "other_space")


def test_dates_are_kept_and_can_be_set_again(world: World, token: str, top: int) -> None:
    past, other = "2001-02-03T04:05:06Z", "2031-12-31T23:59:59Z"
    made = new_folder(world, token, top, "dated", creation=past, modification="2001-02-03T05:05:07.9+01:00")
    assert (made["creation"], made["modification"]) == (past, "2001-02-03T04:05:07Z")
    set_again = world.send("PUT", f"/api/folder/{made['id']}", token=token, json={"modification": other})
    assert (set_again.json()["creation"], set_again.json()["modification"]) == (past, other)
    file = upload(
        world, token, made["id"], "f", query="?creation=2001-02-03T04%3A05%3A06Z&modification=2031-12-31T23:59:59Z"
    )
    assert (file.json()["creation"], file.json()["modification"]) == (past, other)
    in_form = upload(world, token, made["id"], "g", creation=past, modification=past).json()
    assert (in_form["creation"], in_form["modification"]) == (past, past)
    changed = world.send("PUT", f"/api/file/{in_form['id']}", token=token, json={"creation": other}).json()
    assert (changed["creation"], changed["modification"]) == (other, past)
    listed = look(world, token, made["id"])
    assert [one["modification"] for one in listed["content"]["files"]] == [other, past]


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "2001-02-03", "2001-02-03T04:05:06", "2001-13-03T04:05:06Z", 5, True, "1500-01-01T00:00:00Z"],
)
def test_wp_16_other_dates_are_refused(world: World, token: str, top: int, date: object) -> None:
    body = {"parent_id": top, "name": "x", "modification": date}
    refused = world.send("POST", "/api/folder", token=token, json=body)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["field"] == "modification"
    if date:
        assert upload(world, token, top, "x", query=f"?modification={date}").status_code == 422
    assert names(look(world, token, top)) == []


def test_the_folder_moves_on_with_what_happens_in_it(world: World, token: str, top: int) -> None:
    def moved_on() -> bool:
        told = str(look(world, token, top, 0)["modification"])
        expected = world.send("GET", "/api/folder/1", token=token)
        assert expected.status_code == 200
        return told == _wire_date(world)

    steps: list[Any] = [
        lambda: new_folder(world, token, top, "sub"),
        lambda: new_file(world, token, top, "f", b"one"),
        lambda: new_file(world, token, top, "f", b"two"),
        lambda: world.send("DELETE", f"/api/file/{look(world, token, top)['content']['files'][0]['id']}", token=token),
    ]
    for step in steps:
        world.pass_time(60)
        assert not moved_on()
        step()
        assert moved_on()


def _wire_date(world: World) -> str:
    return datetime.fromtimestamp(world.now // SECOND, UTC).isoformat().replace("+00:00", "Z")


def test_deleting_goes_to_the_trash_and_everything_below_is_gone(world: World, token: str, top: int) -> None:
    a = new_folder(world, token, top, "a")["id"]
    b = new_folder(world, token, a, "b")["id"]
    file = new_file(world, token, b, "f", b"12345")["id"]
    gone = world.send("DELETE", f"/api/folder/{a}?trash=1", token=token)
    assert gone.status_code == 200
    told = gone.json()
    assert (told["name"], told["is_file"], told["size"], told["nb_files"], told["nb_folders"]) == ("a", False, 5, 1, 1)
    for path in (f"folder/{a}", f"folder/{b}", f"file/{file}", f"file/{file}/download"):
        assert world.send("GET", f"/api/{path}", token=token).status_code == 404
    assert look(world, token, top)["size"] == 0
    new_folder(world, token, top, "a")  # the name is free again
    assert upload(world, token, b, "g").status_code == 404


def test_deleting_for_good_needs_the_trashes_scope_too(world: World, token: str, top: int) -> None:
    file = new_file(world, token, top, "f")["id"]
    for path in (f"/api/file/{file}?trash=0", f"/api/folder/{top}?trash=0"):
        refused = world.send("DELETE", path, token=token)
        assert (refused.status_code, refused.json()["required_scopes"]) == (403, ["trashes.write"])
    both = world.token("files.readwrite trashes.write")
    assert world.send("DELETE", f"/api/file/{file}?trash=0", token=both).status_code == 200
    assert world.send("DELETE", f"/api/folder/{top}?trash=0", token=both).status_code == 200
    assert world.send("GET", f"/api/folder/{top}", token=token).status_code == 404


def test_folders_go_a_hundred_levels_deep_and_no_further(world: World, token: str, top: int) -> None:
    at, made = top, 0
    while True:
        answer = world.send("POST", "/api/folder", token=token, json={"parent_id": at, "name": "d"})
        if answer.status_code != 201:
            break
        at, made = answer.json()["id"], made + 1
        assert made < 200
    assert (answer.status_code, answer.json()["code"]) == (409, "too_deep")
    assert look(world, token, top, -1)["nb_folders"] == made


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "parent_id"),
        ({"parent_id": 1}, "name"),
        ({"parent_id": 1, "name": 5}, "name"),
        ({"parent_id": 1, "name": None}, "name"),
        ({"parent_id": 1, "name": "x", "naem": "y"}, "naem"),
        ({"parent_id": 1, "name": "x", "folder_id": 1}, "folder_id"),
    ],
)
def test_what_is_wrong_in_a_body_is_named(world: World, token: str, body: dict[str, Any], field: str) -> None:
    refused = world.send("POST", "/api/folder", token=token, json=body)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("quota", "status"), [(-1, 200), (0, 200), (10, 200), ("10", 200), (-2, 422), (1.5, 422), ("x", 422), (None, 422)]
)
def test_a_quota_is_a_number_of_bytes(world: World, token: str, top: int, quota: object, status: int) -> None:
    assert world.send("PUT", f"/api/folder/{top}", token=token, json={"quota": quota}).status_code == status
