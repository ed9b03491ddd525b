"""Groups through the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from jeton.kernel.groups import MOST_MEMBERS
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.kernel.tree import COMPANY_ROOT, Right
from jeton.testing.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("groups") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def token(world: World) -> str:
    """May read and write groups, and no more."""
    return world.token("groups.readwrite")


def create(world: World, token: str, **members: Any) -> Any:
    answer = world.send("POST", "/api/group", token=token, json=members)
    assert answer.status_code == 201, answer.text
    return answer.json()


def logins(told: Any) -> list[str]:
    return [member["login"] for member in told["members"]]


def test_a_group_is_created_read_changed_listed_and_deleted(world: World, token: str) -> None:
    ana, bob = world.person("ana"), world.person("bob")
    made = create(world, token, login="Légal", members=[bob.id, str(ana.id), {"id": str(ana.id), "login": "ana"}])
    assert made == {
        "id": made["id"],
        "login": "Légal",
        "ldap": False,
        "members": [{"id": str(ana.id), "login": "ana"}, {"id": str(bob.id), "login": "bob"}],
    }
    assert isinstance(made["id"], str)
    path = f"/api/group/{made['id']}"
    assert world.send("GET", path, token=token).json() == made
    renamed = world.send("PUT", path, token=token, json={"login": "Contrats"}).json()
    assert renamed == made | {"login": "Contrats"}
    changed = world.send("PUT", path, token=token, json={"members": [bob.id]}).json()
    assert logins(changed) == ["bob"]
    assert world.send("PUT", path, token=token, json={}).json() == changed
    assert world.send("PUT", path, token=token, json={"members": []}).json()["members"] == []
    listed = world.send("GET", "/api/groups?search=contrats", token=token).json()
    assert listed == {
        "nb_objects": 1,
        "nb_objets": 1,
        "nb_total_objects": 1,
        "offset_start": 0,
        "objects": [{"id": int(made["id"]), "login": "Contrats"}],
    }
    gone = world.send("DELETE", path, token=token)
    assert (gone.status_code, gone.content) == (204, b"")
    for method, json in (("GET", None), ("PUT", {}), ("DELETE", None)):
        refused = world.send(method, path, token=token, json=json)
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_group")
    again = create(world, token, login="Contrats")
    assert int(again["id"]) > int(made["id"])


def test_what_was_read_can_be_sent_back_whole(world: World, token: str) -> None:
    made = create(world, token, login="Whole", members=[world.person("wanda").id])
    assert world.send("PUT", f"/api/group/{made['id']}", token=token, json=made).json() == made


def test_users_and_groups_share_their_numbers(world: World, token: str) -> None:
    made = create(world, token, login="Numbers")
    person = world.person("numa")
    assert person.id == int(made["id"]) + 1
    assert world.send("GET", f"/api/group/{person.id}", token=token).status_code == 404
    chief = world.token("users.read")
    assert world.send("GET", f"/api/user/{made['id']}", token=chief).status_code == 404


def test_the_list_is_paged_and_searched(world: World, token: str) -> None:
    for number in range(5):
        create(world, token, login=f"Page {number} é")

    def told(query: str) -> tuple[list[str], int, int, int]:
        page = world.send("GET", f"/api/groups?{query}", token=token).json()
        assert page["nb_objects"] == page["nb_objets"]
        names = [group["login"] for group in page["objects"]]
        return names, page["nb_objects"], page["nb_total_objects"], page["offset_start"]

    assert told("search=PAGE&offset=1&limit=2") == (["Page 1 é", "Page 2 é"], 2, 5, 1)
    assert told("search=page&offset=9") == ([], 0, 5, 9)
    assert told("search=3+e") == (["Page 3 é"], 1, 1, 0)
    assert told("search=%25")[0] == []
    assert told("search=_age+1")[0] == []
    for query in ("limit=0", "limit=-1", "limit=x", "offset=-1", "limit=200001"):
        assert world.send("GET", f"/api/groups?{query}", token=token).status_code == 422, query
    assert world.send("GET", "/api/groups?limit=1&limit=2", token=token).status_code == 400


def test_two_groups_have_two_names(world: World, token: str) -> None:
    made = create(world, token, login="Équipe")
    for name in ("equipe", "ÉQUIPE", "e\u0301quipe"):
        refused = world.send("POST", "/api/group", token=token, json={"login": name})
        assert refused.json()["errors"][0]["code"] == "group_name_taken"
    other = create(world, token, login="Autre")
    refused = world.send("PUT", f"/api/group/{other['id']}", token=token, json={"login": "EQUIPE"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "group_name_taken")
    assert world.send("PUT", f"/api/group/{made['id']}", token=token, json={"login": "EQUIPE"}).status_code == 200


@pytest.mark.parametrize(
    ("members", "field", "code"),
    [
        ({}, "login", "missing"),
        ({"login": None}, "login", "wrong_type"),
        ({"login": 5}, "login", "wrong_type"),
        ({"login": ["a"]}, "login", "wrong_type"),
        ({"login": ""}, "login", "group_name_length"),
        ({"login": "x" * 101}, "login", "group_name_length"),
        ({"login": " "}, "login", "group_name_blanks"),
        ({"login": "x "}, "login", "group_name_blanks"),
        ({"login": "\u00a0x"}, "login", "group_name_blanks"),
        ({"login": "a\nb"}, "login", "group_name_characters"),
        ({"login": "a\u202eb"}, "login", "group_name_characters"),
        ({"login": "a\u200bb"}, "login", "group_name_characters"),
        ({"login": "a\0b"}, None, "malformed_json"),
        ({"login": "Bad", "members": None}, "members", "wrong_type"),
        ({"login": "Bad", "members": "1"}, "members", "wrong_type"),
        ({"login": "Bad", "members": {"id": 1}}, "members", "wrong_type"),
        ({"login": "Bad", "members": [0]}, "members", "wrong_value"),
        ({"login": "Bad", "members": [True]}, "members", "wrong_value"),
        ({"login": "Bad", "members": [1.5]}, "members", "wrong_value"),
        ({"login": "Bad", "members": ["ana"]}, "members", "wrong_value"),
        ({"login": "Bad", "members": [[1]]}, "members", "wrong_value"),
        ({"login": "Bad", "members": [{}]}, "members", "wrong_value"),
        ({"login": "Bad", "members": [{"id": None}]}, "members", "wrong_value"),
        ({"login": "Bad", "members": [{"id": {"id": 1}}]}, "members", "wrong_value"),
        ({"login": "Bad", "members": [2**63]}, "members", "wrong_value"),
        ({"login": "Bad", "members": [2**63 - 1]}, "members", "no_such_user"),
        ({"login": "Bad", "members": [2**60 + n for n in range(MOST_MEMBERS + 1)]}, "members", "too_many"),
        ({"login": "Bad", "lgoin": "Bad"}, "lgoin", "unknown_member"),
        ({"login": "Bad", "created_by": 1}, "created_by", "unknown_member"),
        ({"login": "Bad", "owner_id": 1}, "owner_id", "unknown_member"),
        ({"login": "Bad", "tenant_id": 1}, "tenant_id", "unknown_member"),
        ({"login": "Bad", "group_id": 1}, "group_id", "unknown_member"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_wrong_is_named_and_nothing_is_kept(
    world: World, token: str, method: str, members: dict[str, Any], field: str | None, code: str
) -> None:
    path = "/api/group"
    if method == "PUT":
        if not members:
            return  # nothing to change is not wrong
        path = f"/api/group/{world.group(f'Good {world.mint.number(world.now)}').id}"
    before = world.send("GET", "/api/groups", token=token).json()
    refused = world.send(method, path, token=token, json=members)
    told = refused.json()
    if field is None:
        assert (refused.status_code, told["code"]) == (400, code)
    else:
        assert refused.status_code == 422, refused.text
        assert [(error["field"], error["code"]) for error in told["errors"]] == [(field, code)]
        assert all(error["detail"] for error in told["errors"])
    assert world.send("GET", "/api/groups", token=token).json() == before


def test_a_group_holds_people_only(world: World, token: str) -> None:
    inner, outer = create(world, token, login="Inner"), create(world, token, login="Outer")
    application = world.read(lambda work: work.applications.all())[0]
    for member, code in (
        (inner["id"], "group_in_group"),
        (outer["id"], "group_in_itself"),
        (application.principal, "no_such_user"),
        (4040, "no_such_user"),
    ):
        refused = world.send("PUT", f"/api/group/{outer['id']}", token=token, json={"members": [member]})
        assert refused.status_code == 422
        (error,) = refused.json()["errors"]
        assert (error["field"], error["code"]) == ("members", code)
        assert code == "group_in_itself" or str(member) in error["detail"]
    assert world.send("GET", f"/api/group/{outer['id']}", token=token).json() == outer
    many = world.send("POST", "/api/group", token=token, json={"login": "Many", "members": list(range(5000, 5100))})
    assert len(many.json()["errors"]) == 20


def test_a_group_holds_as_many_as_it_may_and_no_more(world: World, token: str) -> None:
    first, second = world.person("first"), world.person("second")
    made = create(world, token, login="Full", members=[first.id] * (MOST_MEMBERS + 1))
    assert logins(made) == ["first"]
    refused = world.send(
        "PUT", f"/api/group/{made['id']}", token=token, json={"members": [second.id, *range(10_000, 10_000 + 5000)]}
    )
    assert refused.json()["errors"][0]["code"] == "too_many"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("kind", ["group", "delegate"])
@pytest.mark.parametrize("number", ["0", "-1", "1.5", "abc", "%2f", "%00", "%ff", "9" * 30, "9223372036854775808"])
def test_what_is_no_id_is_refused(world: World, token: str, method: str, kind: str, number: str) -> None:
    refused = world.send(method, f"/api/{kind}/{number}", token=token, json={} if method == "PUT" else None)
    assert refused.status_code in {400, 404, 422}, refused.text
    assert refused.json()["code"]


def test_a_deleted_group_takes_its_rights_and_delegates_along(world: World, token: str) -> None:
    person = world.person("gerda")
    group = world.group("Entitled", members=[person], delegates=[person])
    root = FolderId(COMPANY_ROOT)

    def give(work: Work) -> tuple[int, int]:
        to_group = work.entries.put(root, group.id, Right.READ, by=world.admin.id, now=work.now)
        return to_group, work.entries.put(root, person.id, Right.READ, by=world.admin.id, now=work.now)

    to_group, to_person = world.write(give)
    (delegate,) = world.send("GET", f"/api/delegates/{group.id}", token=token).json()
    assert world.send("DELETE", f"/api/group/{group.id}", token=token).status_code == 204
    assert world.read(lambda work: work.entries.find(to_group)) is None
    assert world.read(lambda work: work.entries.find(to_person)) is not None
    assert world.send("GET", f"/api/delegate/{delegate['id']}", token=token).status_code == 404
    deleter = world.token("users.readwrite")
    assert world.send("DELETE", f"/api/user/{person.id}", token=deleter).status_code == 204
    assert world.read(lambda work: work.entries.find(to_person)) is None


def test_a_deleted_person_leaves_their_groups(world: World, token: str) -> None:
    person, other = world.person("hanna"), world.person("hugo")
    group = world.group("Left", members=[person, other], delegates=[person, other])
    deleter = world.token("users.readwrite")
    assert world.send("DELETE", f"/api/user/{person.id}", token=deleter).status_code == 204
    assert logins(world.send("GET", f"/api/group/{group.id}", token=token).json()) == ["hugo"]
    delegates = world.send("GET", f"/api/delegates/{group.id}", token=token).json()
    assert [delegate["user"] for delegate in delegates] == ["hugo"]


def test_a_person_sees_the_groups_they_are_in_and_not_who_else_is(world: World) -> None:
    person, other = world.person("ivan"), world.person("ilse")
    mine = world.group("Ivan is here", members=[person, other])
    foreign = world.group("Ivan is not here", members=[other])
    theirs = world.token("groups.readwrite", person=person)
    listed = world.send("GET", "/api/groups", token=theirs).json()
    assert [group["login"] for group in listed["objects"]] == ["Ivan is here"]
    assert listed["nb_total_objects"] == 1
    assert world.send("GET", f"/api/group/{mine.id}", token=theirs).json() == {
        "id": str(mine.id),
        "login": "Ivan is here",
        "ldap": False,
    }
    for method, path, json, status, code in (
        ("GET", f"/api/group/{foreign.id}", None, 404, "no_such_group"),
        ("PUT", f"/api/group/{foreign.id}", {"members": [person.id]}, 404, "no_such_group"),
        ("GET", f"/api/delegates/{foreign.id}", None, 404, "no_such_group"),
        ("PUT", f"/api/group/{mine.id}", {"members": [person.id]}, 403, "forbidden"),
        ("PUT", f"/api/group/{mine.id}", {"login": "Mine"}, 403, "forbidden"),
        ("GET", f"/api/delegates/{mine.id}", None, 403, "forbidden"),
        ("DELETE", f"/api/group/{mine.id}", None, 403, "administrator_required"),
        ("POST", "/api/group", {"login": "New"}, 403, "administrator_required"),
        ("POST", "/api/delegate", {"group_id": mine.id, "user_id": person.id}, 403, "administrator_required"),
    ):
        refused = world.send(method, path, token=theirs, json=json)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (method, path)


def test_az_15_in_another_name_groups_are_read_and_never_written(world: World) -> None:
    person = world.person("jana")
    group = world.group("Jana leads", delegates=[person])
    token = world.token("groups.readwrite users.readwrite")
    acting = {"As": str(person.id)}
    assert world.send("GET", f"/api/group/{group.id}", token=token, headers=acting).status_code == 200
    other = world.group("Jana does not")
    assert world.send("GET", f"/api/group/{other.id}", token=token, headers=acting).status_code == 404
    for method, path, json in (
        ("PUT", f"/api/group/{group.id}", {"members": []}),
        ("DELETE", f"/api/group/{group.id}", None),
        ("POST", "/api/delegate", {"group_id": group.id, "user_id": person.id}),
    ):
        refused = world.send(method, path, token=token, headers=acting, json=json)
        assert (refused.status_code, refused.json()["code"]) == (403, "as_not_allowed")


def test_each_act_is_written_down_with_what_it_did(world: World, token: str) -> None:
    person = world.person("karl")
    before = len(world.audit())
    made = create(world, token, login="Told", members=[person.id])
    world.send("PUT", f"/api/group/{made['id']}", token=token, json={"login": "Told again", "members": []})
    delegate = world.send(
        "POST", "/api/delegate", token=token, json={"group_id": made["id"], "user_id": person.id}
    ).json()
    world.send("PUT", f"/api/delegate/{delegate['id']}", token=token, json={"user_id": world.admin.id})
    world.send("DELETE", f"/api/delegate/{delegate['id']}", token=token)
    world.send("DELETE", f"/api/group/{made['id']}", token=token)
    acts = [action for action in world.audit()[before:] if action.startswith(("group", "delegate"))]
    assert acts == [
        "group.created", "group.changed", "delegate.created", "delegate.changed", "delegate.deleted", "group.deleted",
    ]  # fmt: skip


def test_refusals_are_told_in_french_to_who_asks_for_french(world: World, token: str) -> None:
    refused = world.send(
        "POST", "/api/group", token=token, json={"login": ""}, headers={"Accept-Language": "fr-FR,en;q=0.5"}
    )
    assert "groupe" in refused.json()["errors"][0]["detail"].lower()
