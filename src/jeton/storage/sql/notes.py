"""Facts observed on the way, until a batch writes them (decisions.md, "Facts observed on the way")."""

from collections import deque
from collections.abc import Callable
from typing import Final

from jeton.kernel.ports import Note, Work
from jeton.kit.clock import MINUTE, Clock

MOST_NOTES: Final = 2000
MOST_SUBJECTS: Final = 50_000


class Notes:
    """Facts that wait to be written: bounded, and at most one a minute for each subject that has one."""

    __slots__ = ("_clock", "_earlier", "_recent", "_since", "_waiting")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = 0
        self._recent: set[tuple[str, int]] = set()
        self._earlier: set[tuple[str, int]] = set()
        self._waiting: deque[Note] = deque()

    def add(self, note: Note) -> None:
        """Keep one for later, unless its subject was noted within the minute or there is no room."""
        now = self._clock()
        if not 0 <= now - self._since < MINUTE:  # two sets that take turns: no time to keep for each subject
            self._earlier = self._recent if 0 <= now - self._since < 2 * MINUTE else set()
            self._recent = set()
            self._since = now
        subject = note.subject
        if subject is None:
            if len(self._waiting) < MOST_NOTES:
                self._waiting.append(note)
            return
        if subject in self._recent or subject in self._earlier:
            return
        if len(self._recent) < MOST_SUBJECTS and len(self._waiting) < MOST_NOTES:
            self._recent.add(subject)
            self._waiting.append(note)

    def take(self, limit: int) -> list[Callable[[Work], None]]:
        """The oldest ones, to be written; called by the writer's thread."""
        waiting = self._waiting
        return [waiting.popleft().write for _ in range(min(limit, len(waiting)))] if waiting else []
