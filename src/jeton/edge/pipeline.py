"""One call from end to end, in a fixed order: match, begin, identify, scope, decode, right, call, encode, commit.

A read is one work. A write is judged twice: on the read connection, where whatever can be refused is refused before a
body is kept or the writer is bothered, and again in the writer, in the transaction that acts. Between the two stands
at most one `prepare` step, outside any transaction.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from jeton.edge import guard
from jeton.edge.downloads import download_answer
from jeton.edge.encode import Encode, Slice, encoder_of, slicer_of
from jeton.edge.intake import Desk
from jeton.edge.metering import Meter
from jeton.edge.pictures import picture_of
from jeton.edge.previews import PreviewMaker
from jeton.edge.repeats import Once, Repeated
from jeton.edge.uploads import Upload, receive_bytes, receive_form
from jeton.edge.zips import Zips
from jeton.kernel.blobs import Bundle, Shown
from jeton.kernel.caller import NOBODY, Caller, Origin
from jeton.kernel.declare import Body, Operation
from jeton.kernel.ids import BlobId
from jeton.kernel.metering import Allowance, TooManyCalls
from jeton.kernel.notes import FileDownloaded
from jeton.kernel.ports import Blobs, Download, Inflow, Picture, Work, Works, Workshop
from jeton.kernel.previews import NoPreview, Unmade
from jeton.kernel.problems import Busy, Problem
from jeton.kernel.scopes import Public
from jeton.kernel.uploads import announce
from jeton.web.answers import JSON, NO_STORE, NOSNIFF, Answer, Stream
from jeton.web.requests import Headers, Inbox, read_body
from jeton.web.seats import Seating
from jeton.wire.decode import read_body as decode_body
from jeton.wire.decode import read_json_object
from jeton.wire.decode import read_query as decode_query

MOST_INLINE: Final = 1000
"""Entries that are read and encoded while everybody waits; more go to a thread of their own."""

_READ_WHOLE: Final = frozenset({Body.JSON, Body.OPTIONAL, Body.PICTURE})
MOST_PREPARING: Final = 64
"""Calls whose slow part is done or waited for: passwords hashed, pictures decoded."""
_SANDBOX: Final = (b"content-security-policy", b"sandbox; default-src 'none'")


@dataclass(slots=True)
class Call:
    """What is known of one request to an operation; `caller` is filled once it is identified."""

    operation: Operation
    parameters: dict[str, str]
    query: dict[str, str]
    headers: Headers
    presented: guard.Presented
    inbox: Inbox
    origin: Origin
    is_head: bool = False
    caller: Caller = NOBODY
    allowance: Allowance | None = None
    """Where its application stands, if it may make so many calls only."""
    seating: Seating | None = None
    """Whose login session stands in place of a token; there is no application then, and no scope."""
    once: Once | None = None
    """The key under which it may come again, if it has one."""


class _Long(NamedTuple):
    """A read that is permitted and would take long: to be run again, judged anew, where nobody waits for it."""

    command: object


class _Unpaid(Exception):
    """The caller's application may make so many calls only, and this one was not charged yet."""


class _Sliced(NamedTuple):
    """A long answer that nobody encoded yet: its value holds all of it, and needs no transaction any more."""

    slices: Iterator[bytes]


def _identified(work: Work, call: Call) -> Caller:
    """Who calls, and that the application may; a public operation asks for nothing, and ignores what is shown."""
    operation = call.operation
    if isinstance(operation.scope, Public):
        return NOBODY
    if call.seating is not None:
        call.caller = call.seating.caller(work)
        return call.caller
    is_first = call.caller is NOBODY
    call.caller = caller = guard.identify(work, call.presented, call.origin.address)
    if caller.calls_per_minute and is_first:
        raise _Unpaid
    guard.check_scope(operation, caller)
    call.caller = caller = guard.act_as(work, operation, caller, call.presented.acts_as, call.origin.address)
    return caller


class Pipeline:
    """The road of every operation."""

    __slots__ = (
        "_blobs",
        "_encoders",
        "_meter",
        "_pool",
        "_preparing",
        "_previews",
        "_slicers",
        "_slow_pool",
        "_works",
        "_workshop",
        "_zips",
    )

    def __init__(
        self,
        operations: tuple[Operation, ...],
        works: Works,
        workshop: Workshop,
        blobs: Blobs,
        pool: ThreadPoolExecutor,
        slow_pool: ThreadPoolExecutor,
        meter: Meter,
    ) -> None:
        """`pool` is for bytes on their way, `slow_pool` for what takes a processor: neither waits for the other."""
        self._works = works
        self._meter = meter
        self._slow_pool = slow_pool
        self._preparing = 0
        self._workshop = workshop
        self._blobs = blobs
        self._pool = pool
        self._previews = PreviewMaker(works, workshop, blobs, slow_pool)
        self._zips = Zips(blobs, pool)
        self._encoders: dict[str, Encode | None] = {operation.name: encoder_of(operation) for operation in operations}
        self._slicers: dict[str, Slice | None] = {operation.name: slicer_of(operation) for operation in operations}

    async def run(self, call: Call) -> Answer | Stream:
        """Answer one call. Raises the kernel's problems; nothing was kept then."""
        try:
            return await self._paid(call)
        except Repeated as repeated:
            return repeated.answer

    async def _paid(self, call: Call) -> Answer | Stream:
        try:
            return await self._answer(call)
        except _Unpaid:  # nothing was looked at yet but who calls
            await self._charge(call)
            return await self._answer(call)

    async def _charge(self, call: Call) -> None:
        caller = call.caller
        assert caller.client_id is not None  # noqa: S101 - it came by a token
        call.allowance = allowance = await self._meter.charge(caller.client_id, caller.calls_per_minute)
        if allowance.is_over:
            raise TooManyCalls(limit=allowance.limit, retry_after_s=allowance.resets_in_s)

    async def _answer(self, call: Call) -> Answer | Stream:
        body = call.operation.body
        if body is Body.BYTES or (body is Body.UPLOAD and not _is_json(call)):
            return await self._take_bytes(call)
        value = await self._value(call)
        if isinstance(value, Unmade):  # it is made outside of any transaction, then everything is judged anew
            await self._previews.make(value)
            value = await self._value(call)
        return await self._finished(call, value)

    async def _value(self, call: Call) -> object:
        return await (self._write(call) if call.operation.is_write else self._read(call))

    async def _read(self, call: Call) -> object:
        value = await self._works.read(lambda work: self._reading(work, call))
        if isinstance(value, _Long):
            command = value.command
            value = await self._works.read(lambda work: self._judged(work, call, command, sliced=True), long=True)
        return value

    def _reading(self, work: Work, call: Call) -> object:
        operation = call.operation
        command = self._admitted(work, call, self._decoder(call, b""))
        if operation.is_long is not None and operation.is_long(command):
            return _Long(command)
        if operation.weighs is not None and operation.weighs(work, call.caller, command) > MOST_INLINE:
            return _Long(command)
        return self._encoded(call, operation.call(work, call.caller, command))

    async def _write(self, call: Call) -> object:
        operation = call.operation
        await self._works.read(lambda work: _identified(work, call))
        body = await _body_of(call)
        if call.once is not None:
            call.once.take(picture_of(call.headers, body) if operation.body is Body.PICTURE else body)
        command = await self._works.read(lambda work: self._admitted(work, call, self._decoder(call, body)))
        prepare = operation.prepare
        if prepare is not None and not _is_repeat(call):
            command = await self._prepared(prepare, command)
        return await self._works.write(lambda work: self._judged(work, call, command))

    async def _prepared(self, prepare: Callable[..., Any], command: object) -> Any:  # a command
        """Do the slow part, where so many at most wait for it (security.md R6). Raises Busy, and what it raises."""
        if self._preparing >= MOST_PREPARING:
            raise Busy(retry_after_s=2)
        self._preparing += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._slow_pool, prepare, self._workshop, command)
        finally:
            self._preparing -= 1

    def _admitted(self, work: Work, call: Call, decode: Callable[[], Any]) -> Any:  # a command, of the operation's kind
        operation = call.operation
        caller = _identified(work, call)
        command = decode()
        if call.once is not None and call.once.is_known(work, caller, command):
            return command
        operation.right.check(caller, command, work)
        return operation.admit(work, caller, command) if operation.admit else command

    def _judged(self, work: Work, call: Call, command: object, *, sliced: bool = False) -> object:
        operation = call.operation
        work.origin = call.origin
        caller = _identified(work, call)
        once = call.once
        repeated = None if once is None else once.given(work, caller, command)
        if repeated is not None:
            return repeated
        operation.right.check(caller, command, work)
        value = operation.call(work, caller, command)
        slicer = self._slicers[operation.name] if sliced else None
        if slicer is not None:
            return _Sliced(slicer(value))
        encoded = self._encoded(call, value)
        if once is not None and not isinstance(encoded, Problem):
            once.keep(work, caller, command, _whole(operation, encoded))
        return encoded

    def _decoder(self, call: Call, body: bytes) -> Callable[[], Any]:
        operation = call.operation
        if operation.body in {Body.JSON, Body.UPLOAD}:  # an upload whose body was read whole comes as JSON
            takes = operation.takes if operation.body is Body.JSON else operation.takes_json
            assert takes is not None  # noqa: S101 - declared, see `_is_json`
            return lambda: decode_body(takes, read_json_object(body or b"{}"), call.parameters).command()
        if operation.body is Body.OPTIONAL and body:
            return lambda: decode_query(
                operation.takes, {**call.query, **read_json_object(body)}, call.parameters
            ).command()
        if operation.body is Body.PICTURE:
            return lambda: replace(
                decode_query(operation.takes, call.query, call.parameters).command(),
                content=picture_of(call.headers, body),
            )
        return lambda: _decoded(call, {})

    async def _take_bytes(self, call: Call) -> Answer | Stream:
        await self._works.read(lambda work: _identified(work, call))

        def begin(work: Work, command: object) -> Inflow:
            begins = call.operation.begin
            work.origin = call.origin
            caller = _identified(work, call)
            if call.once is not None and call.once.is_known(work, caller, command):
                return Inflow(blob=BlobId(0), is_thrown_away=True)
            call.operation.right.check(caller, command, work)
            inflow: Inflow = announce(work) if begins is None else begins(work, caller, command)
            return inflow

        upload = Upload(
            headers=call.headers,
            inbox=call.inbox,
            desk=Desk(
                works=self._works,
                blobs=self._blobs,
                pool=self._pool,
                judge=lambda work: _identified(work, call),
                seen=None if call.once is None else call.once.take,
            ),
            admit=lambda members: self._works.read(
                lambda work: self._admitted(work, call, lambda: _decoded(call, _without_proof(call, members)))
            ),
            begin=lambda command: self._works.write(lambda work: begin(work, command)),
        )
        receive = receive_form if call.operation.body is Body.UPLOAD else receive_bytes
        async with receive(upload) as command:
            return await self._finished(call, await self._works.write(lambda work: self._judged(work, call, command)))

    def _encoded(self, call: Call, value: object) -> object:
        # A refusal that keeps something is returned, so that it is committed.
        if isinstance(value, Problem | Unmade):
            return value
        encode = self._encoders[call.operation.name]
        return value if encode is None else encode(value)

    async def _finished(self, call: Call, value: object) -> Answer | Stream:
        status = call.operation.status
        if isinstance(value, Problem | Repeated):
            raise value
        if isinstance(value, Unmade):
            raise NoPreview
        if isinstance(value, _Sliced):
            return Stream(status, (JSON, *NO_STORE), None, _sent(value.slices, self._pool), _nothing_open)
        if isinstance(value, Picture):
            kind = (b"content-type", value.media_type.encode())
            return Answer(200, (kind, NOSNIFF, _SANDBOX), value.content)
        if isinstance(value, Download):
            # By a link it is an act of its own; what is only seen is none.
            if call.caller is not NOBODY and not call.is_head and not isinstance(value, Shown):
                self._works.note(FileDownloaded(call.caller, value.file, value.name, call.origin))
            return await download_answer(value, call.headers, self._blobs, self._pool, is_head=call.is_head)
        if isinstance(value, Bundle):
            return self._zips.answer(value, call.caller.principal)
        return _whole(call.operation, value)


def _whole(operation: Operation, value: object) -> Answer:
    """What is answered at once: headers alone, JSON, or nothing."""
    if isinstance(value, Answer):
        return value
    if isinstance(value, bytes):
        return Answer(operation.status, (JSON, *NO_STORE), value)
    return Answer(204, NO_STORE)


async def _sent(slices: Iterator[bytes], pool: ThreadPoolExecutor) -> AsyncIterator[bytes]:
    """Each slice, encoded where it keeps nobody waiting."""
    loop = asyncio.get_running_loop()
    while part := await loop.run_in_executor(pool, next, slices, b""):
        yield part


async def _nothing_open() -> None:
    """What is sliced holds nothing that must be closed."""


def _is_json(call: Call) -> bool:
    """Whether an upload that may come as JSON does."""
    kind = call.headers.lenient(b"content-type").partition(";")[0].strip().lower()
    return call.operation.takes_json is not None and kind == "application/json"


def _is_repeat(call: Call) -> bool:
    return call.once is not None and call.once.is_repeat


def _without_proof(call: Call, members: dict[str, str]) -> dict[str, str]:
    fields = members if call.seating is None else call.seating.take(members)
    if call.once is not None:
        call.once.fields = fields
    return fields


def _decoded(call: Call, members: dict[str, str]) -> Any:  # a command, of the operation's kind
    """The command that path, query, headers and a form's fields make."""
    operation = call.operation
    told = {member: call.headers.get(name.lower().encode()) for member, name in operation.headers.items()}
    given = {member: value for member, value in told.items() if value is not None}
    query = {name: value for name, value in call.query.items() if name not in operation.headers}
    return decode_query(operation.takes, {**query, **given, **members}, call.parameters).command()


async def _body_of(call: Call) -> bytes:
    is_read = call.operation.body in _READ_WHOLE or call.operation.body is Body.UPLOAD
    return await read_body(call.headers, call.inbox) if is_read else b""
