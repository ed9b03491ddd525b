"""Whether what a client holds already is still what would be sent: conditions of a request, judged without sending.

Source: RFC 9110 sections 8.8 and 13. A condition that cannot be read is ignored, as it says.
"""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from jeton.web.requests import Headers

_ANY: Final = "*"
_WEAK: Final = "W/"


class Validators(NamedTuple):
    """What tells one state of something from another: a strong entity tag, quotes included, and whole seconds."""

    tag: str
    modified_at: datetime


def refusal_of(headers: Headers, now: Validators) -> int | None:
    """The status that answers a GET or HEAD instead of its content, if one does: 412 or 304.

    Source: RFC 9110 section 13.2.2, in its order.
    """
    expected, unmodified = headers.lenient(b"if-match"), headers.lenient(b"if-unmodified-since")
    if expected:
        if not _is_among(expected, now.tag):
            return 412
    elif (date := _date(unmodified)) is not None and now.modified_at > date:
        return 412
    known, since = headers.lenient(b"if-none-match"), headers.lenient(b"if-modified-since")
    if known:
        return 304 if _is_among(known, now.tag, weakly=True) else None
    return 304 if (date := _date(since)) is not None and now.modified_at <= date else None


def may_send_part(headers: Headers, now: Validators) -> bool:
    """Whether If-Range lets a range be sent: without it, or when it names exactly what is there now.

    Source: RFC 9110 section 13.1.5.
    """
    condition = headers.lenient(b"if-range").strip()
    return b"if-range" not in headers or condition == now.tag or _date(condition) == now.modified_at


def _is_among(listed: str, tag: str, *, weakly: bool = False) -> bool:
    tags = {part.strip() for part in listed.split(",")}
    return _ANY in tags or tag in tags or (weakly and _WEAK + tag in tags)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # no date, or one far beyond dates
        return None
    return date if date.tzinfo is not None else None
