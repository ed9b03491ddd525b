"""AC: authorization codes. One is worth something once, soon, to whom it was given, by whoever asked for it."""

from urllib.parse import parse_qs, urlencode

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.tokens import CHALLENGE, VERIFIER
from jeton.testing.world import PUBLIC_URL, World
from tests.attacks.cast import (
    App,
    allow,
    ask,
    change,
    code_for,
    exchange,
    is_live,
    is_told_on_a_page,
    post,
    refresh,
    refused,
    register,
    told,
)

PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@pytest.mark.parametrize("verifier", ["w" * 43, VERIFIER[:42], VERIFIER * 3, "", None, VERIFIER + "=", "é" * 43])
@pytest.mark.parametrize("kind", ["web", "spa"])
def test_ac_01_a_wrong_verifier_gets_nothing_and_spends_the_code(
    request: pytest.FixtureRequest, world: World, alice: Visitor, kind: str, verifier: str | None
) -> None:
    app: App = request.getfixturevalue(kind)
    code = code_for(alice, app, **PKCE)
    assert refused(exchange(world, app, code, code_verifier=verifier), "invalid_grant")
    assert refused(exchange(world, app, code, code_verifier=VERIFIER), "invalid_grant")


@pytest.mark.parametrize(
    "asked",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": CHALLENGE, "code_challenge_method": None},
        {"code_challenge": CHALLENGE, "code_challenge_method": "s256"},
        {"code_challenge": CHALLENGE[:42], "code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE + "=", "code_challenge_method": "S256"},
        {"code_challenge": None, "code_challenge_method": "S256"},
    ],
)
def test_ac_02_a_public_application_must_send_a_challenge_by_s256(
    alice: Visitor, spa: App, asked: dict[str, str | None]
) -> None:
    answer = told(ask(alice, spa, **asked))
    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_request", "a state", PUBLIC_URL)


def test_ac_02_a_confidential_one_must_where_its_switch_says_so_and_never_by_plain(
    world: World, alice: Visitor, web: App
) -> None:
    assert told(ask(alice, web, code_challenge=VERIFIER, code_challenge_method="plain"))["error"] == "invalid_request"
    assert exchange(world, web, code_for(alice, web)).status_code == 200  # D6: the switch is off
    strict = register(world)
    change(world, strict, metadata={"needs_pkce": True})
    assert told(ask(alice, strict))["error"] == "invalid_request"
    assert exchange(world, strict, code_for(alice, strict, **PKCE), code_verifier=VERIFIER).status_code == 200


def test_ac_03_a_verifier_where_the_challenge_was_taken_out_is_refused(world: World, alice: Visitor, web: App) -> None:
    code = code_for(alice, web)
    assert refused(exchange(world, web, code, code_verifier=VERIFIER), "invalid_grant")
    assert refused(exchange(world, web, code), "invalid_grant")


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (59, 200), (60, 400), (61, 400), (86_400 * 2, 400)])
def test_ac_05_a_code_is_over_after_a_minute_to_the_second(
    world: World, alice: Visitor, web: App, seconds: int, status: int
) -> None:
    code = code_for(alice, web)
    world.pass_time(seconds)
    answer = exchange(world, web, code)
    assert answer.status_code == status
    assert status == 200 or refused(answer, "invalid_grant")


def test_ac_06_another_application_with_its_own_good_proof_gets_nothing_and_is_noted(
    world: World, alice: Visitor, web: App, evil: App
) -> None:
    code = code_for(alice, web)
    noted = world.audit().count("token.reused")
    for callback in (evil.callback, web.callback, None):
        assert refused(exchange(world, evil, code, redirect_uri=callback), "invalid_grant")
    assert refused(exchange(world, web, code), "invalid_grant")
    assert world.audit().count("token.reused") > noted


def test_ac_06_a_code_that_another_application_shows_afterwards_ends_what_it_gave(
    world: World, alice: Visitor, web: App, evil: App
) -> None:
    code = code_for(alice, web)
    tokens = exchange(world, web, code).json()
    assert is_live(world, tokens["access_token"])
    assert refused(exchange(world, evil, code), "invalid_grant")
    assert not is_live(world, tokens["access_token"])
    assert refused(refresh(world, web, tokens["refresh_token"]), "invalid_grant")


def test_ac_07_another_callback_of_the_same_application_is_not_the_one(world: World, alice: Visitor) -> None:
    two = register(world, "https://app.example/cb", "https://app.example/other")
    for callback in ("https://app.example/other", "https://app.example/cb/", None, ""):
        code = code_for(alice, two)
        assert refused(exchange(world, two, code, redirect_uri=callback), "invalid_grant")
        assert refused(exchange(world, two, code), "invalid_grant")


def test_ac_08_a_stolen_code_fits_in_nobody_else_s_login(world: World, alice: Visitor, web: App) -> None:
    stolen = code_for(alice, web, **PKCE)
    world.person("mallory")
    mallory = Visitor(world)
    mallory.log_in("mallory", "mallory has a long password")
    own = "mallory-" + "m" * 40
    ask(mallory, web, code_challenge="x" * 43, code_challenge_method="S256")
    assert "code" in allow(mallory)
    assert refused(exchange(world, web, stolen, code_verifier=own), "invalid_grant")
    mallory.close()


def test_ac_09_who_is_disabled_between_consent_and_exchange_gives_nothing(world: World, web: App) -> None:
    dave = world.person("dave")
    visitor = Visitor(world)
    visitor.log_in("dave", "dave has a long password")
    code = code_for(visitor, web)
    chief = world.token()
    world.send("PUT", f"/api/user/{dave.id}", token=chief, json={"active": False})
    assert refused(exchange(world, web, code), "invalid_grant")
    world.send("PUT", f"/api/user/{dave.id}", token=chief, json={"active": True})
    assert refused(exchange(world, web, code), "invalid_grant")
    visitor.close()


def test_ac_10_an_application_that_is_gone_between_consent_and_exchange_gets_nothing(
    world: World, alice: Visitor
) -> None:
    app = register(world)
    codes = [code_for(alice, app) for _ in range(2)]
    change(world, app, is_suspended=True)
    # decisions.md: the right secret of a suspended application is told so, any other is told nothing
    assert refused(exchange(world, app, codes[0]), "unauthorized_client")
    assert refused(exchange(world, app, codes[0], client_secret="wrong"), "invalid_client", 401)
    assert world.send("DELETE", f"/api/oauth2/app/{app.client_id}", token=world.token()).status_code == 204
    assert refused(exchange(world, app, codes[1]), "invalid_client", 401)


def test_ac_12_a_form_that_was_changed_gives_no_more_than_its_application_may_ask(
    world: World, alice: Visitor, web: App
) -> None:
    ask(alice, web, scope="account.read", prompt="consent")
    good = alice.hidden()
    for name, value in (
        ("scope", "all users.readwrite"),
        ("client_id", "nobody"),
        ("redirect_uri", "https://evil.test"),
    ):
        parts = {key: values[0] for key, values in parse_qs(good["request"]).items()} | {name: value}
        answer = alice.post("/oauth2/authorize", {**good, "request": urlencode(parts), "decision": "allow"})
        assert "code=" not in answer.text
    page = alice.post("/oauth2/authorize", {**good, "request": "", "decision": "allow"})
    assert is_told_on_a_page(page)


def test_ac_12_a_form_that_was_shown_to_one_person_is_not_answered_by_another(
    world: World, alice: Visitor, web: App
) -> None:
    ask(alice, web, scope="account.read accountsec.read", prompt="consent")
    shown = alice.hidden()
    other = Visitor(world)
    other.log_in()
    ask(other, web)
    assert other.post("/oauth2/authorize", {**shown, "decision": "allow"}).status_code == 403
    other.close()


def test_a_proof_is_asked_again_for_each_try_and_no_try_is_free(world: World, alice: Visitor, web: App) -> None:
    code = code_for(alice, web)
    assert refused(exchange(world, web, code, client_secret="wrong"), "invalid_client", 401)
    assert exchange(world, web, code).status_code == 200  # who proves nothing spends nothing
    assert refused(post(world, web, grant_type="authorization_code"), "invalid_request")
