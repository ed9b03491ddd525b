"""The machines' door: from an ASGI request to a declared operation, and each answer with its request id and log."""

import itertools
import re
import time
from collections.abc import Mapping
from typing import Final

import msgspec

from jeton.edge import guard
from jeton.edge.metering import limit_headers
from jeton.edge.pipeline import Call, Pipeline
from jeton.edge.proof import CHALLENGE, BadProof, NonceNeeded, Proofs
from jeton.edge.repeats import read_once
from jeton.kernel.caller import NOBODY, Caller
from jeton.kernel.declare import Body, Operation
from jeton.kernel.notes import CallRefused, TokenUsed
from jeton.kernel.ports import Works
from jeton.kernel.problems import Forbidden, OtherProtocol, Problem, Unauthenticated, Unknown
from jeton.kernel.scopes import Public
from jeton.kernel.uploads import OtherOffset
from jeton.kit.text import sentence
from jeton.web.answers import JSON, NO_STORE, Answer, Header, Receive, Scope, Send, Stream, send_answer, send_stream
from jeton.web.journal import Journal, Line
from jeton.web.languages import Catalogues, negotiate
from jeton.web.matcher import Found, Matcher, WrongMethod
from jeton.web.origins import Origins
from jeton.web.problems import OUR_FAULT, problem_answer
from jeton.web.requests import ClientGone, Headers, Inbox, path_of, read_query
from jeton.web.seats import SESSION_PREFIX, Seats
from jeton.wire.shapes import ErrorOut

_PROBLEM_JSON: Final = "application/problem+json"
_NOT_ASCII: Final = re.compile(r'[^\x20-\x7e]|["\\]')


class NoSuchCall(Unknown):
    """Nothing stands at this path."""

    code = "no_such_call"
    sentence = sentence("There is no such call. The list of calls is at /openapi.json.")


class Edge:
    """ASGI application of everything under `/api`."""

    __slots__ = (
        "_accepted", "_always", "_boot", "_catalogues", "_challenge", "_clock", "_counter", "_journal", "_matcher",
        "_origins", "_pipeline", "_proofs", "_seats", "_works",
    )  # fmt: skip

    def __init__(
        self,
        operations: tuple[Operation, ...],
        pipeline: Pipeline,
        works: Works,
        catalogues: Catalogues,
        journal: Journal,
        *,
        public_url: str,
        boot: str,
        origins: Origins,
        proofs: Proofs,
        seats: Seats | None = None,
    ) -> None:
        """`boot` is a few characters that no other start of the process shares: request ids begin with them.

        With `seats` it serves the console's pages, below `/session`, with what they may call; without, applications.
        """
        self._seats = seats
        self._matcher = Matcher(
            (operation.method, operation.path if seats is None else session_path(operation), operation)
            for operation in operations
            if seats is None or operation.by_session
        )
        self._pipeline = pipeline
        self._proofs = proofs
        self._works = works
        self._origins = origins
        self._catalogues = catalogues
        self._journal = journal
        self._challenge = f'Bearer realm="jeton", resource_metadata="{public_url}/.well-known/oauth-protected-resource"'
        self._boot = boot
        self._counter = itertools.count(1)
        self._clock = time.perf_counter
        self._accepted: Mapping[str, tuple[Header, ...]] = {
            operation.name: ()
            if isinstance(operation.scope, Public)
            else ((b"accepted-scopes", " ".join(operation.scope.accepted).encode()),)
            for operation in operations
        }
        self._always: Mapping[str, tuple[Header, ...]] = {
            operation.name: tuple((name.lower().encode(), value.encode()) for name, value in operation.always)
            for operation in operations
        }

    def new_request_id(self) -> str:
        """An id for one request, told in its answer and its log line."""
        return f"req_{self._boot}{next(self._counter):x}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = self._clock()
        request_id = self.new_request_id()
        headers = Headers(scope["headers"])
        inbox = Inbox(receive)
        method = scope["method"]
        call: Call | None = None
        always: tuple[Header, ...] = ()
        code = ""
        try:
            found = self._find(method, path_of(scope))
            always = self._always[found.target.name]
            query = read_query(scope["query_string"])
            is_open = self._seats is not None or isinstance(found.target.scope, Public)
            call = Call(
                operation=found.target,
                parameters=found.parameters,
                query=query,
                headers=headers,
                presented=_NOTHING if is_open else guard.read_presented(headers, query),
                inbox=inbox,
                origin=self._origins.of(scope, headers, request_id),
                is_head=method == "HEAD",
            )
            call.once = read_once(found.target, found.parameters, query, headers)
            if self._seats is not None:
                call.seating = self._seats.seating(
                    headers,
                    inbox,
                    call.origin,
                    is_write=found.target.is_write,
                    in_form=found.target.body is Body.UPLOAD,
                )
            if call.presented.proof:
                call.presented = await self._proofs.proved(call.presented, method, path_of(scope), call.origin)
            answer = await self._pipeline.run(call)
            if call.seating is not None:
                answer = await call.seating.page(None) or answer
            if call.caller.token_id is not None:
                self._works.note(TokenUsed(call.caller.token_id))
        except _MethodNotAllowed as refusal:
            code, answer = "method_not_allowed", refusal.answer(request_id)
        except Problem as problem:
            code = problem.code
            answer = await self._refuse(problem, call, headers, request_id)
        except ClientGone:
            self._log(call, 499, started, request_id, "client_gone")
            return
        except Exception as error:
            self._journal.bug(error, request_id)
            code, answer = "internal_error", await self._our_fault(headers, request_id)
        answer = answer._replace(headers=answer.headers + always + self._common(call, request_id))
        self._log(call, answer.status, started, request_id, code)
        await self._send(
            answer, send, inbox, bodiless=method == "HEAD", has_body=method not in {"GET", "HEAD", "OPTIONS"}
        )

    def _find(self, method: str, path: bytes) -> Found[Operation]:
        found = self._matcher.match(method, path)
        if method == "HEAD" and not isinstance(found, Found):  # whatever can be got can be looked at
            found = self._matcher.match("GET", path)
        if isinstance(found, WrongMethod):
            raise _MethodNotAllowed(found.allowed)
        if found is None:
            raise NoSuchCall
        return found

    async def _refuse(self, problem: Problem, call: Call | None, headers: Headers, request_id: str) -> Answer:
        page = await call.seating.page(problem) if call is not None and call.seating is not None else None
        if page is not None:
            return page
        language = await self._language(headers)
        extra: tuple[Header, ...] = ()
        if isinstance(problem, Unauthenticated):
            extra = ((b"www-authenticate", self._bearer_challenge(problem)),)
        elif isinstance(problem, Forbidden) and problem.facts.get("required"):
            extra = ((b"www-authenticate", self._scope_challenge(problem)),)
        elif isinstance(problem, OtherOffset):
            extra = ((b"upload-offset", str(problem.facts["offset"]).encode()),)
        elif isinstance(problem, OtherProtocol):
            extra = ((b"tus-version", str(problem.facts["spoken"]).encode()),)
        if call is not None and call.caller is not NOBODY:
            self._works.note(CallRefused(call.caller, call.operation.name, problem.code, call.origin))
        return problem_answer(
            problem,
            self._catalogues,
            language,
            request_id=request_id,
            as_problem_json=_PROBLEM_JSON in headers.lenient(b"accept"),
            headers=extra,
        )

    def _bearer_challenge(self, problem: Unauthenticated) -> bytes:
        # RFC 6750 section 3.1: no error code when no token was shown; texts are English ASCII (RFC 6749 section 5.2).
        # RFC 9449 section 7.1: of a token that is bound to a key, the challenge is DPoP's, however it was shown.
        challenge = CHALLENGE if isinstance(problem, _OF_KEYS) else self._challenge
        if problem.token_error:
            text = _NOT_ASCII.sub("", problem.sentence.format(**problem.facts) if problem.facts else problem.sentence)
            challenge += f', error="{problem.token_error}", error_description="{text}"'
        return challenge.encode()

    def _scope_challenge(self, problem: Problem) -> bytes:
        required = problem.facts["required"]
        words = " ".join(required) if isinstance(required, tuple) else ""
        return f'{self._challenge}, error="insufficient_scope", scope="{words}"'.encode()

    async def _language(self, headers: Headers) -> str:
        asked = negotiate(headers.lenient(b"accept-language"))
        if asked is not None:
            return asked
        return await self._works.read(lambda work: work.platform.value("language")) or "en"

    async def _our_fault(self, headers: Headers, request_id: str) -> Answer:
        language = negotiate(headers.lenient(b"accept-language")) or "en"
        text = self._catalogues.say(language, OUR_FAULT, {"request_id": request_id})
        return _error(500, text, "internal_error", request_id)

    def _common(self, call: Call | None, request_id: str) -> tuple[Header, ...]:
        common: tuple[Header, ...] = ((b"request-id", request_id.encode()),)
        if call is None:
            return common
        common += self._accepted[call.operation.name]
        common += limit_headers(call.allowance)
        if call.presented.proof:
            common += ((b"dpop-nonce", self._proofs.nonce().encode()),)
        if call.caller.token_id is not None:
            common += ((b"granted-scopes", str(call.caller.scopes).encode()),)
        return common

    async def _send(self, answer: Answer | Stream, send: Send, inbox: Inbox, *, bodiless: bool, has_body: bool) -> None:
        if isinstance(answer, Stream):
            await send_stream(answer, send, bodiless=bodiless, gone=inbox.gone)
        elif has_body and not inbox.is_over and answer.status >= 400:
            await _send_early(answer, send, inbox)
        else:
            await send_answer(answer, send, bodiless=bodiless)

    def _log(self, call: Call | None, status: int, started: float, request_id: str, code: str) -> None:
        caller: Caller = call.caller if call is not None else NOBODY
        self._journal.record(
            Line(
                at=self._journal.moment(),
                event="call",
                operation=call.operation.name if call is not None else "-",
                status=status,
                ms=round((self._clock() - started) * 1000, 2),
                principal=caller.principal,
                client_id=caller.client_id or "",
                token_id=caller.token_id or 0,
                code=code,
                request_id=request_id,
            )
        )


def session_path(operation: Operation) -> str:
    """Where a page of the console finds an operation."""
    return SESSION_PREFIX + operation.path.removeprefix("/api")


_OF_KEYS: Final = (guard.ProofMissing, guard.ProofNeeded, guard.OtherKey, BadProof, NonceNeeded)
_NOTHING: Final = guard.Presented(None, b"", None)


class _MethodNotAllowed(Exception):
    """Something stands at the path, for other methods."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(allowed)
        names = set(allowed) | ({"HEAD"} if "GET" in allowed else set())
        self.allowed = ", ".join(sorted(names))

    def answer(self, request_id: str) -> Answer:
        """405 with `Allow`. Source: RFC 9110 section 15.5.6."""
        answer = _error(405, f"This path takes {self.allowed}.", "method_not_allowed", request_id)
        return answer.with_headers((b"allow", self.allowed.encode()))


def _error(status: int, text: str, code: str, request_id: str) -> Answer:
    return Answer(
        status,
        (JSON, *NO_STORE),
        msgspec.json.encode(ErrorOut(error=text, code=code, status=status, request_id=request_id)),
    )


async def _send_early(answer: Answer, send: Send, inbox: Inbox) -> None:
    """Answer before the body was read: close the connection after, but let the client finish, within bounds."""
    headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body)), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    await inbox.throw_away()
    await send({"type": "http.response.body", "body": b""})
