"""Whether an address that a request names is one that was registered. Source: product.md D7; RFC 8252 section 7.3.

Byte for byte; on loopback the port is free, as a native client listens where it can. The three names of loopback are
not interchangeable: each leads to another place.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

_LOOPBACK: Final = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::[0-9]{1,5})?((?:[/?].*)?)")


def is_registered(asked: str, registered: Iterable[str]) -> bool:
    """Whether one of the registered addresses is this one."""
    without_port = _without_port(asked)
    return any(asked == one or (without_port is not None and without_port == _without_port(one)) for one in registered)


def with_answer(callback: str, answer: dict[str, str]) -> str:
    """The callback with the answer in its query, beside what it had there. Source: RFC 6749 section 4.1.2."""
    joint = "&" if "?" in callback else "?"
    return f"{callback}{joint}{urlencode(answer)}"


def _without_port(url: str) -> tuple[str, str] | None:
    match = _LOOPBACK.fullmatch(url)
    return None if match is None else (match[1], match[2])
