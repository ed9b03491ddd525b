"""The device page: a code that somebody typed, what they are asked, and what the device is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.families.applications.model import ChangeApplication, WithSecret
from jeton.families.applications.service import change
from jeton.kernel.applications import ApplicationType
from jeton.kernel.caller import OPERATOR
from jeton.kernel.scopes import Scopes
from jeton.testing.browsing import Visitor
from jeton.testing.world import World

BEN = ("ben", "ben has a long password")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        made.person("ben")
        yield made


@pytest.fixture
def tv(world: World) -> WithSecret:
    return world.application("account.read files.read", name="Television", type=ApplicationType.CLIENT)


@pytest.fixture
def ben(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    visitor.log_in(*BEN)
    yield visitor
    visitor.close()


def begin(world: World, tv: WithSecret) -> Any:
    form = {"client_id": tv.application.client_id, "client_secret": tv.client_secret}
    answer = world.send("POST", "/oauth2/device_authorization", data=form)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def poll(world: World, tv: WithSecret, begun: Any) -> Any:
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": begun["device_code"],
        "client_id": tv.application.client_id,
        "client_secret": tv.client_secret,
    }
    return world.send("POST", "/oauth2/token", data=form).json()


def ask(visitor: Visitor, code: str) -> Any:
    visitor.get("/device")
    return visitor.post("/device", {"user_code": code})


def test_a_person_allows_a_device_by_its_code(world: World, tv: WithSecret, ben: Visitor) -> None:
    begun = begin(world, tv)
    assert poll(world, tv, begun)["error"] == "authorization_pending"
    page = ask(ben, begun["user_code"].lower().replace("-", " "))
    assert page.status_code == 200
    for told in ("Television", begun["user_code"], "Asked from", "Files and folders"):
        assert told in page.text
    done = ben.post("/device", {"decision": "allow"})
    assert "The device is connected" in done.text
    world.pass_time(6)
    tokens = poll(world, tv, begun)
    assert tokens["scope"] == "account.read files.read"
    assert world.send("GET", "/api/account", token=tokens["access_token"]).json()["login"] == "ben"
    assert "Television" in ben.get("/account/applications").text
    assert {"consent.given", "token.issued"} <= set(world.audit())


def test_refusing_is_told_to_the_device(world: World, tv: WithSecret, ben: Visitor) -> None:
    begun = begin(world, tv)
    ask(ben, begun["user_code"])
    assert "The device was refused" in ben.post("/device", {"decision": "deny"}).text
    assert poll(world, tv, begun)["error"] == "access_denied"
    assert "device.refused" in world.audit()
    assert ask(ben, begun["user_code"]).status_code == 422


def test_a_form_that_comes_twice_decides_once(world: World, tv: WithSecret, ben: Visitor) -> None:
    begun = begin(world, tv)
    ask(ben, begun["user_code"])
    fields = ben.hidden()
    ben.post("/device", {"decision": "allow"})
    again = ben.post("/device", {**fields, "decision": "deny"})
    assert again.status_code in {409, 422}
    world.pass_time(6)
    assert "access_token" in poll(world, tv, begun)


def test_the_link_with_the_code_leads_through_the_login_and_still_asks(world: World, tv: WithSecret) -> None:
    begun = begin(world, tv)
    stranger = Visitor(world)
    path = begun["verification_uri_complete"].partition("://")[2]
    path = path[path.index("/") :]
    sent = stranger.get(path)
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/login?next={path}"
    stranger.get(sent.headers["location"])
    landed = stranger.post("/login", {"login": BEN[0], "password": BEN[1], "next": path})
    assert landed.headers["location"] == path
    page = stranger.get(path)
    assert begun["user_code"] in page.text
    assert "Allow" not in page.text
    assert poll(world, tv, begun)["error"] == "authorization_pending"
    for odd in ("/device?user_code=<script>", "/device?user_code=" + "B" * 500):
        Visitor(world).get(odd)
    stranger.close()


def test_without_a_login_nothing_is_decided(world: World, tv: WithSecret) -> None:
    begun = begin(world, tv)
    stranger = Visitor(world)
    stranger.get("/login")
    answer = stranger.post("/device", {"user_code": begun["user_code"], "decision": "allow"})
    assert answer.headers["location"].startswith("/login?next=/device")
    assert poll(world, tv, begun)["error"] == "authorization_pending"
    stranger.close()


def test_a_code_that_is_guessed_is_slowed_down(world: World, tv: WithSecret, ben: Visitor) -> None:
    begun = begin(world, tv)
    assert ask(ben, "BBBB-BBBB").status_code == 422
    for _ in range(9):
        ask(ben, "CCCC-CCCC")
    slowed = ask(ben, begun["user_code"])
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) >= 1
    world.pass_time(61)
    assert "Television" in ask(ben, begun["user_code"]).text


def test_an_application_that_is_not_for_them_asks_nobody(world: World, tv: WithSecret, ben: Visitor) -> None:
    group = world.group("Lawyers")
    command = ChangeApplication(client_id=tv.application.client_id, audience=(group.id,))
    world.write(lambda work: change(work, OPERATOR, command))
    assert ask(ben, begin(world, tv)["user_code"]).status_code == 422


def test_what_is_optional_may_be_left_out(world: World, tv: WithSecret, ben: Visitor) -> None:
    command = ChangeApplication(
        client_id=tv.application.client_id, metadata={"optional_scopes": Scopes.parse("files.read")}
    )
    world.write(lambda work: change(work, OPERATOR, command))
    begun = begin(world, tv)
    page = ask(ben, begun["user_code"])
    assert 'name="keep" value="files.read"' in page.text
    ben.post("/device", {"decision": "allow"})
    world.pass_time(6)
    assert poll(world, tv, begun)["scope"] == "account.read"
