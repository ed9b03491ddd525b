"""Time as the product keeps it: integer microseconds since the epoch, UTC. Nobody else reads the system's clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z."""

Clock = Callable[[], Instant]

SECOND: Instant = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system_clock() -> Instant:
    """Now, by this machine."""
    return time.time_ns() // 1000


def to_datetime(instant: Instant) -> datetime:
    """The aware UTC datetime of an instant."""
    return _EPOCH + timedelta(microseconds=instant)


def to_instant(moment: datetime) -> Instant:
    """The instant of an aware datetime; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a date without an offset names no instant")
    return (moment - _EPOCH) // timedelta(microseconds=1)
