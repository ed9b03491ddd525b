"""The OAuth2 endpoints over HTTP: the body decides whether it is a form or JSON, the core decides everything else.

Source: wire/oauth2.md section 3 (decide by the first character that is not blank, not by the header); RFC 6749
sections 3.2 and 5; RFC 7009; RFC 7662; RFC 8414; RFC 9728.
"""

import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from jeton.kernel.caller import Origin
from jeton.kernel.ids import ClientId
from jeton.kernel.notes import ClientRefused, SecretUsed
from jeton.kernel.ports import Work, Works
from jeton.kernel.problems import Busy, Malformed, NoSpace, Problem, TooLarge, Unsupported
from jeton.kernel.scopes import ALL_SCOPES, Scopes
from jeton.kit.clock import Clock
from jeton.oauth2.clients import Authenticated
from jeton.oauth2.device import DeviceAnswer
from jeton.oauth2.endpoints import metadata
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.messages import claimed_client
from jeton.oauth2.ports import Store
from jeton.oauth2.pushed import PushedAnswer
from jeton.oauth2.refusals import Refusal, invalid_request
from jeton.oauth2.server import AuthorizationServer
from jeton.web.answers import JSON, NO_STORE, Answer, Receive, Scope, Send, send_answer
from jeton.web.journal import Journal, Line
from jeton.web.origins import Origins
from jeton.web.problems import status_of
from jeton.web.requests import ClientGone, Headers, Inbox, read_body, read_pairs
from jeton.wire.decode import read_json_object

LARGEST_REQUEST_BYTES: Final = 64 << 10
_encode = msgspec.json.Encoder().encode
_IN_QUERY: Final = frozenset(
    {
        "client_id",
        "client_secret",
        "client_assertion",
        "token",
        "grant_type",
        "refresh_token",
        "code",
        "device_code",
        "access_token",
    }
)

StoreOf = Callable[[Work], Store[Scopes]]
# The Python name, the path, the methods: the doors that no operation declares.
METADATA_PATH: Final = "/.well-known/oauth-authorization-server"
OPENID_PATH: Final = "/.well-known/openid-configuration"
"""Where many libraries look first: the same document. There is no OpenID provider here, and it names none."""
RESOURCE_PATH: Final = "/.well-known/oauth-protected-resource"


def parameters_of(body: bytes) -> dict[str, object] | Refusal:
    """The parameters of a form or of a JSON object. Refuses invalid_request: unreadable, or one that stands twice."""
    if body.lstrip(b" \t\r\n").startswith(b"{"):
        try:
            return dict(read_json_object(body))
        except Malformed:
            return invalid_request(
                "The body is not a JSON object that can be read: check commas, quotes and doubled members."
            )
    try:
        pairs = read_pairs(body.strip(b" \t\r\n"))
    except Malformed:
        return invalid_request("The body is neither a form nor a JSON object that can be read.")
    parameters: dict[str, object] = dict(pairs)
    if len(parameters) != len(pairs):
        return invalid_request("A parameter stands there twice.")
    return parameters


class Posted(NamedTuple):
    """A request to one of the endpoints: what it says, shows and proves, and where it came from."""

    parameters: dict[str, object]
    authorization: str | None
    origin: Origin
    proof: str | None

    @property
    def shown(self) -> tuple[dict[str, object], str | None]:
        """What the core reads."""
        return self.parameters, self.authorization

    @property
    def proofs(self) -> tuple[str, ...]:
        """What the headers DPoP say."""
        return () if self.proof is None else (self.proof,)


class OAuth2Edge:
    """ASGI application of the OAuth2 endpoints and their metadata."""

    __slots__ = ("_clock", "_journal", "_origins", "_request_id", "_routes", "_server", "_store_of", "_works")

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
    ) -> None:
        self._server = server
        self._clock = clock
        self._origins = origins
        self._store_of = store_of
        self._works = works
        self._journal = journal
        self._request_id = request_id
        words = ALL_SCOPES.words()
        documents = {
            METADATA_PATH: _encode(server.metadata(words)),
            OPENID_PATH: _encode(server.metadata(words)),
            RESOURCE_PATH: _encode(metadata.protected_resource(issuer, "Jeton", words)),
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
            answer = _of_problem(problem)
        except Exception as error:
            self._journal.bug(error, request_id)
            answer = _refused(
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
            return _refused(Refusal("invalid_request", "There is no such endpoint.", 404))
        if isinstance(target, bytes):
            if method not in {"GET", "HEAD"}:
                return _wrong_method("GET, HEAD")
            return _document(target)
        if path == metadata.JWKS_PATH:
            return await self._jwks() if method in {"GET", "HEAD"} else _wrong_method("GET, HEAD")
        if method != "POST":
            return _wrong_method("POST")
        misplaced = _in_query(scope["query_string"])
        if misplaced is not None:
            return _refused(misplaced)
        headers = Headers(scope["headers"])
        authorization = headers.get(b"authorization")
        body = await read_body(headers, inbox, limit_bytes=LARGEST_REQUEST_BYTES)
        parameters = parameters_of(body)
        if isinstance(parameters, Refusal):
            return _refused(parameters)
        proof = headers.get(b"dpop")
        posted = Posted(parameters, authorization, self._origins.of(scope, headers, request_id), proof)
        answer: Answer = await target(posted)
        if proof is not None:
            answer = answer.with_headers((b"dpop-nonce", self._server.nonce(self._clock()).encode()))
        return answer

    async def _token(self, posted: Posted) -> Answer:
        # Judged on a read first, so that whatever is refused never reaches the writer; then for good.
        server, store_of = self._server, self._store_of
        proofs = posted.proofs
        refused = await self._works.read(
            lambda work: server.refusal_of_token(*posted.shown, store_of(work), work.now, proofs)
        )
        if refused is not None:
            return self._noted(refused, posted)
        told, who = await self._works.write(
            lambda work: server.token(*posted.shown, store_of(_from(work, posted.origin)), work.now, proofs)
        )
        return self._tokens_answer(told, who)

    def _noted(self, refused: Refusal, posted: Posted) -> Answer:
        """Answer a refusal; a client that did not prove itself is noted."""
        if refused.error == "invalid_client":
            shown = claimed_client(*posted.shown)
            if shown is not None:
                self._works.note(ClientRefused(ClientId(shown), posted.origin))
        return _refused(refused)

    def _tokens_answer(self, told: TokenAnswer | Refusal, who: Authenticated[Scopes] | None) -> Answer:
        if isinstance(told, Refusal):
            return _refused(told)
        if who is not None and who.secret_id is not None:
            self._works.note(SecretUsed(ClientId(who.client.client_id), who.secret_id))
        return Answer(200, (JSON, *NO_STORE), _encode(told._asdict()))

    async def _revoke(self, posted: Posted) -> Answer:
        server, store_of = self._server, self._store_of
        refused = await self._works.write(
            lambda work: server.revoke(*posted.shown, store_of(_from(work, posted.origin)), work.now)
        )
        return Answer(200, NO_STORE) if refused is None else _refused(refused)

    async def _introspect(self, posted: Posted) -> Answer:
        server, store_of = self._server, self._store_of
        # An assertion is remembered, so that it holds once: that is a write.
        run = self._works.write if "client_assertion" in posted.parameters else self._works.read
        told = await run(lambda work: server.introspect(*posted.shown, store_of(work), work.now))
        return _refused(told) if isinstance(told, Refusal) else Answer(200, (JSON, *NO_STORE), _encode(told))

    async def _push(self, posted: Posted) -> Answer:
        server, store_of = self._server, self._store_of
        told = await self._works.write(
            lambda work: server.push(*posted.shown, store_of(_from(work, posted.origin)), work.now, posted.proofs)
        )
        return _created(told, 201)

    async def _device(self, posted: Posted) -> Answer:
        server, store_of = self._server, self._store_of
        told = await self._works.write(
            lambda work: server.device(*posted.shown, store_of(_from(work, posted.origin)), work.now)
        )
        return _created(told, 200)

    async def _jwks(self) -> Answer:
        server, store_of = self._server, self._store_of
        told = await self._works.read(lambda work: server.jwks(store_of(work), work.now))
        return _document(_encode(told))


def _from(work: Work, origin: Origin) -> Work:
    work.origin = origin
    return work


def _in_query(query: bytes) -> Refusal | None:
    if not query:
        return None
    try:
        names = {name for name, _ in read_pairs(query)}
    except Malformed:
        return invalid_request("The query cannot be read; this endpoint takes its parameters in the body.")
    misplaced = sorted(names & _IN_QUERY)
    if misplaced:
        return invalid_request(
            f"The parameter {misplaced[0]} was sent in the query, where logs keep it: send it in the body."
        )
    return None


def _document(content: bytes) -> Answer:
    """What everybody may read, for a while from a cache, and in a browser from any origin."""
    return Answer(
        200, (JSON, (b"cache-control", b"public, max-age=300"), (b"access-control-allow-origin", b"*")), content
    )


def _created(told: PushedAnswer | DeviceAnswer | Refusal, status: int) -> Answer:
    return _refused(told) if isinstance(told, Refusal) else Answer(status, (JSON, *NO_STORE), _encode(told._asdict()))


def _refused(refusal: Refusal) -> Answer:
    body = _encode({"error": refusal.error, "error_description": refusal.description})
    answer = Answer(refusal.status, (JSON, *NO_STORE), body)
    if refusal.challenge is not None:
        return answer.with_headers((b"www-authenticate", refusal.challenge.encode()))
    return answer


def _wrong_method(allowed: str) -> Answer:
    answer = _refused(Refusal("invalid_request", f"This endpoint takes {allowed}.", 405))
    return answer.with_headers((b"allow", allowed.encode()))


def _of_problem(problem: Problem) -> Answer:
    if isinstance(problem, (Busy, NoSpace)):
        answer = _refused(
            Refusal(
                "temporarily_unavailable",
                "The platform cannot keep anything right now; try again later.",
                status_of(problem),
            )
        )
        wait = problem.retry_after_s if isinstance(problem, Busy) else 60
        return answer.with_headers((b"retry-after", b"%d" % wait))
    if isinstance(problem, TooLarge):
        return _refused(Refusal("invalid_request", "The body is larger than 64 KiB.", 413))
    if isinstance(problem, Unsupported):
        return _refused(Refusal("invalid_request", "Compressed bodies are not read here.", 415))
    return _refused(invalid_request("The request cannot be read."))
