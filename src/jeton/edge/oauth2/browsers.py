"""Browser-based applications at the token endpoint: which origins may read its answers.

Those of the callbacks of public applications, and nothing with credentials: there are no cookies here. Source: Fetch
Standard section 3.2 (CORS); draft-ietf-oauth-browser-based-apps section 6.3; security.md CO-15.
"""

from typing import Final

from jeton.edge.oauth2.reading import Posted
from jeton.kernel.callbacks import is_of_origin
from jeton.kernel.ids import ClientId
from jeton.kernel.ports import Works
from jeton.oauth2.messages import claimed_client
from jeton.web.answers import Answer, Header

FOR_BROWSERS: Final = frozenset({"/oauth2/token", "/oauth2/revoke"})
_VARIES: Final[Header] = (b"vary", b"Origin")
_MAY: Final[tuple[Header, ...]] = (
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"content-type, dpop"),
    (b"access-control-max-age", b"600"),
)
_TOLD: Final[Header] = (b"access-control-expose-headers", b"dpop-nonce, retry-after, request-id")


class Browsers:
    """Reads what is registered anew with each question."""

    __slots__ = ("_works",)

    def __init__(self, works: Works) -> None:
        self._works = works

    async def preflight(self, origin: str) -> Answer:
        """What a browser asks before it sends: no application is named yet, so any registered origin may go on."""
        allowed = await self._allowed(origin, None)
        return Answer(204, (_VARIES, *allowed, *(_MAY if allowed else ())))

    async def readable(self, answer: Answer, posted: Posted, origin: str) -> Answer:
        """The same answer, readable by a page of the very application that asks."""
        shown = claimed_client(*posted.shown)
        allowed = () if shown is None else await self._allowed(origin, ClientId(shown))
        return answer.with_headers(_VARIES, *allowed, *((_TOLD,) if allowed else ()))

    async def _allowed(self, origin: str, client: ClientId | None) -> tuple[Header, ...]:
        urls = await self._works.read(lambda work: work.applications.public_callbacks(client))
        if not any(is_of_origin(url, origin) for url in urls):
            return ()
        return ((b"access-control-allow-origin", origin.encode("latin-1")),)
