"""The OAuth2 endpoints over HTTP: what they ask of the core, on a read first, and who guesses is held back.

Source: RFC 6749 sections 3.2 and 5; RFC 7009; RFC 7662; RFC 8414; RFC 9728.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from jeton.edge.metering import Meter, limit_headers
from jeton.edge.oauth2.answers import (
    created,
    document,
    encode,
    of_problem,
    over,
    refused,
    tokens_answer,
    told_once,
    wrong_method,
)
from jeton.edge.oauth2.browsers import FOR_BROWSERS, Browsers
from jeton.edge.oauth2.reading import Posted, is_json, misplaced, parameters_of
from jeton.kernel.caller import Origin
from jeton.kernel.guesses import application_key, client_address_key
from jeton.kernel.ids import ClientId
from jeton.kernel.notes import ClientRefused, Guessed, SecretUsed
from jeton.kernel.ports import Work, Works
from jeton.kernel.problems import Problem, TooMany
from jeton.kernel.scopes import ALL_SCOPES, Scopes
from jeton.kit.clock import Clock
from jeton.oauth2.clients import Authenticated
from jeton.oauth2.endpoints import metadata
from jeton.oauth2.messages import claimed_client
from jeton.oauth2.ports import Store
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.server import AuthorizationServer
from jeton.web.answers import NO_STORE, Answer, Receive, Scope, Send, send_answer
from jeton.web.journal import Journal, Line
from jeton.web.origins import Origins
from jeton.web.requests import ClientGone, Headers, Inbox, read_body

LARGEST_REQUEST_BYTES: Final = 64 << 10
StoreOf = Callable[[Work], Store[Scopes]]
# The Python name, the path, the methods: the doors that no operation declares.
METADATA_PATH: Final = "/.well-known/oauth-authorization-server"
OPENID_PATH: Final = "/.well-known/openid-configuration"
"""Where many libraries look first: the same document. There is no OpenID provider here, and it names none."""
RESOURCE_PATH: Final = "/.well-known/oauth-protected-resource"


class OAuth2Edge:
    """ASGI application of the OAuth2 endpoints and their metadata."""

    __slots__ = (
        "_browsers",
        "_clock",
        "_journal",
        "_meter",
        "_origins",
        "_request_id",
        "_routes",
        "_server",
        "_store_of",
        "_works",
    )

    def __init__(
        self,
        server: AuthorizationServer[Scopes],
        store_of: StoreOf,
        works: Works,
        journal: Journal,
        request_id: Callable[[], str],
        *,
        issuer: str,
        origins: Origins,
        clock: Clock,
        meter: Meter,
    ) -> None:
        self._server = server
        self._meter = meter
        self._browsers = Browsers(works)
        self._clock = clock
        self._origins = origins
        self._store_of = store_of
        self._works = works
        self._journal = journal
        self._request_id = request_id
        words = ALL_SCOPES.words()
        documents = {
            METADATA_PATH: encode(server.metadata(words)),
            OPENID_PATH: encode(server.metadata(words)),
            RESOURCE_PATH: encode(metadata.protected_resource(issuer, "Jeton", words)),
        }
        self._routes: dict[str, bytes | Callable[..., Any]] = {
            "/oauth2/token": self._token,
            "/oauth2/revoke": self._revoke,
            "/oauth2/introspect": self._introspect,
            "/oauth2/par": self._push,
            "/oauth2/device_authorization": self._device,
            metadata.JWKS_PATH: self._jwks,
            **documents,
        }

    @property
    def paths(self) -> tuple[str, ...]:
        """The doors here."""
        return tuple(self._routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        request_id = self._request_id()
        method, path = scope["method"], scope["path"]
        inbox = Inbox(receive)
        try:
            answer = await self._answer(method, path, scope, inbox, request_id)
        except ClientGone:
            return
        except Problem as problem:
            answer = of_problem(problem)
        except Exception as error:
            self._journal.bug(error, request_id)
            answer = refused(
                Refusal("server_error", "Something broke on our side; the request id finds it in the log.", 500)
            )
        answer = answer.with_headers((b"request-id", request_id.encode()))
        self._journal.record(
            Line(
                at=self._journal.moment(),
                event="oauth2",
                operation=path if path in self._routes else "-",
                status=answer.status,
                ms=round((time.perf_counter() - started) * 1000, 2),
                request_id=request_id,
            )
        )
        if not inbox.is_over and method == "POST" and answer.status >= 400:
            answer = answer.with_headers((b"connection", b"close"))
        await send_answer(answer, send, bodiless=method == "HEAD")

    async def _answer(self, method: str, path: str, scope: Scope, inbox: Inbox, request_id: str) -> Answer:
        target = self._routes.get(path)
        if target is None:
            return refused(Refusal("invalid_request", "There is no such endpoint.", 404))
        if isinstance(target, bytes):
            if method not in {"GET", "HEAD"}:
                return wrong_method("GET, HEAD")
            return document(target)
        if path == metadata.JWKS_PATH:
            return await self._jwks() if method in {"GET", "HEAD"} else wrong_method("GET, HEAD")
        headers = Headers(scope["headers"])
        page = headers.lenient(b"origin") if path in FOR_BROWSERS else ""
        if method == "OPTIONS" and page:
            return await self._browsers.preflight(page)
        if method != "POST":
            return wrong_method("POST")
        refusal = misplaced(scope["query_string"])
        if refusal is not None:
            return refused(refusal)
        authorization = headers.get(b"authorization")
        body = await read_body(headers, inbox, limit_bytes=LARGEST_REQUEST_BYTES)
        parameters = parameters_of(body)
        if isinstance(parameters, Refusal):
            return refused(parameters)
        proof = headers.get(b"dpop")
        origin = self._origins.of(scope, headers, request_id)
        posted = Posted(parameters, authorization, origin, proof, is_json(body))
        try:
            answer: Answer = await target(posted)
        except Problem as problem:
            answer = of_problem(problem)
        if page:
            answer = await self._browsers.readable(answer, posted, page)
        if proof is not None:
            answer = answer.with_headers((b"dpop-nonce", self._server.nonce(self._clock()).encode()))
        return answer

    async def _token(self, posted: Posted) -> Answer:
        # Judged on a read first, so that whatever is refused never reaches the writer; then for good.
        server, store_of = self._server, self._store_of
        proofs = posted.proofs
        refusal, who = await self._works.read(
            lambda work: server.refusal_of_token(*posted.shown, store_of(work), work.now, proofs)
        )
        if who is None or not who.client.terms.requests_per_minute:
            return await self._told(posted, refusal, who, proofs)
        if refusal is not None and who.proves_nothing:  # anybody can name it: that spends nothing of it
            return await self._refuse(refusal, posted, who)
        limit = who.client.terms.requests_per_minute
        allowance = await self._meter.charge(ClientId(who.client.client_id), limit)
        answer = over(allowance) if allowance.is_over else await self._told(posted, refusal, who, proofs)
        return answer.with_headers(*limit_headers(allowance))

    async def _told(
        self, posted: Posted, refusal: Refusal | None, who: Authenticated[Scopes] | None, proofs: tuple[str, ...]
    ) -> Answer:
        """What was refused on a read; else what the writer says."""
        server, store_of = self._server, self._store_of
        if refusal is not None:
            return await self._refuse(refusal, posted, who)
        told, who = await self._works.write(
            lambda work: server.token(*posted.shown, store_of(_from(work, posted.origin)), work.now, proofs)
        )
        if isinstance(told, Refusal):
            return await self._refuse(told, posted, who)
        if who is not None and who.secret_id is not None:
            self._works.note(SecretUsed(ClientId(who.client.client_id), who.secret_id))
        return tokens_answer(told, is_json=posted.is_json)

    async def _refuse(self, refusal: Refusal, posted: Posted, who: Authenticated[Scopes] | None = None) -> Answer:
        """Answer a refusal; what may be a guess is counted, and told to wait once there are too many (TooMany).

        What is guessed here are 256 random bits. So the count is asked only after a wrong one: who shows the right one
        is never held back, from any address, and pays nothing for it.
        """
        keys = _guessed(refusal, posted, who)
        if keys:
            wait_s = await self._works.read(lambda work: work.guesses.wait_s(keys, work.now))
            if wait_s:
                raise TooMany(retry_after_s=wait_s)
            self._works.note(Guessed(keys))
        if refusal.error == "invalid_client":
            shown = claimed_client(*posted.shown)
            if shown is not None:
                self._works.note(ClientRefused(ClientId(shown), posted.origin))
        return refused(refusal)

    async def _unproved(self, posted: Posted) -> Answer | None:
        """The refusal of a client that does not prove itself, judged on a read: the writer never hears of it."""
        server, store_of = self._server, self._store_of
        refusal = await self._works.read(lambda work: server.refusal_of_client(*posted.shown, store_of(work), work.now))
        return None if refusal is None else await self._refuse(refusal, posted)

    async def _revoke(self, posted: Posted) -> Answer:
        server, store_of = self._server, self._store_of
        unproved = await self._unproved(posted)
        if unproved is not None:
            return unproved
        refusal = await self._works.write(
            lambda work: server.revoke(*posted.shown, store_of(_from(work, posted.origin)), work.now)
        )
        return Answer(200, NO_STORE) if refusal is None else refused(refusal)

    async def _introspect(self, posted: Posted) -> Answer:
        server, store_of = self._server, self._store_of

        def look(work: Work) -> dict[str, Any] | Refusal:
            return server.introspect(*posted.shown, store_of(work), work.now)

        if "client_assertion" not in posted.parameters:
            told = await self._works.read(look)
        else:  # an assertion is remembered, so that it holds once: that is a write
            unproved = await self._unproved(posted)
            if unproved is not None:
                return unproved
            told = await self._works.write(look)
        return await self._refuse(told, posted) if isinstance(told, Refusal) else told_once(told)

    async def _push(self, posted: Posted) -> Answer:
        server, store_of = self._server, self._store_of
        unproved = await self._unproved(posted)
        if unproved is not None:
            return unproved
        told = await self._works.write(
            lambda work: server.push(*posted.shown, store_of(_from(work, posted.origin)), work.now, posted.proofs)
        )
        return created(told, 201)

    async def _device(self, posted: Posted) -> Answer:
        server, store_of = self._server, self._store_of
        unproved = await self._unproved(posted)
        if unproved is not None:
            return unproved
        told = await self._works.write(
            lambda work: server.device(*posted.shown, store_of(_from(work, posted.origin)), work.now)
        )
        return created(told, 200)

    async def _jwks(self) -> Answer:
        server, store_of = self._server, self._store_of
        told = await self._works.read(lambda work: server.jwks(store_of(work), work.now))
        return document(encode(told))


def _from(work: Work, origin: Origin) -> Work:
    work.origin = origin
    return work


def _guessed(refusal: Refusal, posted: Posted, who: Authenticated[Scopes] | None) -> tuple[str, ...]:
    """The keys under which a refusal counts as a guess; none when it is none.

    A wrong proof counts for its application and its address. A wrong code or token counts for the address, unless the
    client proved itself: one whose people were all logged out asks many times, and must hear that each is.
    """
    address = client_address_key(posted.origin.address)
    if refusal.error == "invalid_client":
        shown = claimed_client(*posted.shown)
        return (address,) if shown is None else (application_key(shown), address)
    if refusal.error == "invalid_grant" and (who is None or who.proves_nothing):
        return (address,)
    return ()
