"""A body that stops coming is cut; one that comes slowly, but comes, is read to its end."""

import asyncio

import pytest

from jeton.web import requests
from jeton.web.answers import Message
from jeton.web.requests import BodyCutShort, Headers, Inbox, read_body


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "LONGEST_SILENCE_S", 0.2)


def body(*chunks: tuple[float, bytes]) -> Inbox:
    """A body whose chunks come after so many seconds each."""
    left = list(chunks)

    async def receive() -> Message:
        after_s, chunk = left.pop(0) if left else (60, b"")
        await asyncio.sleep(after_s)
        return {"type": "http.request", "body": chunk, "more_body": bool(left)}

    return Inbox(receive)


def read(inbox: Inbox) -> bytes:
    return asyncio.run(read_body(Headers([]), inbox))


def test_wp_09_a_body_that_stops_coming_is_cut() -> None:
    with pytest.raises(BodyCutShort):
        read(body((0, b"a"), (30, b"b")))


def test_wp_09_a_body_of_one_byte_now_and_then_is_cut() -> None:
    inbox = body(*[(0.05, b"a")] * 60)
    with pytest.raises(BodyCutShort):
        read(inbox)
    assert inbox.is_over


def test_wp_09_a_slow_body_that_lives_is_read_to_its_end() -> None:
    chunks = [(0.03, b"a" * 3000)] * 12
    assert read(body(*chunks)) == b"a" * 36_000


def test_a_short_body_may_take_its_time() -> None:
    assert read(body((0.05, b"a"), (0.05, b"b"))) == b"ab"
