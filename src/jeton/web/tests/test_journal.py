"""The log of requests: whole lines, each naming its process, in pieces that a shared pipe keeps together."""

import asyncio
import json
import os
import select

from jeton.kit.clock import system_clock
from jeton.web.journal import Journal


class Pipe:
    """What was written at once, each time."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def write(self, text: str) -> int:
        self.pieces.append(text)
        return len(text)

    def flush(self) -> None:
        pass


def test_lines_are_written_whole_and_no_more_at_once_than_a_pipe_keeps_together() -> None:
    pipe = Pipe()

    async def log() -> None:
        journal = Journal(system_clock, pipe)  # type: ignore[arg-type]  # all that it uses
        for number in range(500):
            journal.event("tried", f"{number} {'x' * (number % 200)}")
        journal.event("long", "y" * 2 * select.PIPE_BUF)
        journal.event("last")
        journal.flush()

    asyncio.run(log())
    told = [json.loads(line) for piece in pipe.pieces for line in piece.splitlines()]
    assert [line["detail"].split()[0] for line in told[:500]] == [str(number) for number in range(500)]
    assert {line["pid"] for line in told} == {os.getpid()}
    assert all(piece.endswith("\n") for piece in pipe.pieces)
    large = [piece for piece in pipe.pieces if len(piece) > select.PIPE_BUF]
    assert [len(piece.splitlines()) for piece in large] == [1]
    assert 20 < len(pipe.pieces) < 60
