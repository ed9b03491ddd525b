"""From a use case's value to what is answered, compiled once per operation from what it declares to give.

What is long is not encoded at once: a shape that can has `pieces(value)`, and these are sent slice by slice, after the
transaction and off the event loop.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, get_args, get_origin

import msgspec

from jeton.kernel.blobs import Bundle, Shown
from jeton.kernel.declare import OneOf, Operation
from jeton.kernel.ports import Download, Picture
from jeton.web.answers import NO_STORE, Answer, Header
from jeton.wire.shapes import Heads

OF_BYTES: Final = (Picture, Download, Shown, Bundle)
"""Values that are bytes already."""

_encode = msgspec.json.Encoder().encode

# Values differ from operation to operation: what it gives says how to spell each.
Encode = Callable[[Any], bytes | Answer]


def encoder_of(operation: Operation) -> Encode | None:
    """The operation's encoder; None when it answers without JSON and headers: empty, a picture or a download."""
    return _encoder(operation.gives, operation.status)


def _encoder(gives: Any, status: int) -> Encode | None:  # what an operation gives
    if gives is None or gives in OF_BYTES:
        return None
    if isinstance(gives, OneOf):
        of_kind = {kind: _encoder(shape, status) or _nothing for kind, shape in gives.items()}
        return lambda value: of_kind[type(value)](value)
    if get_origin(gives) is list:
        (item,) = get_args(gives)
        of_item = item.of
        return lambda values: _encode([of_item(value) for value in values])
    if gives is bool:
        return _encode
    of_value = gives.of
    if is_heads(gives):
        return lambda value: Answer(status, (*NO_STORE, *headers_of(of_value(value))))
    return lambda value: _encode(of_value(value))


SLICE_BYTES: Final = 128 * 1024

Slice = Callable[[Any], Iterator[bytes]]


def slicer_of(operation: Operation) -> Slice | None:
    """How the operation's answer is encoded slice by slice; None when it only is at once."""
    gives = operation.gives
    if get_origin(gives) is list:
        (item,) = get_args(gives)
        of_item = getattr(item, "pieces", None)
        return None if of_item is None else lambda values: _slices(_array(of_item(value) for value in values))
    pieces = getattr(gives, "pieces", None)
    return None if pieces is None else lambda value: _slices(pieces(value))


def _array(items: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    yield b"["
    for number, pieces in enumerate(items):
        if number:
            yield b","
        yield from pieces
    yield b"]"


def _slices(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, gathered until they are worth sending."""
    gathered: list[bytes] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= SLICE_BYTES:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def is_heads(gives: Any) -> bool:
    """Whether what an operation gives is headers alone."""
    return isinstance(gives, type) and issubclass(gives, Heads)


def headers_of(heads: Heads) -> tuple[Header, ...]:
    """Its members as headers, those that are absent left out."""
    told = ((name, getattr(heads, name)) for name in heads.__struct_fields__)
    return tuple(
        (name.replace("_", "-").encode(), str(value).encode("latin-1"))
        for name, value in told
        if value is not msgspec.UNSET
    )


def _nothing(_value: object) -> bytes:
    return b""
