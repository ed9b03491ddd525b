"""Applications that may make so many calls a minute only: told with each answer, and held to it."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import httpx2
import pytest
from sqlalchemy import func, select

from jeton.edge.metering import Meter
from jeton.families.applications.model import WithSecret
from jeton.kernel.applications import USUAL
from jeton.kernel.ids import ClientId
from jeton.kernel.metering import share_of
from jeton.kernel.ports import Work
from jeton.storage.sql.request_counts import SWEEP
from jeton.storage.sql.schema.requests import request_counts
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.sweep import sweep
from jeton.storage.work import SqlWork
from jeton.testing.tokens import client_application
from jeton.testing.world import World

TOKEN = "/oauth2/token"
PATH = "/api/folder/1"
ROWS: Final = Sql(select(func.count()).select_from(request_counts), int)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("metering") / "data") as world:
        yield world


@pytest.fixture(autouse=True)
def new_minute(world: World) -> None:
    world.pass_time(60)


def limited(world: World, limit: int) -> WithSecret:
    return world.application("files.read", metadata=USUAL._replace(requests_per_minute=limit))


def ask(world: World, made: WithSecret, **changed: Any) -> httpx2.Response:
    shown = {"client_id": made.application.client_id, "client_secret": made.client_secret}
    return world.send("POST", TOKEN, json={"grant_type": "client_credentials", **shown, **changed})


def test_each_answer_tells_what_is_left_and_beyond_it_is_429(world: World) -> None:
    made = limited(world, 10)
    got = ask(world, made)
    assert got.headers["ratelimit-policy"] == '"minute";q=10;w=60'
    assert got.headers["ratelimit"] == '"minute";r=9;t=60'
    token = got.json()["access_token"]
    world.pass_time(20)
    answers = [world.send("GET", PATH, token=token) for _ in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [429]
    assert [answer.headers["ratelimit"] for answer in answers[7:]] == [f'"minute";r={left};t=40' for left in (1, 0, 0)]
    refused = answers[-1]
    assert (refused.headers["retry-after"], refused.json()["code"]) == ("40", "too_many_calls")
    assert "10 calls a minute" in refused.json()["error"]
    at_the_door = ask(world, made)
    assert (at_the_door.status_code, at_the_door.json()["error"]) == (429, "temporarily_unavailable")
    assert at_the_door.headers["retry-after"] == "40"
    world.pass_time(40)
    assert world.send("GET", PATH, token=token).status_code == 200


def test_calls_that_are_refused_count_too_and_writes_and_uploads(world: World) -> None:
    token = ask(world, limited(world, 4)).json()["access_token"]
    assert world.send("GET", "/api/users", token=token).status_code == 403
    assert world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": "x"}).status_code == 403
    refused = world.send("POST", "/api/file/upload", token=token, files={"targetFile": ("a", b"b")})
    assert refused.status_code == 403
    assert world.send("GET", PATH, token=token).status_code == 429


def test_an_application_without_a_limit_is_told_nothing_and_counted_nowhere(world: World) -> None:
    world.write(_forget)
    token = world.token("files.read")
    assert not [name for name in world.send("GET", PATH, token=token).headers if name.startswith("ratelimit")]
    assert world.read(_rows) == 0


def _forget(work: Work) -> None:
    assert isinstance(work, SqlWork)
    work.session.run(SWEEP, before=1 << 40)


def test_who_only_names_a_public_application_spends_nothing_of_it(world: World) -> None:
    made = world.write(lambda work: client_application(work, is_public=True))
    limit(world, made, 2)
    for _ in range(4):
        answer = ask(world, made, client_secret=None, grant_type="refresh_token", refresh_token="x")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def limit(world: World, made: WithSecret, calls: int) -> None:
    def keep(work: Work) -> None:
        found = work.applications.find(made.application.client_id)
        assert found is not None
        work.applications.change(found._replace(metadata=found.metadata._replace(requests_per_minute=calls)))

    world.write(keep)


def test_a_limit_that_is_set_holds_from_the_next_call_on(world: World) -> None:
    made = world.application("files.read")
    token = ask(world, made).json()["access_token"]
    limit(world, made, 1)
    assert [world.send("GET", PATH, token=token).status_code for _ in range(2)] == [200, 429]
    limit(world, made, 3)
    assert [world.send("GET", PATH, token=token).status_code for _ in range(3)] == [200, 200, 429]


async def charged(meter: Meter, client: ClientId, limit: int, times: int) -> int:
    allowed = [await meter.charge(client, limit) for _ in range(times)]
    return sum(not allowance.is_over for allowance in allowed)


@pytest.mark.parametrize("limit", [1, 7, 80, 1000])
def test_processes_beside_each_other_never_allow_more_and_little_less(world: World, limit: int) -> None:
    client = world.application("files.read").application.client_id
    one, other = (Meter(world.running.works, world.clock) for _ in range(2))
    first = world.run(charged(other, client, limit, 1))  # and then it asks no more
    allowed = first + world.run(charged(one, client, limit, limit + 5))
    assert allowed <= limit
    assert allowed >= limit - share_of(limit) + 1


def test_calls_at_the_same_moment_share_what_was_fetched(world: World) -> None:
    client = world.application("files.read").application.client_id
    meter = Meter(world.running.works, world.clock)

    async def at_once() -> int:
        allowed = await asyncio.gather(*(meter.charge(client, 40) for _ in range(60)))
        return sum(not allowance.is_over for allowance in allowed)

    assert world.run(at_once()) == 40


def test_an_application_that_is_gone_has_nothing_left(world: World) -> None:
    assert world.run(charged(Meter(world.running.works, world.clock), ClientId("gone"), 5, 1)) == 0


def test_counts_of_minutes_that_are_over_are_swept(world: World) -> None:
    ask(world, limited(world, 5))
    world.pass_time(120)
    world.write(_swept)
    assert world.read(_rows) == 0


def _swept(work: Work) -> None:
    assert isinstance(work, SqlWork)
    sweep(work.session, work.now)


def _rows(work: Work) -> int:
    assert isinstance(work, SqlWork)
    return work.session.one(ROWS) or 0
