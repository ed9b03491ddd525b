"""oauth4webapi and openid-client, from npm: metadata, client credentials, code with PKCE, refresh, introspection, ends.

Each flow is a script of `node/<library>`, and both libraries have the same ones.
"""

from typing import Any

import pytest

from jeton.testing.served import ADMIN_LOGIN
from tests.interop.clients import CALLBACK, Registered, status_with
from tests.interop.person import Person
from tests.interop.scripts import run, running

LIBRARIES = pytest.mark.parametrize("library", ["oauth4webapi", "openid-client"])
APPLICATIONS = pytest.mark.parametrize("name", ["portal", "pocket"])


def acting_for(person: Person, library: str, app: Registered, *, decision: str = "allow", **given: Any) -> Any:
    """Let the script send the person and exchange the code; what it tells."""
    asked = {"callback": CALLBACK, "scope": "account.read", "path": "/api/account", **given}
    with running(f"{library}/code", app, **asked) as script:
        address = script.hear()["visit"]
        script.say(callback=person.allow(address) if decision == "allow" else person.refuse(address))
        return script.hear()


@LIBRARIES
def test_the_metadata_is_read_and_believed(library: str, robot: Registered) -> None:
    told = run(f"{library}/metadata", robot)
    assert (told["issuer"], told["token_endpoint"]) == (robot.issuer, robot.token)
    assert (told["authorization_endpoint"], told["revocation_endpoint"]) == (robot.authorize, robot.revoke)
    assert told["code_challenge_methods_supported"] == ["S256"]


def test_a_refused_call_leads_to_the_resource_s_metadata_and_its_authorization_server(robot: Registered) -> None:
    told = run("oauth4webapi/resource", robot, path="/api/users")
    assert told["same"]
    assert told["told"]["authorization_servers"] == [robot.issuer]


@LIBRARIES
@pytest.mark.parametrize("method", ["basic", "post"])
def test_a_token_of_an_application_s_own_is_taken_as_it_comes(library: str, method: str, robot: Registered) -> None:
    told = run(f"{library}/client_credentials", robot, method=method, path="/api/users")
    assert (told["tokens"]["token_type"], told["tokens"]["scope"]) == ("bearer", "users.read")
    assert [user["login"] for user in told["called"]] == [ADMIN_LOGIN]


@LIBRARIES
def test_a_scope_that_is_not_held_is_the_library_s_error(library: str, robot: Registered) -> None:
    told = run(f"{library}/client_credentials", robot, asked={"scope": "admin.read"}, path="/api/users")
    assert (told["error"], told["status"]) == ("invalid_scope", 400)
    assert "does not hold" in told["error_description"]


@LIBRARIES
def test_a_wrong_secret_is_the_library_s_error_and_by_basic_a_challenge(library: str, robot: Registered) -> None:
    wrong = robot._replace(client_secret="wrong")
    told = run(f"{library}/client_credentials", wrong, method="post", path="/api/users")
    assert (told["error"], told["status"]) == ("invalid_client", 401)
    told = run(f"{library}/client_credentials", wrong, method="basic", path="/api/users")
    assert (told["challenge"], told["status"]) == ("basic", 401)


@LIBRARIES
@APPLICATIONS
def test_it_acts_for_a_person_refreshes_and_revokes(
    library: str, name: str, person: Person, request: pytest.FixtureRequest
) -> None:
    app: Registered = request.getfixturevalue(name)
    told = acting_for(person, library, app)
    assert told["called"]["login"] == ADMIN_LOGIN
    first = told["tokens"]
    second = run(f"{library}/refresh", app, token=first["refresh_token"])["tokens"]
    assert second["access_token"] != first["access_token"]
    assert (second["refresh_token"] == first["refresh_token"]) is (app.client_secret is not None)
    assert status_with(second["access_token"], app.account) == 200
    assert run(f"{library}/revoke", app, token=second["refresh_token"]) == {"status": 200}
    assert status_with(second["access_token"], app.account) == 401
    assert run(f"{library}/refresh", app, token=second["refresh_token"])["error"] == "invalid_grant"


@LIBRARIES
def test_it_asks_whether_a_token_is_live(library: str, person: Person, portal: Registered) -> None:
    tokens = acting_for(person, library, portal)["tokens"]
    for kind in ("access_token", "refresh_token"):
        told = run(f"{library}/introspect", portal, token=tokens[kind])
        assert (told["active"], told["client_id"], told["username"]) == (True, portal.client_id, ADMIN_LOGIN)
    run(f"{library}/revoke", portal, token=tokens["access_token"])
    assert run(f"{library}/introspect", portal, token=tokens["access_token"]) == {"active": False}


@LIBRARIES
def test_a_refusal_of_the_person_is_the_library_s_error(library: str, person: Person, pocket: Registered) -> None:
    assert acting_for(person, library, pocket, decision="refuse")["error"] == "access_denied"


@LIBRARIES
def test_a_scope_beyond_the_application_s_is_the_library_s_error(
    library: str, person: Person, pocket: Registered
) -> None:
    assert acting_for(person, library, pocket, scope="admin.read")["error"] == "invalid_scope"
