"""Guessing at the OAuth2 endpoints is slowed; who shows the right secret is never held back."""

from collections.abc import Iterator
from typing import Any, Final

import httpx2
import pytest
from sqlalchemy import func, select

from jeton.families.applications.model import WithSecret
from jeton.kernel.applications import USUAL
from jeton.kernel.guesses import address_key, application_key, client_address_key
from jeton.kernel.ports import Work
from jeton.oauth2.assertions import TYPE as ASSERTION
from jeton.storage.sql.schema.people import guesses
from jeton.storage.sql.statement import Sql
from jeton.storage.work import SqlWork
from jeton.testing.client_keys import Keys
from jeton.testing.tokens import client_application
from jeton.testing.world import PUBLIC_URL, World

TOKEN = "/oauth2/token"
HERE, THERE = "198.51.100.7", "203.0.113.9"
TOLD_TO_WAIT = 429
MISSES: Final = Sql(select(func.sum(guesses.c.misses)), lambda total: total or 0)


@pytest.fixture
def world(tmp_path: Any) -> Iterator[World]:
    with World(tmp_path / "data") as world:
        yield world


@pytest.fixture
def app(world: World) -> WithSecret:
    return world.application("files.read", name="Night robot")


def post(world: World, path: str, address: str = HERE, **options: Any) -> httpx2.Response:
    """A request from an address."""
    transport = httpx2.ASGITransport(app=world.running.app, client=(address, 4711))

    async def sent() -> httpx2.Response:
        async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http:
            return await http.post(path, **options)

    return world.run(sent())


def good(app: WithSecret, **changes: str) -> dict[str, str]:
    shown = {"client_id": app.application.client_id, "client_secret": app.client_secret or ""}
    return {"grant_type": "client_credentials", **shown, **changes}


def guess(world: World, path: str, times: int, address: str = HERE, **options: Any) -> list[int]:
    """Statuses of guesses, each counted before the next."""
    statuses = []
    for _ in range(times):
        before = misses(world)
        statuses.append(post(world, path, address, **options).status_code)
        if statuses[-1] != TOLD_TO_WAIT:
            world.write(lambda _: None)  # the next batch takes along what was noted
            assert was_counted(world, before)
    return statuses


def was_counted(world: World, before: int) -> bool:
    """Whether a miss more than `before` comes to be counted."""
    return world.until(lambda: misses(world) > before)


def misses(world: World) -> int:
    """All that were counted."""

    def look(work: Work) -> int:
        assert isinstance(work, SqlWork)
        return work.session.one(MISSES) or 0

    return world.read(look)


def seed(world: World, key: str, count: int) -> None:
    """Misses from earlier."""

    def miss(work: Work) -> None:
        for _ in range(count):
            work.guesses.missed([key], work.now)

    world.write(miss)


@pytest.mark.parametrize(
    "path", [TOKEN, "/oauth2/revoke", "/oauth2/introspect", "/oauth2/par", "/oauth2/device_authorization"]
)
def test_ca_09_rv_05_guessing_a_secret_is_slowed_at_every_endpoint(world: World, app: WithSecret, path: str) -> None:
    wrong = good(app, client_secret="jt_cs_guessed", token="x")
    seed(world, application_key(app.application.client_id), 8)
    assert guess(world, path, 2, data=wrong) == [401, 401]
    refused = post(world, path, data=wrong)
    assert (refused.status_code, refused.json()["error"]) == (TOLD_TO_WAIT, "temporarily_unavailable")
    assert refused.headers["retry-after"] == "1"
    assert "no-store" in refused.headers["cache-control"]
    world.pass_time(1)
    assert guess(world, path, 2, data=wrong) == [401, TOLD_TO_WAIT]


def test_ca_09_the_right_secret_works_meanwhile_from_every_address(world: World, app: WithSecret) -> None:
    wrong = good(app, client_secret="jt_cs_guessed")
    assert guess(world, TOKEN, 12, data=wrong) == [401] * 10 + [TOLD_TO_WAIT] * 2
    for address in (THERE, HERE):
        assert post(world, TOKEN, address, data=good(app)).status_code == 200
    assert post(world, TOKEN, THERE, data=wrong).status_code == TOLD_TO_WAIT


def test_ca_09_an_address_that_tries_many_applications_is_slowed_and_no_other(world: World) -> None:
    seed(world, client_address_key(HERE), 99)
    assert [guess(world, TOKEN, 1, data=named(f"guess {number}"))[0] for number in range(2)] == [401, TOLD_TO_WAIT]
    assert guess(world, TOKEN, 1, THERE, data=named("guess 3")) == [401]
    assert world.read(lambda work: work.guesses.wait_s([address_key(HERE)], work.now)) == 0  # people sign in


def named(client_id: str) -> dict[str, str]:
    return {"client_id": client_id, "client_secret": "jt_cs_guessed", "grant_type": "client_credentials"}


def test_an_unknown_application_and_a_known_one_are_slowed_alike(world: World, app: WithSecret) -> None:
    for client_id in (app.application.client_id, "nobody"):
        seed(world, application_key(client_id), 9)
        assert guess(world, TOKEN, 2, data=named(client_id)) == [401, TOLD_TO_WAIT]


def test_rv_05_who_shows_nothing_is_slowed_by_address(world: World) -> None:
    seed(world, client_address_key(HERE), 99)
    assert guess(world, "/oauth2/introspect", 2, data={"token": "x"}) == [401, TOLD_TO_WAIT]


def test_guessed_assertions_are_slowed_and_the_right_one_holds(world: World) -> None:
    keys, stranger = Keys(), Keys()
    made = world.application("files.read", metadata=USUAL._replace(jwks=keys.jwks))
    client_id = made.application.client_id
    seed(world, application_key(client_id), 9)

    def by(whose: Keys) -> dict[str, str]:
        assertion = whose.assertion(client_id, PUBLIC_URL, world.now)
        return {"client_assertion_type": ASSERTION, "client_assertion": assertion, "token": "x"}

    assert guess(world, "/oauth2/introspect", 2, data=by(stranger)) == [401, TOLD_TO_WAIT]
    assert post(world, "/oauth2/introspect", data=by(keys)).json() == {"active": False}


def test_guessed_tokens_of_a_public_application_are_slowed_by_address(world: World) -> None:
    made = world.write(lambda work: client_application(work, is_public=True))
    form = {"client_id": made.application.client_id, "grant_type": "refresh_token", "refresh_token": "jt_rt_guess"}
    seed(world, client_address_key(HERE), 99)
    assert guess(world, TOKEN, 2, data=form) == [400, TOLD_TO_WAIT]
    assert guess(world, TOKEN, 1, THERE, data=form) == [400]


def test_an_application_that_proves_itself_hears_of_every_refresh_token_that_is_over(world: World) -> None:
    made = world.write(client_application)
    form = good(made, grant_type="refresh_token", refresh_token="jt_rt_over")
    seed(world, client_address_key(HERE), 120)
    seed(world, application_key(made.application.client_id), 20)
    assert {post(world, TOKEN, data=form).status_code for _ in range(3)} == {400}
