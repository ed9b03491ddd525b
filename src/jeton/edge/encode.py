"""From a use case's value to bytes, compiled once per operation from what it declares to give."""

from collections.abc import Callable
from typing import Any, Final, get_args, get_origin

import msgspec

from jeton.kernel.blobs import Bundle
from jeton.kernel.declare import Operation
from jeton.kernel.ports import Download, Picture

OF_BYTES: Final = (Picture, Download, Bundle)
"""Values that are bytes already."""

_encode = msgspec.json.Encoder().encode

# Values differ from operation to operation: what it gives says how to spell each.
Encode = Callable[[Any], bytes]


def encoder_of(operation: Operation) -> Encode | None:
    """The operation's encoder; None when it answers without JSON: empty, a picture or a download."""
    gives = operation.gives
    if gives is None or gives in OF_BYTES:
        return None
    if get_origin(gives) is list:
        (item,) = get_args(gives)
        of_item = item.of
        return lambda values: _encode([of_item(value) for value in values])
    of_value = gives.of
    return lambda value: _encode(of_value(value))
