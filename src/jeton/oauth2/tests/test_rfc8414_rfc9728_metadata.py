"""RFC 8414 and RFC 9728: discovery tells what is there, and nothing else."""

from jeton.oauth2.endpoints.metadata import authorization_server, protected_resource
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.tests.memory import ISSUER, Core, client, portal, request
from jeton.oauth2.tests.test_rfc8628_device import allowed_device


def test_the_authorization_server_tells_its_endpoints_under_its_issuer() -> None:
    told = authorization_server(ISSUER, ("files.read",))
    assert told["issuer"] == ISSUER
    assert all(value.startswith(ISSUER + "/oauth2/") for name, value in told.items() if name.endswith("_endpoint"))
    assert told["scopes_supported"] == ["files.read"]
    assert set(told["token_endpoint_auth_methods_supported"]) == {
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
    }
    assert told["response_types_supported"] == ["code"]
    assert told["code_challenge_methods_supported"] == ["S256"]


def test_every_grant_that_is_told_is_taken() -> None:
    core = Core(portal(), client())
    first = core.exchange(core.code())
    assert isinstance(first, TokenAnswer)
    taken = {
        "authorization_code": first,
        "refresh_token": core.refresh(first.refresh_token),
        "client_credentials": core.ask(request()),
        "urn:ietf:params:oauth:grant-type:device_code": allowed_device(core),
    }
    assert set(authorization_server(ISSUER, ())["grant_types_supported"]) == set(taken)
    assert all(isinstance(answer, TokenAnswer) for answer in taken.values())


def test_the_resource_names_its_authorization_server_and_takes_tokens_in_the_header_only() -> None:
    told = protected_resource(ISSUER, "Jeton", ("files.read",))
    assert told["resource"] == ISSUER
    assert told["authorization_servers"] == [authorization_server(ISSUER, ())["issuer"]]
    assert told["bearer_methods_supported"] == ["header"]
