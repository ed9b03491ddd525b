"""The conformance suite's proofs of possession: its negative ones, one each, and what is accepted all the same."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.client_keys import Keys, encoded
from jeton.testing.world import PUBLIC_URL, World
from tests.attacks.cast import App, allow, ask, code_for, exchange, refused, told

KEYS, RSA = Keys(), Keys("RSA")
TOKEN, PATH = "/oauth2/token", "/api/oauth2/apps"
_JTI = iter(range(10**6))


def nonce(world: World) -> str:
    answer = world.send("POST", TOKEN, data={"grant_type": "x", "client_id": "x"}, headers={"DPoP": "x"})
    return str(answer.headers["dpop-nonce"])


def proof(world: World, keys: Keys = KEYS, *, path: str = PATH, **changed: Any) -> str:
    """A good proof of a GET on the API, or of a POST, with claims changed or (None) left out."""
    claims = {"htm": "GET", "jti": f"conformance-{next(_JTI)}", "nonce": nonce(world), **changed}
    return keys.proof(f"{PUBLIC_URL}{path}", world.clock(), **claims)


def asked(script: App) -> dict[str, str]:
    return {"grant_type": "client_credentials", **script.proof}


@pytest.fixture(scope="module")
def bound(world: World, script: App) -> str:
    """An access token that is bound to the key."""
    shown = proof(world, path=TOKEN, htm="POST")
    answer = world.send("POST", TOKEN, data=asked(script), headers={"DPoP": shown})
    assert answer.json()["token_type"] == "DPoP", answer.text
    return str(answer.json()["access_token"])


def call(world: World, token: str, *shown: str, scheme: str = "DPoP", path: str = PATH) -> Any:
    headers = [("Authorization", f"{scheme} {token}"), *(("DPoP", one) for one in shown)]
    return world.send("GET", path, headers=headers)


def without(name: str) -> Callable[[World, str], str]:
    """A proof whose header lacks something."""

    def made(world: World, token: str) -> str:
        good = proof(world, token=token)
        header = json.loads(_decoded(good.split(".")[0]))
        del header[name]
        return f"{encoded(json.dumps(header).encode()).decode()}.{good.partition('.')[2]}"

    return made


def _decoded(part: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def unsigned(world: World, token: str) -> str:
    head, claims, _ = proof(world, token=token).split(".")
    header = json.loads(_decoded(head)) | {"alg": "none"}
    return f"{encoded(json.dumps(header).encode()).decode()}.{claims}."


def badly_signed(world: World, token: str) -> str:
    good, other = proof(world, token=token), proof(world, token=token)
    return f"{good.rpartition('.')[0]}.{other.rpartition('.')[2]}"


NEGATIVE: dict[str, Callable[[World, str], str]] = {
    "malformed": lambda world, token: "not.a.proof",
    "two parts": lambda world, token: proof(world, token=token).rpartition(".")[0],
    "typ missing": without("typ"),
    "alg missing": without("alg"),
    "jwk missing": without("jwk"),
    "jti missing": lambda world, token: proof(world, token=token, jti=None),
    "htm missing": lambda world, token: proof(world, token=token, htm=None),
    "htu missing": lambda world, token: proof(world, token=token, htu=None),
    "iat missing": lambda world, token: proof(world, token=token, iat=None),
    "ath missing": lambda world, token: proof(world),
    "wrong typ": lambda world, token: proof(world, token=token, header={"typ": "JWT"}),
    "RS256": lambda world, token: proof(world, RSA, token=token, header={"alg": "RS256"}),
    "none": unsigned,
    "bad signature": badly_signed,
    "private key in jwk": lambda world, token: proof(world, token=token, header={"jwk": KEYS.private}),
    "wrong htm": lambda world, token: proof(world, token=token, htm="POST"),
    "other htu": lambda world, token: proof(world, token=token, htu=f"{PUBLIC_URL}/api/other"),
    "htu of another host": lambda world, token: proof(world, token=token, htu=f"http://evil.test{PATH}"),
    "iat an hour ago": lambda world, token: proof(world, token=token, iat=world.clock() // 10**6 - 3600),
    "iat in an hour": lambda world, token: proof(world, token=token, iat=world.clock() // 10**6 + 3600),
    "wrong ath": lambda world, token: proof(world, token="another token"),
    "another key": lambda world, token: proof(world, Keys(), token=token),
}


@pytest.mark.parametrize("kind", NEGATIVE)
def test_dpop_negative_proof(world: World, bound: str, kind: str) -> None:
    answer = call(world, bound, NEGATIVE[kind](world, bound))
    assert answer.status_code == 401, (kind, answer.text)
    assert answer.json()["code"] in {"invalid_dpop_proof", "invalid_token"}
    assert 'error="invalid_' in answer.headers["www-authenticate"]


def test_dpop_two_proofs(world: World, bound: str) -> None:
    assert call(world, bound, proof(world, token=bound), proof(world, token=bound)).status_code == 400


def test_dpop_reused_jti(world: World, bound: str) -> None:
    one = {"token": bound, "jti": "the same jti twice"}
    assert call(world, bound, proof(world, **one)).status_code == 200
    assert call(world, bound, proof(world, **one)).json()["code"] == "invalid_dpop_proof"


def test_dpop_no_proof_and_downgrade_to_bearer(world: World, bound: str) -> None:
    assert call(world, bound).status_code == 401
    assert call(world, bound, scheme="Bearer").status_code == 401
    assert call(world, bound, proof(world, token=bound), scheme="Bearer").status_code == 401
    assert world.send("GET", PATH, headers={"Token": bound}).status_code == 401


@pytest.mark.parametrize("scheme", ["dpop", "DPOP", "DPoP"])
def test_dpop_upper_case_header_value_tolerated(world: World, bound: str, scheme: str) -> None:
    assert call(world, bound, proof(world, token=bound), scheme=scheme).status_code == 200


@pytest.mark.parametrize(
    "htu",
    [
        f"{PUBLIC_URL}{PATH}?query=ignored",
        f"{PUBLIC_URL}{PATH}#fragment",
        f"HTTP://127.0.0.1:8080{PATH}",
        f"http://127.0.0.1:8080{PATH.replace('apps', '%61pps')}",
    ],
    ids=["query", "fragment", "scheme folded", "percent folded"],
)
def test_dpop_htu_is_normalised(world: World, bound: str, htu: str) -> None:
    assert call(world, bound, proof(world, token=bound, htu=htu)).status_code == 200


@pytest.mark.parametrize("seconds", [-10, 10])
def test_dpop_iat_ten_seconds_off_accepted(world: World, bound: str, seconds: int) -> None:
    shown = proof(world, token=bound, iat=world.clock() // 10**6 + seconds)
    assert call(world, bound, shown).status_code == 200


def test_dpop_extra_claims_ignored(world: World, bound: str) -> None:
    shown = proof(world, token=bound, extra="claim", exp=1, header={"kid": "x", "extra": 1})
    assert call(world, bound, shown).status_code == 200


@pytest.mark.parametrize("how", ["dpop_jkt at authorize", "dpop_jkt at PAR", "proof at PAR"])
def test_dpop_key_binding_at_the_request_and_at_the_code(world: World, alice: Visitor, web: App, how: str) -> None:
    def code() -> str:
        if how == "dpop_jkt at authorize":
            return code_for(alice, web, dpop_jkt=KEYS.jkt)
        form = {"response_type": "code", "redirect_uri": web.callback, **web.proof}
        headers = {}
        if how == "proof at PAR":
            headers["DPoP"] = proof(world, path="/oauth2/par", htm="POST")
        else:
            form["dpop_jkt"] = KEYS.jkt
        pushed = world.send("POST", "/oauth2/par", data=form, headers=headers)
        assert pushed.status_code == 201, pushed.text
        page = ask(alice, web, request_uri=pushed.json()["request_uri"], redirect_uri=None, response_type=None)
        return (told(page) if page.status_code == 302 else allow(alice))["code"]

    def exchanged(shown: str | None) -> Any:
        form = {"grant_type": "authorization_code", "code": code(), "redirect_uri": web.callback, **web.proof}
        return world.send("POST", TOKEN, data=form, headers={} if shown is None else {"DPoP": shown})

    assert refused(exchanged(None), "invalid_grant")
    assert refused(exchanged(proof(world, Keys(), path=TOKEN, htm="POST")), "invalid_grant")
    answer = exchanged(proof(world, path=TOKEN, htm="POST"))
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")


def test_dpop_jkt_that_is_none_is_refused(world: World, alice: Visitor, web: App) -> None:
    assert told(ask(alice, web, dpop_jkt="short"))["error"] == "invalid_request"
    assert exchange(world, web, code_for(alice, web)).status_code == 200
