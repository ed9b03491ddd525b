"""AZ: standing in for somebody else (`As`, delegates, the last administrator), and what is found by searching or
guessing.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from jeton.assembly.catalogue import find_catalogue
from jeton.kernel.declare import Operation
from jeton.kernel.people import User
from jeton.kernel.scopes import Scope
from jeton.kernel.tree import Right
from jeton.testing.browsing import Visitor
from jeton.testing.matrix import Matrix
from jeton.testing.world import World
from tests.attacks.test_az_objects import give, make, put, somebody

NEVER_IN_ANOTHER_NAME: Final = ("admin", "accountsec")
_COUNT = iter(range(10**6))
OPERATIONS: Final = find_catalogue().operations


@pytest.fixture(scope="module")
def script(world: World) -> str:
    """The token of a Server application with every scope."""
    return world.token("all")


@pytest.fixture(scope="module")
def matrix(world: World) -> Matrix:
    return Matrix(world)


def refused(answer: Any, status: int, code: str) -> bool:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return True


def test_az_04_a_search_finds_nobody_and_no_group_that_one_may_not_see(world: World, script: str) -> None:
    bob, his = somebody(world)
    near, far = world.person("zephyrine.near"), world.person("zephyrine.far")
    shared = world.group("Zephyr shared", members=[bob, near])
    world.group("Zephyr hidden", members=[far])
    assert refused(world.send("GET", "/api/users?search=zephyrine", token=his), 403, "administrator_required")
    told = world.send("GET", "/api/groups?search=zephyr", token=his).json()
    (found,) = (value for value in told.values() if isinstance(value, list))
    assert [group["login"] for group in found] == [shared.name]
    assert (told["nb_objects"], told["nb_objets"], told["nb_total_objects"]) == (1, 1, 1)
    top = make(world, script, 1, "Zephyr plans")
    give(world, top, bob, Right.BROWSE | Right.READ | Right.SHARE)
    listed = world.send("GET", f"/api/invite/users/{top}?search=zephyr", token=his)
    assert near.login in listed.text
    assert far.login not in listed.text
    assert str(far.id) not in listed.text


def test_az_10_a_delegate_reaches_neither_other_groups_nor_accounts_nor_rights(world: World, script: str) -> None:
    dora, hers = somebody(world)
    ana, _ = somebody(world)
    led, other = world.group("Led by Dora", members=[ana], delegates=[dora]), world.group("Not hers", members=[ana])
    top = make(world, script, 1, "For Dora not")
    tried: list[tuple[str, str, Any, int]] = [
        ("PUT", f"group/{other.id}", {"members": [dora.id]}, 404), ("GET", f"group/{other.id}", None, 404),
        ("DELETE", f"group/{other.id}", None, 403), ("GET", f"delegates/{other.id}", None, 404),
        ("PUT", f"group/{led.id}", {"members": [ana.id, world.admin.id]}, 403),
        ("PUT", f"group/{led.id}", {"members": [ana.id, dora.id]}, 403), ("DELETE", f"group/{led.id}", None, 403),
        ("POST", "delegate", {"group_id": other.id, "user_id": dora.id}, 403),
        ("PUT", f"user/{ana.id}", {"active": False}, 403), ("PUT", f"user/{dora.id}", {"admin": True}, 403),
        ("PUT", f"user/{world.admin.id}", {"active": False}, 403), ("DELETE", f"user/{ana.id}", None, 403),
        ("POST", "right", {"folder_id": top, "target_id": dora.id, "read": True}, 404),
        ("POST", "right", {"folder_id": top, "target_id": led.id, "read": True}, 404),
        ("POST", "invite", {"folder": top, "target": dora.id, "rights": 1}, 404),
    ]  # fmt: skip
    for method, path, body, status in tried:
        answer = world.send(method, f"/api/{path}", token=hers, json=body)
        assert answer.status_code == status, (method, path, answer.text)
    assert [one.id for one in world.read(lambda work: work.groups.members(led.id))] == [ana.id]
    assert world.send("GET", f"/api/rights/{top}", token=script).json() == []


@pytest.fixture
def ben(world: World) -> Iterator[tuple[User, Visitor]]:
    person, _ = somebody(world)
    visitor = Visitor(world)
    assert visitor.log_in(person.login, f"{person.login} has a long password").status_code == 303
    yield person, visitor
    visitor.close()


def test_az_12_neither_an_application_of_a_person_nor_a_browser_acts_in_another_s_name(
    world: World, ben: tuple[User, Visitor]
) -> None:
    ana, _ = somebody(world)
    person, visitor = ben
    acting = {"As": str(ana.id)}
    for scopes in ("all", "account.read users.readwrite"):
        answer = world.send("GET", "/api/account", token=world.token(scopes, person=person), headers=acting)
        assert refused(answer, 403, "as_not_allowed")
    for scopes in ("account.read", "account.read users.read", "account.read users.write"):
        assert refused(
            world.send("GET", "/api/account", token=world.token(scopes), headers=acting), 403, "as_not_allowed"
        )
    for folder, status in ((person.private_root, 200), (ana.private_root, 404)):  # their session alone decides
        assert visitor.get(f"/session/folder/{folder}", **acting).status_code == status
    assert ana.login not in visitor.get("/account", **acting).text


def test_az_13_as_names_one_active_ordinary_person_in_the_header_and_nothing_else_counts(
    world: World, script: str
) -> None:
    ana, _ = somebody(world)
    gone = world.person("gone.az13", is_active=False)
    group = world.group("No person")
    path = f"/api/folder/{ana.private_root}"
    for value, status, code in (
        (str(world.admin.id), 403, "as_not_allowed"), (str(gone.id), 403, "as_not_allowed"),
        (str(10**15), 404, "no_such_user"), (str(group.id), 404, "no_such_user"), ("", 400, "bad_as"),
        (f"{ana.id},{gone.id}", 400, "bad_as"), (f"{ana.id} {gone.id}", 400, "bad_as"),
    ):  # fmt: skip
        assert refused(world.send("GET", path, token=script, headers={"As": value}), status, code)
    two = {"As": str(ana.id), "AsId": str(gone.id)}
    assert refused(world.send("GET", path, token=script, headers=two), 400, "bad_as")
    twice = [("As", str(ana.id)), ("As", str(gone.id))]
    assert refused(world.send("GET", path, token=script, headers=twice), 400, "repeated_header")
    for query in (f"As={ana.id}", f"AsId={ana.id}", f"as={ana.id}"):
        assert world.send("GET", f"{path}?{query}", token=script).status_code == 404
    assert world.send("GET", path, token=script, headers={"As": str(ana.id)}).status_code == 200


def test_az_13_an_application_is_no_person_under_its_own_number(world: World) -> None:
    made = world.application("users.readwrite account.read")
    number = made.application.principal
    body = {
        "client_id": made.application.client_id, "client_secret": made.client_secret,
        "grant_type": "client_credentials",
    }  # fmt: skip
    token = world.send("POST", "/oauth2/token", json=body).json()["access_token"]
    answer = world.send("GET", "/api/account", token=token, headers={"As": str(number)})
    assert refused(answer, 404, "no_such_user")


@pytest.mark.parametrize(
    "operation",
    [one for one in OPERATIONS if isinstance(one.scope, Scope) and one.scope.family in NEVER_IN_ANOTHER_NAME],
    ids=lambda operation: operation.name,
)
def test_az_15_administration_and_account_security_are_never_reached_in_another_name(
    matrix: Matrix, script: str, operation: Operation
) -> None:
    """Applications, the platform's settings, second factors: every call of these families."""
    ana, _ = somebody(matrix.world)
    sample = matrix.prepare(operation)
    before = matrix.state()
    answer = matrix.call(operation, sample, {"Authorization": f"Bearer {script}", "As": str(ana.id)})
    assert answer.status_code == 403
    assert answer.json()["code"] == "as_not_allowed"
    assert matrix.state() == before


def test_az_15_the_journal_and_the_directory_are_not_opened_by_a_name(world: World, script: str) -> None:
    ana, _ = somebody(world)
    acting = {"As": str(ana.id)}
    for method, path in (
        ("GET", "logs"), ("GET", "users"), ("PUT", f"user/{ana.id}"), ("GET", f"option/{ana.id}"), ("DELETE", "group/1")
    ):  # fmt: skip
        answer = world.send(method, f"/api/{path}", token=script, headers=acting, json={})
        assert answer.status_code == 403, (path, answer.text)


def test_az_17_az_18_what_holds_is_the_union_of_what_is_given_and_nearer_entries_cut_off(
    world: World, script: str
) -> None:
    bob, his = somebody(world)
    group = world.group(f"With {bob.login}", members=[bob])
    top = make(world, script, 1, f"union {bob.login}")
    inner = make(world, script, top, "inner")
    file = put(world, script, inner)

    def gives(folder: int, target: int, **flags: bool) -> int:
        body = {"folder_id": folder, "target_id": target, **flags}
        return int(world.send("POST", "/api/right", token=script, json=body).json()["id"])

    def opens(path: str) -> int:
        return int(world.send("GET", f"/api/{path}", token=his).status_code)

    own = gives(top, bob.id, browse=True, read=True, download=True)
    by_group = gives(inner, group.id, browse=True, read=True)
    assert (opens(f"file/{file}"), opens(f"file/{file}/download")) == (200, 403)
    assert world.send("DELETE", f"/api/right/{own}", token=script).status_code == 204
    assert (opens(f"folder/{top}"), opens(f"file/{file}"), opens(f"file/{file}/download")) == (404, 200, 403)
    cut = gives(inner, bob.id)
    assert opens(f"file/{file}") == 404
    world.send("DELETE", f"/api/right/{cut}", token=script)
    world.send("DELETE", f"/api/right/{by_group}", token=script)
    assert opens(f"file/{file}") == 404
    elsewhere = make(world, script, 1, f"elsewhere {bob.login}")
    gives(elsewhere, bob.id, browse=True, read=True, download=True)
    assert world.send("PUT", f"/api/folder/{inner}", token=script, json={"parent_id": elsewhere}).status_code == 200
    assert (opens(f"file/{file}"), opens(f"file/{file}/download")) == (200, 200)
    assert world.send("PUT", f"/api/folder/{inner}", token=script, json={"parent_id": top}).status_code == 200
    assert (opens(f"folder/{inner}"), opens(f"file/{file}")) == (404, 404)


def test_az_20_a_guessed_id_opens_nothing_and_is_told_apart_from_none_by_nobody(world: World, script: str) -> None:
    """Ids are numbers, by the vendor's wire, and never trusted: what is there answers as what is not."""
    alice, hers = somebody(world)
    _, his = somebody(world)
    folder = make(world, hers, alice.private_root)
    file = put(world, hers, folder)
    entry = world.send("DELETE", f"/api/file/{put(world, hers, folder, 'thrown')}", token=hers).json()["id"]
    group = world.group(f"of {alice.login}", members=[alice])
    for path, number in (
        ("folder/{}", folder), ("folder/{}?depth=-1", folder), ("rights/{}", folder), ("zip?folders={}", folder),
        ("file/{}", file), ("file/{}/download", file), ("file/{}/versions", file), ("preview/{}", file),
        ("activity/file/{}", file), ("zip?files={}", file), ("trash/{}", entry), ("group/{}", group.id),
    ):  # fmt: skip
        there, none = (world.send("GET", f"/api/{path.format(one)}", token=his) for one in (number, 10**15 + number))
        assert (there.status_code, there.json()["code"]) == (none.status_code, none.json()["code"]), path
        assert there.status_code == 404, path
        told = [{name: said for name, said in one.json().items() if name != "request_id"} for one in (there, none)]
        assert str(told[0]).replace(str(number), "") == str(told[1]).replace(str(10**15 + number), ""), path


def test_az_20_what_opens_by_itself_cannot_be_guessed(world: World, script: str) -> None:
    """Links to a file, keys of uploads and of invitations: at least 122 bits that differ, and no two alike."""
    top = make(world, script, 1, f"keys {next(_COUNT)}")
    files = [put(world, script, top, f"{number}") for number in range(3)]

    def told(path: str, **body: object) -> Any:
        return world.send("POST", f"/api/{path}", token=script, json=body).json()

    links = [told(f"token/file/{file}/download")["token"] for file in files]
    invitations = [told("invite", folder=top, rights=1, email=f"{number}@example.org")["key"] for number in range(3)]
    uploads = [told("file/tus", name=f"u{n}", target=str(top), size=1)[0]["sessionKey"] for n in range(3)]
    for keys in (links, invitations, uploads):
        assert len(set(keys)) == 3
        differing = sum(len(set(letters)) > 1 for letters in zip(*keys, strict=True))
        assert differing * 6 >= 122, keys
