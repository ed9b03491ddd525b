"""How much a job does in one turn of the writer: as much as keeps the turn short, from its BEGIN to the end of COMMIT.

On SQLite nobody else writes meanwhile. On PostgreSQL a turn holds only rows that are over, for which nobody waits; it
is kept as short there all the same, since it shares the disk.
"""

from collections.abc import Callable
from typing import Final

AIM_S: Final = 0.020
"""What a whole turn may take. A batch that takes longer is cut to half of it, and grows below a quarter: what the disk
and other processes add to a turn now and then has to fit in as well."""

SMALLEST_BATCH: Final = 20
"""The first batch, after a start, as well: how fast the machine is must be learnt."""

LARGEST_BATCH: Final = 500

Learn = Callable[[float], bool]
"""Is told how many seconds a turn took, its commit too; says whether there may be more to do at once."""


def has_more(told: object, took_s: float) -> bool:
    """Whether a job that gave `told`, in a turn of so many seconds, has more to do."""
    return bool(told(took_s) if callable(told) else told)


class Batches:
    """How many rows are taken in one turn: as many as take some half of `AIM_S`."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        self.size = SMALLEST_BATCH

    def run(self, take: Callable[[int], int]) -> Learn:
        """Take one batch; the rest is told once its turn is over."""
        size = self.size
        taken = take(size)

        def learn(took_s: float) -> bool:
            if took_s > AIM_S:
                self.size = max(SMALLEST_BATCH, int(size * AIM_S / 2 / took_s))
            elif taken >= size and took_s < AIM_S / 4:
                self.size = min(LARGEST_BATCH, size * 2)
            return taken >= size

        return learn
