"""What every `kernel.ports.Works` does. Fixture: `open_works`, which opens works on an empty platform."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from jeton.kernel.ports import Work, Works
from jeton.kernel.problems import Busy, Conflict
from jeton.kit.clock import MINUTE, SECOND, Clock, Instant
from jeton.testing.contracts.values import NOW

OpenWorks = Callable[[Clock], Works]
"""Opens works on a migrated, empty database; whoever provides it closes them."""


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now: Instant = NOW

    def __call__(self) -> Instant:
        return self.now


class Seen(NamedTuple):
    """A fact to be noted: how often it was written is kept under its name."""

    name: str
    number: int = 0

    @property
    def subject(self) -> tuple[str, int]:
        return (self.name, self.number)

    def write(self, work: Work) -> None:
        if self.name == "bug":
            raise ZeroDivisionError
        work.platform.keep(self.name, str(int(work.platform.value(self.name) or 0) + 1))


def keep(name: str, value: str, *, then: Exception | None = None) -> Callable[[Work], str]:
    def use(work: Work) -> str:
        work.platform.keep(name, value)
        if then is not None:
            raise then
        return value

    return use


def value_of(name: str) -> Callable[[Work], str | None]:
    return lambda work: work.platform.value(name)


async def until(ask: Callable[[], Awaitable[object]], expected: object) -> None:
    for _ in range(500):
        if await ask() == expected:
            return
        await asyncio.sleep(0.01)
    assert await ask() == expected


class WorksContract:
    """Held by each engine's works; `open_works` is a fixture of the engine's own tests."""

    @pytest.fixture
    def clock(self) -> HandClock:
        return HandClock()

    @pytest.fixture
    def works(self, open_works: OpenWorks, clock: HandClock) -> Works:
        return open_works(clock)

    def test_what_is_answered_is_kept(self, works: Works) -> None:
        async def scenario() -> None:
            assert await works.write(keep("name", "Sign")) == "Sign"
            assert await works.read(value_of("name")) == "Sign"
            assert await works.read(value_of("name"), long=True) == "Sign"

        asyncio.run(scenario())

    def test_a_work_sees_what_it_wrote_itself(self, works: Works) -> None:
        def use(work: Work) -> str | None:
            work.platform.keep("name", "Sign")
            return work.platform.value("name")

        async def scenario() -> None:
            assert await works.write(use) == "Sign"

        asyncio.run(scenario())

    def test_a_work_knows_the_time_it_began(self, works: Works, clock: HandClock) -> None:
        async def scenario() -> None:
            assert await works.read(lambda work: work.now) == NOW
            clock.now += SECOND
            assert await works.write(lambda work: work.now) == NOW + SECOND

        asyncio.run(scenario())

    def test_a_problem_undoes_its_own_work_and_no_other(self, works: Works) -> None:
        refusal = Conflict()

        async def scenario() -> None:
            answers = await asyncio.gather(
                works.write(keep("a", "1")),
                works.write(keep("b", "2", then=refusal)),
                works.write(keep("c", "3")),
                works.write(keep("d", "4", then=ZeroDivisionError())),
                return_exceptions=True,
            )
            assert list(answers[:3]) == ["1", refusal, "3"]
            assert isinstance(answers[3], ZeroDivisionError)
            assert [await works.read(value_of(name)) for name in "abcd"] == ["1", None, "3", None]

        asyncio.run(scenario())

    def test_a_problem_in_a_read_reaches_who_asked_and_reading_goes_on(self, works: Works) -> None:
        def refuse(_: Work) -> None:
            raise Conflict

        async def scenario() -> None:
            for is_long in (False, True):
                with pytest.raises(Conflict):
                    await works.read(refuse, long=is_long)
                assert await works.read(value_of("name"), long=is_long) is None

        asyncio.run(scenario())

    def test_a_read_cannot_write(self, works: Works) -> None:
        async def scenario() -> None:
            for is_long in (False, True):
                with pytest.raises(Exception):  # noqa: B017, PT011 - a bug of ours: each engine says it its way
                    await works.read(keep("name", "Sign"), long=is_long)
            assert await works.read(value_of("name")) is None

        asyncio.run(scenario())

    def test_many_at_once_are_all_kept(self, works: Works) -> None:
        async def scenario() -> None:
            names = [str(number) for number in range(300)]
            assert await asyncio.gather(*(works.write(keep(name, name)) for name in names)) == names
            assert [await works.read(value_of(name)) for name in names] == names

        asyncio.run(scenario())

    def test_writes_that_build_on_what_is_there_do_not_lose_one_another(self, works: Works) -> None:
        async def scenario() -> None:
            await asyncio.gather(*(works.write(Seen("count").write) for _ in range(100)))
            assert await works.read(value_of("count")) == "100"

        asyncio.run(scenario())

    def test_a_refusal_that_is_returned_keeps_what_was_done(self, works: Works) -> None:
        refusal = Conflict()

        def refuse(work: Work) -> Conflict:
            work.platform.keep("name", "Sign")
            return refusal

        async def scenario() -> None:
            assert await works.write(refuse) is refusal
            assert await works.read(value_of("name")) == "Sign"

        asyncio.run(scenario())

    def test_writes_are_done_in_the_order_in_which_they_came(self, works: Works) -> None:
        def add(letter: str) -> Callable[[Work], None]:
            return lambda work: work.platform.keep("word", (work.platform.value("word") or "") + letter)

        async def scenario() -> None:
            letters = "abcdefghijklmnopqrstuvwxyz" * 10
            await asyncio.gather(*(works.write(add(letter)) for letter in letters))
            assert await works.read(value_of("word")) == letters

        asyncio.run(scenario())

    def test_what_is_read_meanwhile_is_what_was_kept_before(self, works: Works) -> None:
        has_begun, may_end = threading.Event(), threading.Event()

        def change(work: Work) -> None:
            work.platform.keep("name", "after")
            has_begun.set()
            may_end.wait(10)

        async def scenario() -> None:
            await works.write(keep("name", "before"))
            changing = asyncio.ensure_future(works.write(change))
            await asyncio.to_thread(has_begun.wait, 10)
            assert await works.read(value_of("name")) == "before"
            may_end.set()
            await changing
            assert await works.read(value_of("name")) == "after"

        asyncio.run(scenario())

    def test_too_many_that_wait_are_told_to_come_back(self, works: Works) -> None:
        may_end = threading.Event()

        async def scenario() -> None:
            holding = asyncio.ensure_future(works.write(lambda _: may_end.wait(10)))
            asking = [asyncio.ensure_future(works.write(keep("name", "Sign"))) for _ in range(2000)]
            await asyncio.sleep(0)
            may_end.set()
            await holding
            answers = await asyncio.gather(*asking, return_exceptions=True)
            refused = [answer for answer in answers if isinstance(answer, Busy)]
            assert refused
            assert answers.count("Sign") + len(refused) == 2000
            assert {answer.retry_after_s for answer in refused} == {1}
            assert await works.write(keep("name", "again")) == "again"

        asyncio.run(scenario())

    def test_a_long_read_sees_one_moment(self, works: Works) -> None:
        has_begun, may_end = threading.Event(), threading.Event()

        def look_twice(work: Work) -> tuple[str | None, str | None]:
            first = work.platform.value("name")
            has_begun.set()
            may_end.wait(10)
            return first, work.platform.value("name")

        async def scenario() -> None:
            await works.write(keep("name", "before"))
            looking = asyncio.ensure_future(works.read(look_twice, long=True))
            await asyncio.to_thread(has_begun.wait, 10)
            await works.write(keep("name", "after"))
            may_end.set()
            assert await looking == ("before", "before")
            assert await works.read(value_of("name"), long=True) == "after"

        asyncio.run(scenario())

    def test_whoever_stops_waiting_holds_up_nobody(self, works: Works) -> None:
        async def scenario() -> None:
            leaving = asyncio.ensure_future(works.write(keep("a", "1")))
            staying = asyncio.ensure_future(works.write(keep("b", "2")))
            await asyncio.sleep(0)
            leaving.cancel()
            assert await staying == "2"
            assert await works.read(value_of("b")) == "2"

        asyncio.run(scenario())

    def test_a_fact_is_written_some_time_and_once_a_minute_at_most(self, works: Works, clock: HandClock) -> None:
        async def scenario() -> None:
            for _ in range(5):
                works.note(Seen("seen"))
            works.note(Seen("other"))
            await works.write(keep("name", "Sign"))
            await until(lambda: works.read(value_of("other")), "1")
            clock.now += MINUTE - 1
            works.note(Seen("seen"))
            works.note(Seen("last"))
            await works.write(keep("name", "Sign"))
            await until(lambda: works.read(value_of("last")), "1")
            assert await works.read(value_of("seen")) == "1"
            clock.now += MINUTE + 1
            works.note(Seen("seen"))
            await works.write(keep("name", "Sign"))
            await until(lambda: works.read(value_of("seen")), "2")

        asyncio.run(scenario())

    def test_a_fact_that_cannot_be_written_harms_nobody(self, works: Works) -> None:
        async def scenario() -> None:
            works.note(Seen("bug"))
            works.note(Seen("seen"))
            assert await works.write(keep("name", "Sign")) == "Sign"
            await until(lambda: works.read(value_of("seen")), "1")

        asyncio.run(scenario())
