"""Calls that an application may make a minute, charged one by one: this process spends its shares, and fetches more.

What one without a limit pays is a comparison. Source: draft-ietf-httpapi-ratelimit-headers-10; decision 0023.
"""

from asyncio import Future, ensure_future, shield
from dataclasses import dataclass

from jeton.kernel.ids import ClientId
from jeton.kernel.metering import WINDOW_S, Allowance, Share, minute_of, resets_in_s
from jeton.kernel.ports import Works
from jeton.kit.clock import Clock
from jeton.web.answers import Header


@dataclass(slots=True)
class _Held:
    """What this process holds of an application's minute, and what was left for all when it last asked."""

    limit: int
    held: int = 0
    unshared: int = 1
    fetching: Future[Share] | None = None


class Meter:
    """Charges calls. On the event loop only."""

    __slots__ = ("_clock", "_held", "_minute", "_works")

    def __init__(self, works: Works, clock: Clock) -> None:
        self._works = works
        self._clock = clock
        self._minute = 0
        self._held: dict[ClientId, _Held] = {}

    async def charge(self, client: ClientId, limit: int) -> Allowance:
        """One call of an application that may make `limit` a minute. Raises Busy: what cannot be counted is refused."""
        now = self._clock()
        minute = minute_of(now)
        if minute != self._minute:
            self._minute = minute
            self._held = {}
        held = self._held.get(client)
        if held is None or held.limit != limit:
            held = self._held[client] = _Held(limit)
        while not held.held and held.unshared:
            await self._fetch(client, minute, held)
        if not held.held:
            return Allowance(limit, 0, resets_in_s(now), is_over=True)
        held.held -= 1
        return Allowance(limit, held.held + held.unshared, resets_in_s(now))

    async def _fetch(self, client: ClientId, minute: int, held: _Held) -> None:
        """Take a share; whoever waits meanwhile waits for the same one."""
        if held.fetching is not None:
            await shield(held.fetching)
            return
        limit = held.limit
        held.fetching = ensure_future(self._works.write(lambda work: work.request_counts.take(client, minute, limit)))
        try:
            share = await shield(held.fetching)
        finally:
            held.fetching = None
        held.held += share.taken
        held.unshared = share.left if share.taken else 0


def limit_headers(allowance: Allowance | None) -> tuple[Header, ...]:
    """What the answer tells of it; nothing where there is no limit."""
    if allowance is None:
        return ()
    policy = f'"minute";q={allowance.limit};w={WINDOW_S}'
    stands = f'"minute";r={allowance.left};t={allowance.resets_in_s}'
    return ((b"ratelimit-policy", policy.encode()), (b"ratelimit", stands.encode()))
