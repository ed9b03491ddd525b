"""oauth4webapi and openid-client further on: keys instead of secrets, pushed requests, proofs with nonces, devices, and
tokens that an outside resource server reads itself.

Source: RFC 7523, 8628, 8707, 9068, 9126, 9449. The scripts are those of `test_node.py`, given more.
"""

from typing import Any

import pytest

from jeton.testing.client_keys import Keys
from jeton.testing.served import ADMIN_LOGIN, Served
from tests.interop.clients import CALLBACK, Registered, register_by_call, status_with
from tests.interop.person import Person
from tests.interop.scripts import run, running
from tests.interop.test_node import LIBRARIES, acting_for

ARCHIVE = "https://archive.example.org/"
OWN, STOLEN = Keys(), Keys()
POSSESSION = Keys().private
KEYED = {"method": "key", "key": {**OWN.private, "kid": "one"}}
CLIENT: dict[str, Any] = {"type": 0, "scopes": ["account.read"], "callback_urls": [CALLBACK]}


@pytest.fixture(scope="module")
def signer(served: Served) -> Registered:
    """A Server application that proves itself by its keys."""
    keys = {"keys": [{**OWN.public, "kid": "one"}]}
    return register_by_call(served, name="Signer", type=1, scopes=["users.read"], jwks=keys)


@pytest.fixture(scope="module")
def bank(served: Served) -> Registered:
    """A Client application that must do all there is: keys, pushed requests, PKCE, proofs of possession."""
    keys = {"keys": [{**OWN.public, "kid": "one"}]}
    musts = ("require_pkce", "require_pushed_authorization_requests", "dpop_bound_access_tokens")
    return register_by_call(served, name="Bank", **CLIENT, jwks=keys, **dict.fromkeys(musts, True))


@pytest.fixture(scope="module")
def reader(served: Served) -> Registered:
    """A Client application whose tokens an outside resource server reads."""
    return register_by_call(served, name="Reader", **CLIENT, resources=[ARCHIVE])


@LIBRARIES
def test_a_signed_assertion_stands_for_the_secret_at_every_endpoint(library: str, signer: Registered) -> None:
    told = run(f"{library}/client_credentials", signer, **KEYED, path="/api/users")
    assert [user["login"] for user in told["called"]] == [ADMIN_LOGIN]
    token = told["tokens"]["access_token"]
    assert run(f"{library}/introspect", signer, **KEYED, token=token)["active"]
    assert run(f"{library}/revoke", signer, **KEYED, token=token) == {"status": 200}
    assert run(f"{library}/introspect", signer, **KEYED, token=token) == {"active": False}


@LIBRARIES
def test_an_assertion_by_another_key_is_the_library_s_error(library: str, signer: Registered) -> None:
    shown = {"method": "key", "key": {**STOLEN.private, "kid": "one"}}
    told = run(f"{library}/client_credentials", signer, **shown)
    assert (told["error"], told["status"]) == ("invalid_client", 401)


@LIBRARIES
@pytest.mark.parametrize("name", ["portal", "pocket"])
def test_a_request_is_pushed_and_the_browser_carries_a_reference(
    library: str, name: str, person: Person, request: pytest.FixtureRequest
) -> None:
    told = acting_for(person, library, request.getfixturevalue(name), pushed=True)
    assert told["called"]["login"] == ADMIN_LOGIN


@LIBRARIES
@pytest.mark.parametrize("name", ["portal", "pocket"])
def test_a_token_is_bound_to_a_key_with_the_server_s_nonces_and_so_is_the_next(
    library: str, name: str, person: Person, request: pytest.FixtureRequest
) -> None:
    app: Registered = request.getfixturevalue(name)
    first = acting_for(person, library, app, possession=POSSESSION)
    assert (first["tokens"]["token_type"], first["called"]["login"]) == ("dpop", ADMIN_LOGIN)
    again = {"token": first["tokens"]["refresh_token"], "possession": POSSESSION, "path": "/api/account"}
    second = run(f"{library}/refresh", app, **again)
    assert (second["tokens"]["token_type"], second["called"]["login"]) == ("dpop", ADMIN_LOGIN)
    assert (first["nonces"] >= 1, second["nonces"] >= 1) == (True, True)
    for told in (first, second):
        assert status_with(told["tokens"]["access_token"], app.account) == 401


@LIBRARIES
def test_a_token_of_an_application_s_own_is_bound_too(library: str, robot: Registered) -> None:
    given = {"possession": POSSESSION, "path": "/api/users"}
    told = run(f"{library}/client_credentials", robot, **given)
    assert (told["tokens"]["token_type"], [user["login"] for user in told["called"]]) == ("dpop", [ADMIN_LOGIN])


@LIBRARIES
def test_all_of_it_together_as_a_bank_would_ask(library: str, person: Person, bank: Registered) -> None:
    told = acting_for(person, library, bank, **KEYED, pushed=True, possession=POSSESSION)
    assert (told["tokens"]["token_type"], told["called"]["login"]) == ("dpop", ADMIN_LOGIN)
    assert told["nonces"] >= 1
    again = {"token": told["tokens"]["refresh_token"], "possession": POSSESSION, "path": "/api/account"}
    assert run(f"{library}/refresh", bank, **KEYED, **again)["called"]["login"] == ADMIN_LOGIN


@LIBRARIES
def test_what_an_application_must_do_and_does_not_is_the_library_s_error(
    library: str, person: Person, bank: Registered
) -> None:
    assert acting_for(person, library, bank, **KEYED, possession=POSSESSION)["error"] == "invalid_request"
    assert acting_for(person, library, bank, **KEYED, pushed=True)["error"] == "invalid_dpop_proof"


@LIBRARIES
def test_a_device_waits_until_a_person_has_typed_its_code(library: str, person: Person, pocket: Registered) -> None:
    with running(f"{library}/device", pocket, scope="account.read", path="/api/account") as script:
        begun = script.hear()
        assert begun.get("early", "authorization_pending") == "authorization_pending"
        person.allow_device(begun["verification_uri"], begun["user_code"])
        script.say(decided=True)
        assert script.hear()["called"]["login"] == ADMIN_LOGIN


@LIBRARIES
def test_a_token_for_an_outside_resource_server_is_one_that_it_can_read(
    library: str, person: Person, reader: Registered
) -> None:
    told = acting_for(person, library, reader, asked={"resource": ARCHIVE}, path=None)
    token = told["tokens"]["access_token"]
    claims = run("oauth4webapi/outside", reader, token=token, resource=ARCHIVE)["claims"]
    assert (claims["iss"], claims["aud"], claims["client_id"]) == (reader.issuer, ARCHIVE, reader.client_id)
    assert claims["scope"] == "account.read"
    assert status_with(token, reader.account) == 401
    refused = run("oauth4webapi/outside", reader, token=token, resource="https://elsewhere.example.org/")
    assert "aud" in refused["refused"]


@LIBRARIES
def test_a_resource_that_is_not_the_application_s_is_the_library_s_error(
    library: str, person: Person, reader: Registered
) -> None:
    asked = {"resource": "https://elsewhere.example.org/"}
    assert acting_for(person, library, reader, asked=asked)["error"] == "invalid_target"
