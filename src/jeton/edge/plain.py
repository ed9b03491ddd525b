"""The doors that tell only of the platform itself: the OpenAPI document, alive, ready."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from jeton.kernel.ports import Works
from jeton.web.answers import JSON, NOSNIFF, Answer, Receive, Scope, Send, send_answer

HEALTH: Final = ("/healthz", "/readyz")


class Readiness:
    """Whether new work should come here: no longer, once stopping has begun."""

    __slots__ = ("is_ready",)

    def __init__(self) -> None:
        self.is_ready = True


class PlainEdge:
    """ASGI application of `/openapi.json`, `/healthz` and `/readyz`."""

    __slots__ = ("_describe", "_document", "_readiness", "_works")

    def __init__(self, works: Works, describe: Callable[[], Mapping[str, Any]], readiness: Readiness) -> None:
        """`describe` makes the OpenAPI document, when somebody first asks for it."""
        self._works = works
        self._describe = describe
        self._document = b""
        self._readiness = readiness

    @property
    def paths(self) -> tuple[str, ...]:
        """The doors here."""
        return ("/openapi.json", *HEALTH)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method not in {"GET", "HEAD"}:
            answer = Answer(405, ((b"allow", b"GET, HEAD"), JSON), b'{"error": "This path takes GET, HEAD."}')
        elif scope["path"] == "/openapi.json":
            answer = Answer(200, (JSON, NOSNIFF, (b"access-control-allow-origin", b"*")), self._described())
        elif scope["path"] == "/healthz":
            answer = _state("alive", 200)
        else:
            answer = await self._ready()
        await send_answer(answer, send, bodiless=method == "HEAD")

    def _described(self) -> bytes:
        if not self._document:
            self._document = msgspec.json.encode(self._describe())
        return self._document

    async def _ready(self) -> Answer:
        if not self._readiness.is_ready:
            return _state("stopping", 503)
        try:
            await self._works.read(lambda work: work.platform.value("language"))
        except Exception:
            return _state("database unavailable", 503)
        return _state("ready", 200)


def _state(word: str, status: int) -> Answer:
    return Answer(status, (JSON, (b"cache-control", b"no-store")), msgspec.json.encode({"status": word}))
