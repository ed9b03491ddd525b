"""CA: clients proving themselves. A secret is shown once, proves one application, and stands nowhere to be read."""

import json
import time
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest

from jeton.assembly.catalogue import find_catalogue
from jeton.families.applications import service
from jeton.families.applications.model import RotateSecret, WithSecret
from jeton.kernel.applications import USUAL
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import ClientId
from jeton.kernel.ports import Work
from jeton.kit.mint import digest
from jeton.testing.browsing import Visitor
from jeton.testing.client_keys import Keys
from jeton.testing.world import PUBLIC_URL, World
from tests.attacks.cast import App, code_for, exchange, post, refused, register

ENDPOINTS = ("/oauth2/token", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/par", "/oauth2/device_authorization")
LATER = "temporarily_unavailable"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def basic(name: str, secret: str | None) -> dict[str, str]:
    pair = f"{quote(name, safe='')}:{quote(secret or '', safe='')}"
    return {"Authorization": "Basic " + b64encode(pair.encode()).decode()}


def test_ca_03_a_secret_comes_by_basic_form_or_json_alike_and_the_class_of_proof_is_fixed(
    world: World, script: App
) -> None:
    # decisions.md: the way that a secret comes is free; whether it is a secret, a key or nothing is registered
    asked = {"grant_type": "client_credentials"}
    by_basic = world.send("POST", "/oauth2/token", data=asked, headers=basic(*script[:2]))
    by_form = world.send("POST", "/oauth2/token", data={**asked, **script.proof})
    by_json = world.send("POST", "/oauth2/token", json={**asked, **script.proof})
    assert [answer.status_code for answer in (by_basic, by_form, by_json)] == [200, 200, 200]
    keys = Keys()
    keyed = register(world, scopes="files.read", is_server=True, metadata=USUAL._replace(jwks=keys.jwks))
    assertion = {"client_assertion_type": ASSERTION}
    signed = keys.assertion(script.client_id, PUBLIC_URL, world.clock())
    other_class = {**asked, **assertion, "client_assertion": signed}
    assert refused(world.send("POST", "/oauth2/token", data=other_class), "invalid_client", 401)
    for secret in ("", keyed.secret or "guessed", "guessed"):
        answer = world.send(
            "POST", "/oauth2/token", data={**asked, "client_id": keyed.client_id, "client_secret": secret}
        )
        assert refused(answer, "invalid_client", 401)
    good = {**asked, **assertion, "client_assertion": keys.assertion(keyed.client_id, PUBLIC_URL, world.clock())}
    assert world.send("POST", "/oauth2/token", data=good).status_code == 200


def test_ca_04_a_public_application_that_shows_a_secret_is_refused(
    world: World, alice: Visitor, spa: App, web: App
) -> None:
    for secret in ("guessed", web.secret, "x"):
        assert refused(exchange(world, spa, code_for(alice, spa), client_secret=secret), "invalid_client", 401)
        headers = basic(spa.client_id, secret)
        answer = world.send("POST", "/oauth2/token", data={"grant_type": "refresh_token"}, headers=headers)
        assert refused(answer, "invalid_client", 401)


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("kind", ["web", "script"])
def test_ca_05_a_confidential_application_that_only_names_itself_is_refused(
    request: pytest.FixtureRequest, world: World, path: str, kind: str
) -> None:
    app: App = request.getfixturevalue(kind)
    form = {"client_id": app.client_id, "grant_type": "client_credentials", "token": "x", "response_type": "code"}
    for shown in ({}, {"client_secret": ""}):
        assert refused(world.send("POST", path, data={**form, **shown}), "invalid_client", 401)


@pytest.mark.parametrize(
    "value",
    [
        b"Basic " + b64encode(b"without a colon"),
        b"Basic not base64 at all",
        b"Basic",
        b"Basic ",
        b"Basic =",
        b"Basic " + b64encode(b":"),
        b"Basic " + b64encode(b":secret"),
        b"Basic " + b64encode(b"\xff\xfe:\xff"),
        b"Basic \xe9",
        b"Basic " + b"A" * 1_000_000,
        b"Digest username=x",
        b"",
    ],
)
@pytest.mark.parametrize("path", ENDPOINTS)
def test_ca_08_a_broken_or_endless_basic_is_refused(world: World, path: str, value: bytes) -> None:
    answer = world.send("POST", path, data={"grant_type": "client_credentials"}, headers=[(b"authorization", value)])
    assert answer.status_code in {400, 401}
    assert answer.json()["error"] in {"invalid_client", "invalid_request"}


def test_ca_10_two_secrets_hold_until_the_older_ends_to_the_second(world: World) -> None:
    app = register(world, scopes="files.read", is_server=True)

    def rotate(work: Work) -> WithSecret:
        return service.rotate(work, OPERATOR, RotateSecret(client_id=ClientId(app.client_id), grace_s=60))

    newer = world.write(rotate).client_secret
    asked = {"grant_type": "client_credentials"}
    for seconds, old in ((0, 200), (59, 200), (1, 401), (10**6, 401)):
        world.pass_time(seconds)
        assert post(world, app, **asked).status_code == old
        assert post(world, app, client_secret=newer, **asked).status_code == 200


def parts_of(secret: str) -> list[str]:
    """Whatever of a secret must not be shown: itself, its digest, and more than four of its characters together."""
    kept = digest(secret)
    random = secret.removeprefix("jt_cs_")
    return [kept.hex(), b64encode(kept).decode(), *(random[at : at + 5] for at in range(len(random) - 4))]


def test_ca_11_no_call_and_no_page_tells_a_secret_that_was_shown(world: World) -> None:
    app = register(world, scopes="files.read")
    assert app.secret is not None
    chief = world.token()
    catalogue = find_catalogue()
    calls = [one.path for one in catalogue.operations if one.path.startswith("/api/oauth2/app") and one.method == "GET"]
    pages = [one.path for one in catalogue.pages if one.path.startswith("/admin/applications")]
    visitor = Visitor(world)
    visitor.log_in()
    told: list[Any] = [
        *(world.send("GET", path.replace("{client_id}", app.client_id), token=chief) for path in calls),
        *(visitor.get(path.replace("{client_id}", app.client_id)) for path in pages),
    ]
    visitor.close()
    assert sum(app.client_id in answer.text for answer in told) > 4
    # As it is: written as \u2026, the ellipsis before the last four letters would now and then be a fifth.
    shown = json.dumps([[answer.text, dict(answer.headers)] for answer in told], ensure_ascii=False)
    assert [part for part in parts_of(app.secret) if part in shown] == []


def test_ca_01_an_unknown_application_and_a_wrong_secret_take_the_same_time(world: World, script: App) -> None:
    def took(client_id: str) -> float:
        asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "jt_cs_guessed"}
        began = time.perf_counter()
        assert world.send("POST", "/oauth2/token", data=asked).json()["error"] in {"invalid_client", LATER}
        return time.perf_counter() - began

    # In turn, so that whatever else runs here falls upon both; the quickest ones tell what each really takes.
    pairs = [(took(script.client_id), took("somebody unknown")) for _ in range(150)]
    known, unknown = (sorted(times)[: len(times) // 2] for times in zip(*pairs, strict=True))
    assert 0.7 < sum(known) / sum(unknown) < 1.4
