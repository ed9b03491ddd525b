"""What an authorization request may ask of a person, and what it may not: states, prompts, audiences, options."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from jeton.families.applications.model import ChangeApplication, WithSecret
from jeton.families.applications.service import change
from jeton.kernel.applications import ApplicationType
from jeton.kernel.caller import OPERATOR
from jeton.testing.browsing import Visitor
from jeton.testing.consenting import BEN, CALLBACK, address, decide, exchange, portal_of, refresh, sent
from jeton.testing.world import PUBLIC_URL, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        made.person("ben")
        yield made


@pytest.fixture
def portal(world: World) -> WithSecret:
    return portal_of(world)


@pytest.fixture
def ben(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    assert visitor.log_in(*BEN).status_code == 303
    yield visitor
    visitor.close()


def test_ac_11_a_form_that_is_sent_again_gives_nothing_more(world: World, portal: WithSecret, ben: Visitor) -> None:
    ben.get(address(portal))
    hidden = ben.hidden()
    assert ben.post("/oauth2/authorize", {**hidden, "decision": "allow"}).status_code == 200
    again = ben.post("/oauth2/authorize", {**hidden, "decision": "allow"})
    assert again.status_code == 409
    assert "answered this request already" in again.text


def test_ac_13_who_wants_no_page_gets_none(world: World, portal: WithSecret, ben: Visitor) -> None:
    def error(visitor: Visitor) -> str:
        away = visitor.get(address(portal, prompt="none"))
        assert away.status_code == 302
        query = parse_qs(urlsplit(away.headers["location"]).query)
        assert (query["iss"], query["state"]) == ([PUBLIC_URL], ["a state"])
        return query.get("error", [""])[0]

    stranger = Visitor(world)
    assert error(stranger) == "login_required"
    assert error(ben) == "consent_required"
    ben.get(address(portal))
    decide(ben, "allow")
    assert error(ben) == ""
    stranger.close()


@pytest.mark.parametrize("state", ["a" * 4000, "\r\nSet-Cookie: a=b", '"><script>', "\U0001f511 é'"])
def test_ac_14_a_state_comes_back_as_it_was(portal: WithSecret, ben: Visitor, state: str) -> None:
    ben.get(address(portal, state=state))
    assert decide(ben, "allow")["state"] == state
    away = ben.get(address(portal, state=state))
    assert "set-cookie" not in away.headers
    assert parse_qs(urlsplit(away.headers["location"]).query)["state"] == [state]


def test_co_01_a_name_is_shown_as_text(world: World, ben: Visitor) -> None:
    made = world.application("files.read", name="<img src=x onerror=alert(1)>", type=ApplicationType.CLIENT)
    page = ben.get(address(made)).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def settle(world: World, portal: WithSecret, **changed: Any) -> None:
    """Set the application's protocol."""
    command = ChangeApplication(client_id=portal.application.client_id, **changed)
    world.write(lambda work: change(work, OPERATOR, command))


def test_for_a_trusted_application_nobody_is_asked_and_all_the_same_find_it(
    world: World, portal: WithSecret, ben: Visitor
) -> None:
    settle(world, portal, metadata={"trusted_because": "It is our own intranet."})
    went = ben.get(address(portal))
    assert went.status_code == 302
    code = parse_qs(urlsplit(went.headers["location"]).query)["code"][0]
    assert exchange(world, portal, code).status_code == 200
    assert "Portal" in ben.get("/account/applications").text
    assert "consent.trusted" in world.audit()
    assert ben.get(address(portal, prompt="consent")).status_code == 200


def test_an_application_for_some_groups_is_closed_to_the_others_at_every_step(
    world: World, portal: WithSecret, ben: Visitor
) -> None:
    ben.get(address(portal))
    code = decide(ben, "allow")["code"]
    tokens = exchange(world, portal, code).json()
    ben.get(address(portal, prompt="consent"))
    form = ben.hidden()
    group = world.group("Lawyers")
    settle(world, portal, audience=(group.id,))
    assert world.send("GET", "/api/account", token=tokens["access_token"]).status_code == 401
    assert refresh(world, portal, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    closed = ben.get(address(portal))
    assert closed.status_code == 400
    assert "not open to you" in closed.text
    assert ben.post("/oauth2/authorize", {**form, "decision": "allow"}).status_code == 400
    (user,) = world.read(lambda work: work.people.page(search="ben", offset=0, limit=2))
    world.write(lambda work: work.groups.admit(group.id, [user.id]))
    assert world.send("GET", "/api/account", token=tokens["access_token"]).status_code == 200
    assert ben.get(address(portal)).status_code == 302
    settle(world, portal, for_everybody=True)
    world.write(lambda work: work.groups.remove(group.id))
    assert ben.get(address(portal)).status_code == 302


@pytest.mark.parametrize("kept", [(), ("files.read",), ("files.read", "nonsense", "admin.read")])
def test_optional_permissions_may_be_unticked(
    world: World, portal: WithSecret, ben: Visitor, kept: tuple[str, ...]
) -> None:
    page = ben.get(address(portal, scope="account.read", optional_scope="files.read"))
    assert page.text.count('type="checkbox" name="keep"') == 1
    answer = ben.post("/oauth2/authorize", {"decision": "allow", "keep": list(kept)})
    tokens = exchange(world, portal, sent(answer.text)["code"]).json()
    assert tokens["scope"] == ("account.read files.read" if kept else "account.read")


def test_a_pushed_request_is_asked_by_its_reference_and_used_up(world: World, portal: WithSecret, ben: Visitor) -> None:
    form = {
        "response_type": "code",
        "client_id": portal.application.client_id,
        "client_secret": portal.client_secret,
        "redirect_uri": CALLBACK,
        "scope": "account.read",
        "state": "pushed",
    }
    pushed = world.send("POST", "/oauth2/par", data=form)
    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 90)
    reference = {"client_id": portal.application.client_id, "request_uri": pushed.json()["request_uri"]}
    path = f"/oauth2/authorize?{urlencode(reference)}"
    assert ben.get(path).status_code == 200
    world.pass_time(300)
    assert ben.get(path).status_code == 200
    answer = decide(ben, "allow")
    assert answer["state"] == "pushed"
    assert exchange(world, portal, answer["code"]).json()["scope"] == "account.read"
    over = ben.get(path)
    assert over.status_code == 400
    assert "took too long" in over.text
