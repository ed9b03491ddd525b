"""What a person allowed, taken back in part: it holds for what is out, and for all that still comes of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jeton.families.applications.model import WithSecret
from jeton.kernel.applications import ApplicationType
from jeton.testing.browsing import Visitor
from jeton.testing.consenting import BEN, address, decide, exchange, refresh
from jeton.testing.world import World

PATH = "/account/applications"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        made.person("ben")
        yield made


@pytest.fixture
def portal(world: World) -> WithSecret:
    return world.application("account.readwrite files.read", name="Portal", type=ApplicationType.CLIENT)


@pytest.fixture
def ben(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    assert visitor.log_in(*BEN).status_code == 303
    yield visitor
    visitor.close()


def code_of(answer: Any) -> str:
    location: str = answer.headers["location"]
    return parse_qs(urlsplit(location).query)["code"][0]


def keep(ben: Visitor, portal: WithSecret, *words: str) -> Any:
    """Leave these boxes ticked."""
    page = ben.get(PATH)
    assert "Save permissions" in page.text
    return ben.post(PATH, {"act": "narrow", "client_id": portal.application.client_id, "keep": list(words)})


def test_sc_16_asvs_10_7_3_what_is_taken_back_is_refused_from_the_next_call_on(
    world: World, portal: WithSecret, ben: Visitor
) -> None:
    ben.get(address(portal))
    tokens = exchange(world, portal, decide(ben, "allow")["code"]).json()
    assert world.send("GET", "/api/folders", token=tokens["access_token"]).status_code == 200
    pending = code_of(ben.get(address(portal)))
    kept = keep(ben, portal, "account.read")
    assert (kept.status_code, kept.headers["location"]) == (303, f"{PATH}?done=account.applications.narrow")
    refused = world.send("GET", "/api/folders", token=tokens["access_token"])
    assert (refused.status_code, refused.json()["required_scopes"]) == (403, ["files.read"])
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
    assert world.send("GET", "/api/account", token=tokens["access_token"]).status_code == 200
    again = refresh(world, portal, tokens["refresh_token"])
    assert (again.status_code, again.json()["scope"]) == (200, "account.read")
    assert exchange(world, portal, pending).json()["scope"] == "account.read"
    assert "consent.narrowed" in world.audit()
    asked = ben.get(address(portal))
    assert (asked.status_code, "In addition it could" in asked.text) == (200, True)


def test_with_nothing_ticked_the_access_ends(world: World, portal: WithSecret, ben: Visitor) -> None:
    ben.get(address(portal))
    tokens = exchange(world, portal, decide(ben, "allow")["code"]).json()
    assert keep(ben, portal, "nonsense", "admin.read").status_code == 303
    assert world.send("GET", "/api/account", token=tokens["access_token"]).status_code == 401
    assert "No connected application" in ben.get(PATH).text


def test_nobody_widens_by_the_form_and_the_same_changes_nothing(world: World, portal: WithSecret, ben: Visitor) -> None:
    ben.get(address(portal, scope="files.read"))
    tokens = exchange(world, portal, decide(ben, "allow")["code"]).json()
    assert keep(ben, portal, "files.read", "account.read", "admin.write").status_code == 303
    assert refresh(world, portal, tokens["refresh_token"]).json()["scope"] == "files.read"
    assert "consent.narrowed" not in world.audit()
    assert ben.get(address(portal, scope="account.read")).status_code == 200
    other = {"act": "narrow", "client_id": "nobody", "keep": ["files.read"]}
    ben.get(PATH)
    assert ben.post(PATH, other).status_code == 404


@pytest.mark.parametrize("act", ["disconnect", "narrow"])
def test_a_device_that_was_allowed_and_has_not_come_yet_gets_no_more_than_is_left(
    world: World, portal: WithSecret, ben: Visitor, act: str
) -> None:
    form = {"client_id": portal.application.client_id, "client_secret": portal.client_secret}
    begun = world.send("POST", "/oauth2/device_authorization", data={**form, "scope": "account.read files.read"}).json()
    ben.get("/device")
    ben.post("/device", {"user_code": begun["user_code"]})
    assert ben.post("/device", {"decision": "allow"}).status_code == 200
    ben.get(PATH)
    ben.post(PATH, {"act": act, "client_id": portal.application.client_id, "keep": ["account.read"]})
    poll = {**form, "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": begun["device_code"]}
    answer = world.send("POST", "/oauth2/token", data=poll).json()
    left = ("invalid_grant", None) if act == "disconnect" else (None, "account.read")
    assert (answer.get("error"), answer.get("scope")) == left
