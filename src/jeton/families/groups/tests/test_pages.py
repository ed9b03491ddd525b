"""Groups on the console, without scripts: what administrators do there, and how far a delegate gets."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest

from jeton.kernel.groups import Group
from jeton.kernel.people import User
from jeton.testing.browsing import Visitor
from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def visit(world: World) -> Iterator[Callable[[User], Visitor]]:
    """Somebody logged in at the console."""
    visitors = []

    def come(person: User) -> Visitor:
        visitors.append(Visitor(world))
        if person.id == world.admin.id:
            assert visitors[-1].log_in().status_code == 303
        else:
            assert visitors[-1].log_in(person.login, f"{person.login} has a long password").status_code == 303
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.close()


Visit = Callable[[User], Visitor]


def members(world: World, group: Group) -> list[str]:
    return [member.login for member in world.read(lambda work: work.groups.members(group.id))]


def do(visitor: Visitor, path: str, act: str, **fields: str | list[str]) -> int:
    """Send a form there, whatever the page that is shown would have offered; the answer's status."""
    visitor.get("/account")
    token = visitor.hidden()["csrf"]
    return visitor.post(path, {"csrf": token, "act": act, **fields}).status_code


def text(visitor: Visitor) -> str:
    """What the page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", visitor.page.text.partition("<main")[2])).split())


def test_a_group_is_made_filled_renamed_and_deleted(world: World, visit: Visit) -> None:
    ana, bob = world.person("ana"), world.person("anton")
    ada = visit(world.admin)
    ada.get("/groups")
    assert "No group yet" in text(ada)
    ada.get("/groups/new")
    made = ada.post("/groups/new", {"login": "Légal"})
    assert made.status_code == 303
    ada.get(made.headers["location"])
    assert "Légal" in text(ada)
    (group,) = world.read(lambda work: work.groups.page(search="", offset=0, limit=5))
    path = f"/groups/{group.id}"
    ada.get(f"{path}?find=an")
    assert "anton" in text(ada)
    added = ada.post(f"{path}?find=an", {"act": "add", "user_id": [str(ana.id), str(bob.id)]})
    assert (added.status_code, added.headers["location"]) == (303, f"{path}?done=group.add")
    ada.get(added.headers["location"])
    assert "Added to the group." in text(ada)
    assert "2 members" in text(ada)
    assert do(ada, path, "remove", user_id=str(ana.id)) == 303
    assert members(world, group) == ["anton"]
    assert do(ada, f"{path}/settings", "save", login="Contrats") == 303
    ada.get(f"{path}/settings")
    assert "Contrats" in text(ada)
    assert do(ada, f"{path}/settings", "delete") == 303
    assert ada.get(path).status_code == 404
    acts = [act for act in world.audit() if act.startswith("group")]
    assert acts == ["group.created", "group.changed", "group.changed", "group.changed", "group.deleted"]


def test_what_is_wrong_is_said_beside_the_form(world: World, visit: Visit) -> None:
    world.group("Legal")
    other = world.group("Ventes")
    ada = visit(world.admin)
    for name, told in (("", "1 to 100 characters"), ("x" * 101, "1 to 100 characters"), ("LÉGAL", "already a group")):
        assert do(ada, "/groups/new", "create", login=name) == 422
        assert told in text(ada)
        assert f'value="{name}"' in ada.page.text
    assert do(ada, f"/groups/{other.id}/settings", "save", login="legal") == 422
    assert do(ada, f"/groups/{other.id}", "add") == 422
    assert "Choose at least one person." in text(ada)
    for user in ("0", "x", "4040", str(other.id), "9" * 40):
        assert do(ada, f"/groups/{other.id}", "add", user_id=user) == 422, user
    for number in ("0", "x", "4040", "9" * 40, str(world.admin.id)):
        assert ada.get(f"/groups/{number}").status_code == 404
        assert ada.get(f"/groups/{number}/settings").status_code == 404


def test_the_delete_of_a_group_asks_for_the_password_again(world: World, visit: Visit) -> None:
    group = world.group("Legal")
    ada = visit(world.admin)
    world.pass_time(16 * 60)
    ada.get(f"/groups/{group.id}/settings")
    sent = ada.post(f"/groups/{group.id}/settings", {"act": "delete"})
    assert sent.headers["location"].startswith("/prove")
    assert world.read(lambda work: work.groups.find(group.id)) is not None


def test_delegates_are_appointed_and_recalled(world: World, visit: Visit) -> None:
    ana, group = world.person("ana"), world.group("Legal")
    ada = visit(world.admin)
    path = f"/groups/{group.id}/settings"
    ada.get(f"{path}?find=ana@example.org")
    assert "Make a delegate" in text(ada)
    assert do(ada, f"{path}?find=ana", "appoint", user_id=str(ana.id)) == 303
    ada.get(f"{path}?find=ana")
    assert "Already a delegate" in text(ada)
    assert do(ada, path, "appoint", user_id=str(ana.id)) == 409
    assert "ana is already a delegate of this group." in text(ada)
    assert do(ada, path, "appoint", user_id="4040") == 422
    (delegate,) = world.read(lambda work: work.groups.delegates(group.id))
    assert do(ada, path, "recall", delegate_id=str(delegate.id)) == 303
    assert world.read(lambda work: work.groups.delegates(group.id)) == []
    assert do(ada, path, "recall", delegate_id="x") == 404


def test_a_long_group_is_turned_page_by_page(world: World, visit: Visit) -> None:
    group = world.group("Long", members=[world.person(f"p{number:02}") for number in range(51)])
    ada = visit(world.admin)
    ada.get(f"/groups/{group.id}")
    assert "p49" in text(ada)
    assert "p50" not in text(ada)
    assert "page 1 of 2" in text(ada)
    for page in ("2", "9", "999999"):
        ada.get(f"/groups/{group.id}?page={page}")
        assert "p50" in text(ada)
        assert "p49" not in text(ada)
    for page in ("0", "-1", "x", "9" * 30):
        assert ada.get(f"/groups/{group.id}?page={page}").status_code == 200


def test_the_list_is_searched_and_turned(world: World, visit: Visit) -> None:
    for number in range(51):
        world.group(f"Équipe {number:02}")
    ada = visit(world.admin)
    ada.get("/groups")
    assert "Équipe 49" in text(ada)
    assert "Équipe 50" not in text(ada)
    ada.get("/groups?page=2")
    assert "Équipe 50" in text(ada)
    ada.get("/groups?q=equipe+07")
    assert "1 group" in text(ada)
    ada.get("/groups?q=%3Cscript%3E")
    assert "Nothing matches “<script>”." in text(ada)
    assert "<script>”" not in ada.page.text


def test_a_delegate_fills_their_group_and_reaches_no_other(world: World, visit: Visit) -> None:
    dora, ana = world.person("dora"), world.person("ana")
    chief, sleeper = world.person("chief", is_administrator=True), world.person("sleeper", is_active=False)
    group = world.group("Legal", members=[chief], delegates=[dora])
    joined, foreign = world.group("Chess", members=[dora]), world.group("Secret", members=[ana])
    visitor = visit(dora)
    visitor.get("/groups")
    assert f'href="/groups/{group.id}"' in visitor.page.text
    assert f'href="/groups/{joined.id}"' not in visitor.page.text
    assert "Chess" in text(visitor)
    assert "Secret" not in text(visitor)
    assert "Create a group" not in text(visitor)
    path = f"/groups/{group.id}"
    visitor.get(f"{path}?find=an")
    assert "Nobody matches" in text(visitor)  # part of a login does not do for a delegate
    visitor.get(f"{path}?find=ANA")
    assert visitor.post(f"{path}?find=ANA", {"act": "add", "user_id": str(ana.id)}).status_code == 303
    assert members(world, group) == ["ana", "chief"]
    visitor.get(path)
    assert f'value="{chief.id}"' not in visitor.page.text
    assert f'value="{ana.id}"' in visitor.page.text
    for act, who in (("remove", chief), ("add", dora), ("add", sleeper)):
        assert do(visitor, path, act, user_id=str(who.id)) == 403
        assert f"active people only: not {who.id}." in text(visitor)
    assert members(world, group) == ["ana", "chief"]
    assert do(visitor, path, "remove", user_id=str(ana.id)) == 303
    for path, status in (
        (f"/groups/{group.id}/settings", 403),
        ("/groups/new", 403),
        (f"/groups/{foreign.id}", 404),
        (f"/groups/{joined.id}", 403),
    ):
        assert visitor.get(path).status_code == status
    for act, fields in (
        ("save", {"login": "Mine"}),
        ("appoint", {"user_id": str(ana.id)}),
        ("recall", {"delegate_id": "1"}),
        ("delete", {}),
    ):
        assert do(visitor, f"/groups/{group.id}/settings", act, **fields) == 403
        assert "Only an administrator may do this." in text(visitor)
        assert do(visitor, f"/groups/{group.id}", act, **fields) == 404
    assert world.read(lambda work: work.groups.find(group.id)) == group


def test_who_is_in_no_group_is_told_so(world: World, visit: Visit) -> None:
    visitor = visit(world.person("nora"))
    visitor.get("/groups")
    assert "You are in no group" in text(visitor)
