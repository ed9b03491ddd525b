"""Days and addresses over the API and on the console: set, enforced from the next request on, lifted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.world import World

ELSEWHERE = ["203.0.113.0/24"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


def restrict(world: World, token: str, target: int, **policy: Any) -> Any:
    return world.send("PUT", f"/api/option/{target}", token=token, json=policy)


def test_a_policy_is_read_changed_in_part_and_taken_away(world: World, token: str) -> None:
    ben = world.person("ben")
    path = f"/api/option/{ben.id}"
    default = {"target_id": str(ben.id), "target": "ben", "target_isgroup": False, "days": 127, "ips": None}
    assert world.send("GET", path, token=token).json() == default
    changed = restrict(world, token, ben.id, ips=["10.1.2.3/8", "10.0.0.0/8", "::1"])
    assert changed.json() == {**default, "ips": ["10.0.0.0/8", "::1"]}
    assert restrict(world, token, ben.id, days=62).json()["ips"] == ["10.0.0.0/8", "::1"]
    assert world.send("GET", path, token=token).json()["days"] == 62
    assert world.send("DELETE", path, token=token).status_code == 204
    assert world.send("GET", path, token=token).json() == default
    group = world.group("Legal")
    assert restrict(world, token, group.id, days=1).json()["target_isgroup"] is True
    assert world.send("GET", "/api/option/999999", token=token).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"days": 128}, "days"),
        ({"days": "x"}, "days"),
        ({"ips": "10.0.0.1"}, "ips"),
        ({"ips": ["x"]}, "ips"),
        ({"ips": [""]}, "ips"),
        ({"ips": ["10.0.0.1"] * 101}, "ips"),
    ],
)
def test_what_cannot_be_kept_is_told_and_changes_nothing(
    world: World, token: str, body: dict[str, Any], field: str
) -> None:
    ben = world.person("ben")
    refused = restrict(world, token, ben.id, **body)
    assert refused.status_code == 422, refused.text
    assert {fault["field"] for fault in refused.json()["errors"]} == {field}
    assert world.send("GET", f"/api/option/{ben.id}", token=token).json()["ips"] is None


def test_it_holds_from_the_next_request_on_for_tokens_sessions_logins_and_as(world: World, token: str) -> None:
    ben = world.person("ben")
    own = world.token(person=ben)
    visitor = Visitor(world)
    visitor.log_in("ben", "ben has a long password")
    acting = {"As": str(ben.id)}
    assert world.send("GET", "/api/account", token=own).status_code == 200
    assert visitor.get("/account").status_code == 200
    assert world.send("GET", "/api/account", token=token, headers=acting).status_code == 200
    restrict(world, token, ben.id, ips=ELSEWHERE)
    for shown, headers in ((own, {}), (token, acting)):
        refused = world.send("GET", "/api/account", token=shown, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "outside_policy")
    assert visitor.get("/account").status_code == 303
    assert visitor.log_in("ben", "ben has a long password").status_code == 403
    assert world.until(lambda: "login.refused" in world.audit())
    assert visitor.log_in("ben", "a wrong password").status_code == 422
    restrict(world, token, ben.id, ips=["127.0.0.0/8"])
    assert world.send("GET", "/api/account", token=own).status_code == 200
    assert visitor.get("/account").status_code == 200
    visitor.close()


def test_a_group_restricts_its_members_and_nobody_else(world: World, token: str) -> None:
    ben, eve = world.person("ben"), world.person("eve")
    group = world.group("Legal", members=[ben])
    restrict(world, token, group.id, ips=[])
    assert world.send("GET", "/api/account", token=world.token(person=ben)).status_code == 403
    assert world.send("GET", "/api/account", token=world.token(person=eve)).status_code == 200
    assert world.send("GET", "/api/users", token=token).status_code == 200
    assert world.send("DELETE", f"/api/group/{group.id}", token=token).status_code == 204
    assert world.send("GET", "/api/account", token=world.token(person=ben)).status_code == 200


def test_days_follow_the_clock(world: World, token: str) -> None:
    ben = world.person("ben")
    own = world.token("all", person=ben)
    today = 1 << (int(world.now // 86_400_000_000 + 4) % 7)
    restrict(world, token, ben.id, days=127 - today)
    assert world.send("GET", "/api/account", token=own).status_code == 403
    restrict(world, token, ben.id, days=today)
    assert world.send("GET", "/api/account", token=own).status_code == 200


def test_nobody_locks_themselves_out(world: World, token: str) -> None:
    ada = Visitor(world)
    ada.log_in()
    group = world.group("Administrators", members=[world.admin])
    for target in (world.admin.id, group.id):
        path = f"/admin/access/{target}"
        ada.get(path)
        form = {"days": [str(1 << day) for day in range(7)], "where": "listed", "ips": "203.0.113.0/24"}
        refused = ada.post(path, form)
        assert refused.status_code == 409
        assert "lock you out" in refused.text
        assert ada.get(path).status_code == 200
        assert ada.post(path, {**form, "ips": "203.0.113.0/24\n127.0.0.1"}).status_code == 303
        assert ada.get("/admin/users").status_code == 200
    ada.close()


def test_an_administrator_is_bound_with_admin_write_only(world: World, token: str) -> None:
    weak = world.token("users.readwrite")
    group = world.group("Administrators", members=[world.admin])
    for target in (world.admin.id, group.id):
        refused = restrict(world, weak, target, ips=[])
        assert (refused.status_code, refused.json()["code"]) == (403, "beyond_own_scopes")
        assert world.send("DELETE", f"/api/option/{target}", token=weak).status_code == 403


def test_the_page_shows_keeps_and_lifts(world: World) -> None:
    ben = world.person("ben")
    ada = Visitor(world)
    ada.log_in()
    path = f"/admin/access/{ben.id}"
    assert path in ada.get(f"/admin/users/{ben.id}").text
    ada.get(path)
    assert ada.post(path, {"days": ["2", "4"], "where": "listed", "ips": "10.0.0.0/8\n\n nonsense"}).status_code == 422
    assert 'id="ips-error"' in ada.page.text
    assert ada.page.text.count(" checked") == 2
    ada.get(path)
    assert ada.post(path, {"days": ["2", "4"], "where": "listed", "ips": ""}).status_code == 303
    kept = world.read(lambda work: work.access.of(ben.id))
    assert kept is not None
    assert (kept.days, kept.ips) == (6, ())
    assert ada.get(path).text.count(" checked") == 2
    assert ada.post(path, {"act": "lift"}).status_code == 303
    assert world.read(lambda work: work.access.of(ben.id)) is None
    ada.close()
