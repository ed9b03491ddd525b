"""requests-oauthlib: client credentials, code with and without PKCE, refresh, revocation, errors.

The library wants https unless it is told otherwise; here the server is on this machine, in plain http.
"""

from typing import Any

import pytest
from oauthlib.oauth2 import (
    AccessDeniedError,
    BackendApplicationClient,
    InvalidClientError,
    InvalidGrantError,
    InvalidScopeError,
    WebApplicationClient,
)
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from jeton.testing.served import ADMIN_LOGIN
from tests.interop.clients import CALLBACK, Registered, status_with
from tests.interop.person import Person


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def proof(app: Registered) -> dict[str, Any]:
    """How an application shows who it is in a token request."""
    if app.client_secret is None:
        return {"include_client_id": True}
    return {"auth": HTTPBasicAuth(app.client_id, app.client_secret)}


def acting_for(person: Person, app: Registered, session: OAuth2Session) -> dict[str, Any]:
    """Send the person, and exchange the code that comes back."""
    address, _ = session.authorization_url(app.authorize)
    callback = person.allow(address)
    told: dict[str, Any] = session.fetch_token(app.token, authorization_response=callback, **proof(app))
    return told


@pytest.mark.parametrize("in_the_body", [False, True])
def test_a_backend_application_gets_a_token_of_its_own(in_the_body: bool, robot: Registered) -> None:
    shown = {"client_secret": robot.client_secret, "include_client_id": True} if in_the_body else proof(robot)
    with OAuth2Session(client=BackendApplicationClient(robot.client_id)) as session:
        told = session.fetch_token(robot.token, **shown)
        assert (told["token_type"], told["scope"], "refresh_token" in told) == ("Bearer", ["users.read"], False)
        assert session.get(robot.users).status_code == 200


def test_a_scope_that_is_not_held_raises_the_library_s_own_error(robot: Registered) -> None:
    client = BackendApplicationClient(robot.client_id, scope=["admin.read"])
    with OAuth2Session(client=client) as session, pytest.raises(InvalidScopeError, match="does not hold"):
        session.fetch_token(robot.token, **proof(robot))


def test_a_wrong_secret_raises_the_library_s_own_error(robot: Registered) -> None:
    client = BackendApplicationClient(robot.client_id)
    with OAuth2Session(client=client) as session, pytest.raises(InvalidClientError):
        session.fetch_token(robot.token, auth=HTTPBasicAuth(robot.client_id, "wrong"))


@pytest.mark.parametrize(("name", "pkce"), [("portal", "S256"), ("portal", None), ("pocket", "S256")])
def test_a_web_application_acts_for_a_person_refreshes_and_revokes(
    name: str, pkce: str | None, person: Person, request: pytest.FixtureRequest
) -> None:
    app: Registered = request.getfixturevalue(name)
    with OAuth2Session(app.client_id, redirect_uri=CALLBACK, scope=["account.read"], pkce=pkce) as session:
        first = acting_for(person, app, session)
        assert session.get(app.account).json()["login"] == ADMIN_LOGIN

        shown = {"auth": proof(app)["auth"]} if app.client_secret else {"client_id": app.client_id}
        second = session.refresh_token(app.token, **shown)
        assert second["access_token"] != first["access_token"]
        assert (second["refresh_token"] == first["refresh_token"]) is (app.client_secret is not None)
        assert session.get(app.account).status_code == 200

        revoke(app, second["refresh_token"])
        assert status_with(second["access_token"], app.account) == 401
        with pytest.raises(InvalidGrantError):
            session.refresh_token(app.token, **shown)


def revoke(app: Registered, token: str) -> None:
    """As the library prepares it; it leaves the sending to its user."""
    client = WebApplicationClient(app.client_id)
    shown = {"client_id": app.client_id, **({"client_secret": app.client_secret} if app.client_secret else {})}
    address, headers, body = client.prepare_token_revocation_request(app.revoke, token, "refresh_token", **shown)
    with OAuth2Session(app.client_id) as session:
        assert session.post(address, data=body, headers=headers, withhold_token=True).status_code == 200


def test_a_token_that_is_over_is_refreshed_before_the_call(person: Person, portal: Registered) -> None:
    kept: list[dict[str, Any]] = []
    settings: dict[str, Any] = {
        "auto_refresh_url": portal.token,
        "auto_refresh_kwargs": {"client_id": portal.client_id, "client_secret": portal.client_secret},
        "token_updater": kept.append,
    }
    with OAuth2Session(portal.client_id, redirect_uri=CALLBACK, scope=["account.read"], **settings) as session:
        first = acting_for(person, portal, session)
        session.token = {**first, "expires_in": -1, "expires_at": 1}
        assert session.get(portal.account).status_code == 200
        assert [token["access_token"] == first["access_token"] for token in kept] == [False]


def test_a_refusal_of_the_person_raises_the_library_s_own_error(person: Person, pocket: Registered) -> None:
    with OAuth2Session(pocket.client_id, redirect_uri=CALLBACK, scope=["account.read"], pkce="S256") as session:
        address, _ = session.authorization_url(pocket.authorize)
        callback = person.refuse(address)
        with pytest.raises(AccessDeniedError):
            session.fetch_token(pocket.token, authorization_response=callback, include_client_id=True)


def test_a_scope_beyond_the_application_s_comes_back_to_the_callback_as_an_error(
    person: Person, pocket: Registered
) -> None:
    with OAuth2Session(pocket.client_id, redirect_uri=CALLBACK, scope=["admin.read"], pkce="S256") as session:
        address, _ = session.authorization_url(pocket.authorize)
        callback = person.allow(address)
        with pytest.raises(InvalidScopeError, match="does not hold"):
            session.fetch_token(pocket.token, authorization_response=callback, include_client_id=True)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("files.readwrite", ["files.readwrite", "files.read"]),
        ("all", ["account.read", "files.readwrite", "files.read"]),
    ],
)
def test_a_word_is_answered_as_what_it_stands_for_and_the_library_wants_that_asked(
    asked: str, answered: list[str], person: Person, portal: Registered
) -> None:
    with OAuth2Session(portal.client_id, redirect_uri=CALLBACK, scope=[asked], pkce="S256") as session:
        with pytest.raises(Warning, match="Scope has changed"):
            acting_for(person, portal, session)
        session.scope = answered
        assert acting_for(person, portal, session)["scope"] == answered
