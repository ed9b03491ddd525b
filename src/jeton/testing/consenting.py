"""A portal that asks people for access, and what is done with its answers: for tests of consent and of its codes."""

import re
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from jeton.families.applications.model import WithSecret
from jeton.kernel.applications import ApplicationType
from jeton.testing.browsing import Visitor
from jeton.testing.world import World

CALLBACK: Final = "https://portal.example.org/callback"
BEN: Final = ("ben", "ben has a long password")


def portal_of(world: World) -> WithSecret:
    """An application of the type Client, with the usual scopes."""
    return world.application("account.readwrite files.read admin.read", name="Portal", type=ApplicationType.CLIENT)


def address(portal: WithSecret, **asked: str | None) -> str:
    good = {
        "response_type": "code",
        "client_id": portal.application.client_id,
        "redirect_uri": CALLBACK,
        "scope": "all",
        "state": "a state",
    }
    chosen = {name: value for name, value in {**good, **asked}.items() if value is not None}
    return f"/oauth2/authorize?{urlencode(chosen)}"


def decide(visitor: Visitor, decision: str) -> dict[str, str]:
    """Send the page's form; what the callback is sent in its query."""
    page = visitor.post("/oauth2/authorize", {"decision": decision})
    assert page.status_code == 200, page.text
    return sent(page.text)


def sent(text: str) -> dict[str, str]:
    found = re.search(r"http-equiv=\"refresh\" content=\"0;url='([^']*)'\"", text)
    assert found is not None, text
    location = unescape(found[1])
    assert location.startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def exchange(world: World, portal: WithSecret, code: str, **more: str) -> Any:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": portal.application.client_id,
        "client_secret": portal.client_secret,
        **more,
    }
    return world.send("POST", "/oauth2/token", data=form)


def refresh(world: World, portal: WithSecret, token: str) -> Any:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": token,
        "client_id": portal.application.client_id,
        "client_secret": portal.client_secret,
    }
    return world.send("POST", "/oauth2/token", data=form)
