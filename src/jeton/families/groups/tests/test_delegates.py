"""Delegates through the API: who they are, and how far they may go."""

from collections.abc import Iterator
from typing import Any

import pytest

from jeton.kernel.groups import Group
from jeton.kernel.people import User
from jeton.testing.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("delegates") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def token(world: World) -> str:
    """May read and write groups, and no more."""
    return world.token("groups.readwrite")


@pytest.fixture(scope="module")
def dora(world: World) -> User:
    """Administers no group yet."""
    return world.person("dora")


@pytest.fixture(scope="module")
def doras(world: World, dora: User) -> str:
    """Her token."""
    return world.token("groups.readwrite", person=dora)


_SERIAL = iter(range(10_000))


def a_person(world: World, **standing: bool) -> User:
    return world.person(f"p{next(_SERIAL)}", **standing)


def led(world: World, *members: User, by: User) -> Group:
    return world.group(f"Led {next(_SERIAL)}", members=members, delegates=[by])


def members(world: World, group: Group) -> set[int]:
    return {member.id for member in world.read(lambda work: work.groups.members(group.id))}


def test_a_delegate_is_added_read_changed_listed_and_removed(world: World, token: str) -> None:
    ana, bob = a_person(world), a_person(world)
    group, other = world.group("Ventes"), world.group("Achats")
    answer = world.send("POST", "/api/delegate", token=token, json={"group_id": str(group.id), "user_id": ana.id})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made == {
        "id": made["id"],
        "group_id": group.id,
        "group": "Ventes",
        "user_id": ana.id,
        "user": ana.login,
    }
    path = f"/api/delegate/{made['id']}"
    assert world.send("GET", path, token=token).json() == made
    assert world.send("GET", f"/api/delegates/{group.id}", token=token).json() == [made]
    assert world.send("PUT", path, token=token, json=made).json() == made
    changed = world.send("PUT", path, token=token, json={"user_id": bob.id}).json()
    assert changed == made | {"user_id": bob.id, "user": bob.login}
    moved = world.send("PUT", path, token=token, json={"group_id": other.id}).json()
    assert moved == changed | {"group_id": other.id, "group": "Achats"}
    assert world.send("GET", f"/api/delegates/{group.id}", token=token).json() == []
    gone = world.send("DELETE", path, token=token)
    assert (gone.status_code, gone.content) == (204, b"")
    for method, json in (("GET", None), ("PUT", {}), ("DELETE", None)):
        refused = world.send(method, path, token=token, json=json)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_delegate")
    assert world.send("GET", "/api/delegates/4040", token=token).status_code == 404


def test_a_person_is_a_delegate_of_a_group_once(world: World, token: str) -> None:
    ana, bob = a_person(world), a_person(world)
    group = world.group("Once", delegates=[ana, bob])
    refused = world.send("POST", "/api/delegate", token=token, json={"group_id": group.id, "user_id": ana.id})
    assert (refused.status_code, refused.json()["code"]) == (409, "delegate_there")
    (first, second) = world.send("GET", f"/api/delegates/{group.id}", token=token).json()
    refused = world.send("PUT", f"/api/delegate/{first['id']}", token=token, json={"user_id": second["user_id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "delegate_there")


def test_a_group_has_so_many_delegates_and_no_more(world: World, token: str) -> None:
    crowd = [a_person(world) for _ in range(101)]
    group = world.group("Crowd", delegates=crowd[:100])
    refused = world.send("POST", "/api/delegate", token=token, json={"group_id": group.id, "user_id": crowd[100].id})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_many")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"group_id": None}, "group_id", "wrong_value"),
        ({"group_id": "x"}, "group_id", "wrong_value"),
        ({"group_id": 0}, "group_id", "wrong_value"),
        ({"group_id": [1]}, "group_id", "wrong_value"),
        ({"group_id": 4040}, "group_id", "no_such_group"),
        ({"user_id": True}, "user_id", "wrong_value"),
        ({"user_id": {"id": 1}}, "user_id", "wrong_value"),
        ({"user_id": 2**63}, "user_id", "wrong_value"),
        ({"user_id": 4040}, "user_id", "no_such_user"),
        ({"usre_id": 1}, "usre_id", "unknown_member"),
        ({"delegate_id": 1}, "delegate_id", "unknown_member"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_wrong_is_named_and_nothing_is_kept(
    world: World, token: str, method: str, change: dict[str, Any], field: str, code: str
) -> None:
    ana, bob = a_person(world), a_person(world)
    group = led(world, by=ana)
    before = world.send("GET", f"/api/delegates/{group.id}", token=token).json()
    path = "/api/delegate" if method == "POST" else f"/api/delegate/{before[0]['id']}"
    json = {"group_id": group.id, "user_id": bob.id} | change
    refused = world.send(method, path, token=token, json=json)
    assert refused.status_code == 422, refused.text
    assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [(field, code)]
    assert world.send("GET", f"/api/delegates/{group.id}", token=token).json() == before


@pytest.mark.parametrize("missing", ["group_id", "user_id"])
def test_a_delegate_needs_a_group_and_a_person(world: World, token: str, missing: str) -> None:
    json = {"group_id": 1, "user_id": 1}
    del json[missing]
    told = world.send("POST", "/api/delegate", token=token, json=json).json()
    assert [(error["field"], error["code"]) for error in told["errors"]] == [(missing, "missing")]


def test_a_group_is_no_delegate_and_a_person_is_no_group(world: World, token: str) -> None:
    ana, group = a_person(world), world.group("Neither")
    for json, code in (
        ({"group_id": group.id, "user_id": group.id}, "no_such_user"),
        ({"group_id": ana.id, "user_id": ana.id}, "no_such_group"),
    ):
        told = world.send("POST", "/api/delegate", token=token, json=json).json()
        assert [error["code"] for error in told["errors"]] == [code]


def test_a_delegate_sees_their_group_its_members_and_its_delegates(world: World, dora: User, doras: str) -> None:
    ana = a_person(world)
    group, foreign = led(world, ana, by=dora), led(world, ana, by=ana)
    told = world.send("GET", f"/api/group/{group.id}", token=doras).json()
    assert [member["id"] for member in told["members"]] == [str(ana.id)]
    (delegate,) = world.send("GET", f"/api/delegates/{group.id}", token=doras).json()
    assert delegate["user_id"] == dora.id
    assert world.send("GET", f"/api/delegate/{delegate['id']}", token=doras).json() == delegate
    listed = world.send("GET", "/api/groups", token=doras).json()["objects"]
    assert group.id in [one["id"] for one in listed]
    assert foreign.id not in [one["id"] for one in listed]
    (stranger,) = world.read(lambda work: work.groups.delegates(foreign.id))
    for path in (f"/api/group/{foreign.id}", f"/api/delegates/{foreign.id}", f"/api/delegate/{stranger.id}"):
        assert world.send("GET", path, token=doras).status_code == 404


def test_a_delegate_takes_ordinary_people_in_and_out(world: World, dora: User, doras: str) -> None:
    ana, bob = a_person(world), a_person(world)
    sleeper = a_person(world, is_active=False)
    group = led(world, ana, sleeper, by=dora)
    path = f"/api/group/{group.id}"
    answer = world.send("PUT", path, token=doras, json={"members": [ana.id, bob.id, sleeper.id]})
    assert answer.status_code == 200, answer.text
    assert members(world, group) == {ana.id, bob.id, sleeper.id}
    whole = world.send("GET", path, token=doras).json()
    assert world.send("PUT", path, token=doras, json=whole).json() == whole
    assert world.send("PUT", path, token=doras, json={"members": []}).status_code == 200
    assert members(world, group) == set()


def test_az_10_a_delegate_neither_adds_nor_removes_administrators_or_themselves(
    world: World, dora: User, doras: str
) -> None:
    ana, chief = a_person(world), a_person(world, is_administrator=True)
    sleeper = a_person(world, is_active=False)
    without = led(world, ana, by=dora)
    within = led(world, ana, dora, chief, by=dora)
    for group, wanted, told in (
        (without, [ana, chief], chief),
        (without, [ana, dora], dora),
        (without, [dora], dora),
        (without, [ana, sleeper], sleeper),
        (within, [ana, dora], chief),
        (within, [ana, chief], dora),
    ):
        before = members(world, group)
        refused = world.send("PUT", f"/api/group/{group.id}", token=doras, json={"members": [one.id for one in wanted]})
        assert (refused.status_code, refused.json()["code"]) == (403, "beyond_delegates")
        assert str(told.id) in refused.json()["error"]
        assert members(world, group) == before
    answer = world.send("PUT", f"/api/group/{within.id}", token=doras, json={"members": [dora.id, chief.id]})
    assert answer.status_code == 200
    assert members(world, within) == {dora.id, chief.id}


def test_az_10_a_delegate_has_no_say_beyond_members(world: World, dora: User, doras: str) -> None:
    ana = a_person(world)
    group = led(world, ana, by=dora)
    (delegate,) = world.read(lambda work: work.groups.delegates(group.id))
    for method, path, json in (
        ("PUT", f"/api/group/{group.id}", {"login": "Renamed"}),
        ("PUT", f"/api/group/{group.id}", {"login": "Renamed", "members": []}),
        ("DELETE", f"/api/group/{group.id}", None),
        ("POST", "/api/delegate", {"group_id": group.id, "user_id": ana.id}),
        ("PUT", f"/api/delegate/{delegate.id}", {"user_id": ana.id}),
        ("DELETE", f"/api/delegate/{delegate.id}", None),
    ):
        refused = world.send(method, path, token=doras, json=json)
        assert (refused.status_code, refused.json()["code"]) == (403, "administrator_required"), (method, path)
    assert members(world, group) == {ana.id}


def test_a_delegate_is_not_told_the_names_of_groups_out_of_sight(world: World, dora: User, doras: str) -> None:
    group, secret = led(world, by=dora), world.group("Merger with Acme")
    refused = world.send("PUT", f"/api/group/{group.id}", token=doras, json={"members": [secret.id]})
    assert [error["code"] for error in refused.json()["errors"]] == ["no_such_user"]
    assert "Acme" not in refused.text


def test_who_is_no_delegate_any_more_is_refused_from_the_next_call_on(world: World, token: str) -> None:
    ana = a_person(world)
    group = led(world, by=ana)
    theirs = world.token("groups.readwrite", person=ana)
    assert world.send("PUT", f"/api/group/{group.id}", token=theirs, json={"members": []}).status_code == 200
    (delegate,) = world.send("GET", f"/api/delegates/{group.id}", token=token).json()
    assert world.send("DELETE", f"/api/delegate/{delegate['id']}", token=token).status_code == 204
    refused = world.send("PUT", f"/api/group/{group.id}", token=theirs, json={"members": []})
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_group")


def test_the_scope_is_asked_of_a_delegates_application_too(world: World, dora: User) -> None:
    group = led(world, by=dora)
    reading = world.token("groups.read", person=dora)
    assert world.send("GET", f"/api/group/{group.id}", token=reading).status_code == 200
    refused = world.send("PUT", f"/api/group/{group.id}", token=reading, json={"members": []})
    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
