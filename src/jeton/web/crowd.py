"""How many requests are in hand, in all and of each address: beyond the bounds nobody is let in.

A request is in hand from its head to its answer's end. So slow bodies and slow readers count, and those of one address
never take every place. Source: security.md R26; decision 0028.
"""

from typing import Final, NamedTuple

import msgspec

from jeton.kernel.guesses import address_key
from jeton.web.answers import JSON, NO_STORE, Answer, AsgiApp, Receive, Scope, Send, send_answer
from jeton.web.origins import Origins
from jeton.web.requests import Headers

MOST_AT_ONCE: Final = 1000
MOST_OF_AN_ADDRESS: Final = 400
"""Of an IPv4 address, or of the 64 leading bits of an IPv6 one."""
RETRY_S: Final = 1
_encode: Final = msgspec.json.Encoder().encode


class _Refusal(NamedTuple):
    """What is told, in the words of each door."""

    status: int
    code: str
    sentence: str

    def answer(self, path: str) -> Answer:
        """A short answer; the connection is closed, since its body was not read."""
        told = {"error": self.sentence, "code": self.code, "status": self.status}
        if path.startswith("/oauth2/"):
            told = {"error": "temporarily_unavailable", "error_description": self.sentence}
        close = ((b"retry-after", b"%d" % RETRY_S), (b"connection", b"close"))
        return Answer(self.status, (JSON, *NO_STORE, *close), _encode(told))


_FULL: Final = _Refusal(503, "busy", "The platform is busy. Please try again in a moment.")
_TOO_MANY: Final = _Refusal(429, "too_many_at_once", "Too many requests at once from this address. Try again.")


class Crowd:
    """An application, for so many at once."""

    __slots__ = ("_app", "_exempt", "_in_hand", "_most", "_most_of_an_address", "_of", "_origins")

    def __init__(
        self,
        app: AsgiApp,
        origins: Origins,
        *,
        exempt: frozenset[str],
        most: int = MOST_AT_ONCE,
        most_of_an_address: int = MOST_OF_AN_ADDRESS,
    ) -> None:
        """`exempt` are paths that are always answered: who asks there is a load balancer that wants to know."""
        self._app = app
        self._origins = origins
        self._exempt = exempt
        self._most = most
        self._most_of_an_address = most_of_an_address
        self._in_hand = 0
        self._of: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        place = self._place(scope)
        count = self._of.get(place, 0)
        is_full = self._in_hand >= self._most
        if (is_full or count >= self._most_of_an_address) and scope["path"] not in self._exempt:
            refusal = _FULL if is_full else _TOO_MANY
            await send_answer(refusal.answer(scope["path"]), send, bodiless=scope["method"] == "HEAD")
            return
        self._in_hand += 1
        self._of[place] = count + 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_hand -= 1
            left = self._of[place] - 1
            if left:
                self._of[place] = left
            else:
                del self._of[place]

    def _place(self, scope: Scope) -> str:
        address = self._origins.direct(scope)
        if address is None:
            address = self._origins.address(scope, Headers(scope["headers"]))
        return address if ":" not in address else address_key(address)
