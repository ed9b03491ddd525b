"""So many requests at once, and no more; those of one address never take every place."""

import asyncio
from typing import Any

import pytest

from jeton.web.answers import Answer, Receive, Scope, Send, send_answer
from jeton.web.crowd import Crowd
from jeton.web.origins import Origins

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Door:
    """An application that answers when it is told to."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.may_answer.wait()
        if scope["path"] == "/broken":
            raise ZeroDivisionError
        await send_answer(Answer(200), send)


async def nothing() -> Any:
    """A body that nobody reads."""


async def ask(crowd: Crowd, address: str, path: str = "/api/account", **headers: str) -> dict[str, Any]:
    """One request; the head of its answer, and its body."""
    told: dict[str, Any] = {}

    async def send(message: Any) -> None:
        told.update(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"path": path, "method": "POST", "client": (address, 1), "headers": pairs}
    await crowd(scope, nothing, send)
    return told


def begun(crowd: Crowd, *addresses: str) -> "list[asyncio.Task[dict[str, Any]]]":
    return [asyncio.create_task(ask(crowd, address)) for address in addresses]


def test_beyond_all_places_it_is_503_and_health_is_still_told() -> None:
    async def play() -> None:
        door = Door()
        crowd = Crowd(door, Origins(frozenset()), exempt=frozenset({"/readyz"}), most=3, most_of_an_address=9)
        held = begun(crowd, HERE, HERE, THERE)
        await asyncio.sleep(0)
        refused = await ask(crowd, THERE)
        assert (refused["status"], dict(refused["headers"])[b"retry-after"]) == (503, b"1")
        assert b'"code":"busy"' in refused["body"]
        health = asyncio.create_task(ask(crowd, THERE, "/readyz"))
        door.may_answer.set()
        assert [answer["status"] for answer in await asyncio.gather(*held, health)] == [200] * 4
        assert (await ask(crowd, THERE))["status"] == 200

    asyncio.run(play())


def test_one_address_does_not_take_every_place() -> None:
    async def play() -> None:
        door = Door()
        crowd = Crowd(door, Origins(frozenset()), exempt=frozenset(), most=9, most_of_an_address=2)
        held = begun(crowd, HERE, HERE)
        await asyncio.sleep(0)
        refused = await ask(crowd, HERE, "/oauth2/token")
        assert refused["status"] == 429
        assert b'"error":"temporarily_unavailable"' in refused["body"]
        other = begun(crowd, THERE)
        door.may_answer.set()
        assert [answer["status"] for answer in await asyncio.gather(*held, *other)] == [200] * 3

    asyncio.run(play())


def test_a_household_of_ipv6_is_one_place_and_clients_behind_a_trusted_proxy_are_told_apart() -> None:
    async def play() -> None:
        door = Door()
        origins = Origins(frozenset({"192.0.2.9"}))
        crowd = Crowd(door, origins, exempt=frozenset(), most=99, most_of_an_address=1)
        held = begun(crowd, "2001:db8::1")
        held.append(asyncio.create_task(ask(crowd, "192.0.2.9", x_forwarded_for=HERE)))
        await asyncio.sleep(0)
        assert (await ask(crowd, "2001:db8::2"))["status"] == 429
        assert (await ask(crowd, "192.0.2.9", x_forwarded_for=HERE))["status"] == 429
        held.append(asyncio.create_task(ask(crowd, "192.0.2.9", x_forwarded_for=THERE)))
        door.may_answer.set()
        assert [answer["status"] for answer in await asyncio.gather(*held)] == [200] * 3

    asyncio.run(play())


def test_a_place_is_given_back_whatever_happens() -> None:
    async def play() -> None:
        door = Door()
        door.may_answer.set()
        crowd = Crowd(door, Origins(frozenset()), exempt=frozenset(), most=1, most_of_an_address=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await ask(crowd, HERE, "/broken")
        assert (await ask(crowd, HERE))["status"] == 200

    asyncio.run(play())
