"""Authlib, by requests and by httpx: client credentials, code with PKCE, refresh, revocation, introspection, errors; a
key instead of a secret; and as a resource server outside.
"""

import asyncio
from typing import Any

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuth2Client
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750 import InvalidTokenError
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc.jwk import KeySet

from jeton.testing.client_keys import Keys
from jeton.testing.served import ADMIN_LOGIN, Served
from tests.interop.clients import CALLBACK, Registered, register_by_call, status_with
from tests.interop.person import Person

SESSIONS = pytest.mark.parametrize("session", [OAuth2Session, OAuth2Client])
METHODS = pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])


def opened(session: Any, app: Registered, **more: Any) -> Any:
    """A session of the library, for this application."""
    more.setdefault("token_endpoint_auth_method", "client_secret_basic" if app.client_secret else "none")
    return session(app.client_id, app.client_secret, token_endpoint=app.token, **more)


def acting_for(person: Person, app: Registered, client: Any) -> dict[str, Any]:
    """Send the person, and exchange the code that comes back."""
    verifier = generate_token(48)
    address, state = client.create_authorization_url(app.authorize, code_verifier=verifier)
    callback = person.allow(address)
    told: dict[str, Any] = client.fetch_token(authorization_response=callback, state=state, code_verifier=verifier)
    return told


@SESSIONS
@METHODS
def test_authlib_gets_a_token_of_an_application_s_own(session: Any, method: str, robot: Registered) -> None:
    with opened(session, robot, token_endpoint_auth_method=method) as client:
        told = client.fetch_token(grant_type="client_credentials")
        assert (told["token_type"], told["scope"], "refresh_token" in told) == ("Bearer", "users.read", False)
        assert client.get(robot.users).status_code == 200


@SESSIONS
def test_authlib_tells_a_refused_scope_by_its_error(session: Any, robot: Registered) -> None:
    with opened(session, robot, scope="admin.read") as client, pytest.raises(OAuthError) as refused:
        client.fetch_token(grant_type="client_credentials")
    assert refused.value.error == "invalid_scope"
    assert "does not hold" in refused.value.description


@SESSIONS
def test_authlib_tells_a_wrong_secret_by_its_error(session: Any, robot: Registered) -> None:
    with opened(session, robot._replace(client_secret="wrong")) as client, pytest.raises(OAuthError) as refused:
        client.fetch_token(grant_type="client_credentials")
    assert refused.value.error == "invalid_client"


@SESSIONS
@pytest.mark.parametrize("name", ["portal", "pocket"])
def test_authlib_acts_for_a_person_with_pkce_refreshes_and_revokes(
    session: Any, name: str, person: Person, request: pytest.FixtureRequest
) -> None:
    app: Registered = request.getfixturevalue(name)
    settings = {"redirect_uri": CALLBACK, "scope": "account.read", "code_challenge_method": "S256"}
    with opened(session, app, **settings) as client:
        first = acting_for(person, app, client)
        assert client.get(app.account).json()["login"] == ADMIN_LOGIN

        second = client.refresh_token()
        assert second["access_token"] != first["access_token"]
        assert (second["refresh_token"] == first["refresh_token"]) is (app.client_secret is not None)
        assert client.get(app.account).status_code == 200

        ended = client.revoke_token(app.revoke, token=second["refresh_token"], token_type_hint="refresh_token")
        assert ended.status_code == 200
        assert status_with(second["access_token"], app.account) == 401
        with pytest.raises(OAuthError) as refused:
            client.refresh_token()
        assert refused.value.error == "invalid_grant"


@SESSIONS
def test_authlib_refreshes_by_itself_when_a_token_is_over(session: Any, person: Person, portal: Registered) -> None:
    kept: list[str] = []
    settings = {"redirect_uri": CALLBACK, "scope": "account.read", "code_challenge_method": "S256"}
    with opened(session, portal, update_token=lambda token, **_: kept.append(token["access_token"]), **settings) as one:
        told = acting_for(person, portal, one)
        one.token = {**told, "expires_at": 1}
        assert one.get(portal.account).status_code == 200
        assert kept == [one.token["access_token"]]
        assert kept != [told["access_token"]]


@SESSIONS
def test_authlib_asks_whether_a_token_is_live(session: Any, robot: Registered) -> None:
    with opened(session, robot) as client:
        token = client.fetch_token(grant_type="client_credentials")["access_token"]
        told = client.introspect_token(robot.introspect, token=token).json()
        assert (told["active"], told["client_id"], told["scope"]) == (True, robot.client_id, "users.read")
        assert client.revoke_token(robot.revoke, token=token).status_code == 200
        assert client.introspect_token(robot.introspect, token=token).json() == {"active": False}


def test_authlib_works_on_an_event_loop(robot: Registered) -> None:
    async def work() -> int:
        async with opened(AsyncOAuth2Client, robot) as client:
            await client.fetch_token(grant_type="client_credentials")
            status: int = (await client.get(robot.users)).status_code
            return status

    assert asyncio.run(work()) == 200


@SESSIONS
def test_authlib_signs_instead_of_showing_a_secret(session: Any, served: Served) -> None:
    keys = Keys()
    registered = {"keys": [{**keys.public, "kid": "one"}]}
    name = "Signs by httpx" if session is OAuth2Client else "Signs by requests"
    app = register_by_call(served, name=name, type=1, scopes=["users.read"], jwks=registered)

    class OwnKey(PrivateKeyJWT):
        """For this server: its issuer alone is the audience, and a minute is enough."""

        alg = "ES256"

        def sign(self, auth: Any, token_endpoint: str) -> str:
            told = {"header": {"kid": "one"}, "alg": self.alg, "expires_in": 60}
            signed: str = private_key_jwt_sign(keys.key, auth.client_id, app.issuer, **told)
            return signed

    with session(app.client_id, token_endpoint_auth_method="private_key_jwt", token_endpoint=app.token) as client:
        client.register_client_auth_method(OwnKey())
        for _ in range(2):  # another assertion each time
            client.fetch_token(grant_type="client_credentials")
            assert client.get(app.users).status_code == 200


def test_authlib_as_a_resource_server_reads_a_token_that_is_meant_for_it(served: Served, person: Person) -> None:
    archive = "https://archive.example.org/"
    members = {"type": 0, "scopes": ["account.read"], "callback_urls": [CALLBACK], "resources": [archive]}
    app = register_by_call(served, name="Read by Authlib", **members)

    class Archive(JWTBearerTokenValidator):
        """It knows the issuer, and what it is called itself."""

        def get_jwks(self) -> Any:
            found = requests.get(f"{self.issuer}/.well-known/oauth-authorization-server", timeout=30).json()
            return KeySet.import_key_set(requests.get(found["jwks_uri"], timeout=30).json())

    def read(token: str, named: str) -> Any:
        validator = Archive(issuer=app.issuer, resource_server=named)
        claims = validator.authenticate_token(token)
        validator.validate_token(claims, ["account.read"], None)
        return claims

    with opened(OAuth2Session, app, redirect_uri=CALLBACK, code_challenge_method="S256") as client:
        verifier = generate_token(48)
        address, state = client.create_authorization_url(app.authorize, code_verifier=verifier, resource=archive)
        answer = {"authorization_response": person.allow(address), "state": state, "code_verifier": verifier}
        token = client.fetch_token(**answer)["access_token"]
    claims = read(token, archive)
    assert (claims["client_id"], claims["scope"]) == (app.client_id, "account.read")
    with pytest.raises(InvalidTokenError):
        read(token, "https://elsewhere.example.org/")
    with pytest.raises(InvalidTokenError):
        read(f"{token[:-4]}AAAA", archive)
