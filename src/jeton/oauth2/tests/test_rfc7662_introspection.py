"""RFC 7662: a client learns of its own live tokens; of all others, that they are not active."""

import pytest

from jeton.kit.clock import SECOND
from jeton.kit.mint import ACCESS_TOKEN, REFRESH_TOKEN, SystemMint, new_token
from jeton.oauth2.tests.memory import ISSUER, NOW, OTHER, ROBOT, Core, client, request

INACTIVE = {"active": False}


def introspect(core: Core, token: str, **changes: object) -> object:
    return core.server.introspect(request(token=token, **changes), None, core.store, core.now)


def test_a_live_token_is_told_in_full() -> None:
    core = Core()
    assert introspect(core, core.token(scope="users.read")) == {
        "active": True,
        "scope": "users.read",
        "client_id": ROBOT,
        "token_type": "Bearer",
        "exp": NOW // SECOND + 86_400,
        "iat": NOW // SECOND,
        "sub": ROBOT,
        "aud": ISSUER,
        "iss": ISSUER,
    }


def test_a_persons_token_names_the_person() -> None:
    core = Core()
    token = core.token()
    (number,) = core.store.tokens
    core.store.tokens[number] = core.store.tokens[number]._replace(subject="17", username="ada")
    told = introspect(core, token)
    assert isinstance(told, dict)
    assert (told["sub"], told["username"]) == ("17", "ada")


def test_a_token_ends_to_the_microsecond() -> None:
    core = Core(client(lifetime_s=60))
    token = core.token()
    core.now = NOW + 60 * SECOND - 1
    assert introspect(core, token) != INACTIVE
    core.now += 1
    assert introspect(core, token) == INACTIVE


@pytest.mark.parametrize("fate", ["revoked", "unusable", "foreign", "unknown", "forged", "malformed", "another kind"])
def test_of_everything_else_nothing_is_told(fate: str) -> None:
    core = Core()
    token = core.token(client_id=OTHER if fate == "foreign" else ROBOT)
    (number,) = core.store.tokens
    record = core.store.tokens[number]
    if fate == "revoked":
        core.store.tokens[number] = record._replace(ended_at=NOW)
    elif fate == "unusable":
        core.store.tokens[number] = record._replace(is_usable=False)
    elif fate == "unknown":
        core.store.tokens.clear()
    elif fate == "forged":
        token = new_token(ACCESS_TOKEN, SystemMint(), number)
    elif fate == "malformed":
        token = token[:-1]
    elif fate == "another kind":
        token = new_token(REFRESH_TOKEN, SystemMint(), number)
    assert introspect(core, token) == INACTIVE
