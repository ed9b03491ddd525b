"""Chance: random bytes, numbers that are never used twice, and self-checking opaque tokens.

A token reads `jt_at_<number>.<43 characters><6 of checksum>`: the number finds the row, the digest decides, and the
checksum refuses a mistyped one before anything is looked up. A secret without a number leaves out `<number>.`.
Nothing here stores or compares.
"""

import binascii
import hashlib
import hmac
import re
import secrets
import threading
from array import array
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from jeton.kit.clock import Instant

ACCESS_TOKEN: Final = "jt_at_"
REFRESH_TOKEN: Final = "jt_rt_"
CODE: Final = "jt_co_"
DEVICE_CODE: Final = "jt_dc_"
PUSHED_REQUEST: Final = "jt_pr_"
FILE_TOKEN: Final = "jt_ft_"
CLIENT_SECRET: Final = "jt_cs_"
SETUP_LINK: Final = "jt_su_"
PASSWORD_LINK: Final = "jt_pw_"
INVITATION: Final = "jt_in_"
SESSION: Final = "jt_se_"
UNFINISHED_LOGIN: Final = "jt_lo_"
TRUSTED_BROWSER: Final = "jt_tb_"
KNOWN_BROWSER: Final = "jt_kb_"

_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"(jt_[a-z]{2}_)(?:([1-9][0-9]{0,18})\.)?([A-Za-z0-9_-]{43})([0-9A-Za-z]{6})")
_LARGEST_NUMBER: Final = 2**63 - 1


class Mint(Protocol):
    """Where chance comes from; a fixed one stands in for it in tests."""

    def bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""

    def number(self, now: Instant) -> int:
        """A positive 63-bit number, larger than all before it: milliseconds, then 20 random bits."""


class SystemMint:
    """The operating system's randomness. One serves a whole process, so that none of its numbers comes twice."""

    __slots__ = ("_last", "_lock", "_tails")

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()
        self._tails: Iterator[int] = iter(())

    def bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def number(self, now: Instant) -> int:
        with self._lock:
            tail = next(self._tails, None)
            if tail is None:  # numbers are no secrets: their chance is fetched ahead, by the thousand
                self._tails = iter(array("I", secrets.token_bytes(4000)))
                tail = next(self._tails)
            # Within one millisecond, or when the clock went back, the last one decides.
            self._last = max((now // 1000) << 20 | tail & 0xFFFFF, self._last + 1)
            return self._last


def first_number(at: Instant) -> int:
    """The least number that is minted from an instant on, to the millisecond."""
    return min(max(0, at // 1000) << 20, _LARGEST_NUMBER)


class ParsedToken(NamedTuple):
    """A well-formed token: what kind, and the number that finds its row (None when the kind carries none)."""

    prefix: str
    number: int | None


def checksum(text: str) -> str:
    """Six base-62 characters of CRC-32: they catch typing errors, they prove nothing."""
    rest = binascii.crc32(text.encode())
    digits = []
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        digits.append(_BASE62[digit])
    return "".join(reversed(digits))


def new_token(prefix: str, mint: Mint, number: int | None = None) -> str:
    """A fresh token of 256 random bits."""
    return _token_of(prefix, number, mint.bytes(32))


def derived_token(prefix: str, number: int, parent: str, salt: bytes) -> str:
    """The token that a parent and a salt make together, the same each time: neither alone tells it.

    HKDF with SHA-256, for the 32 bytes that one of its blocks holds. Source: RFC 5869 section 2; decisions.md,
    "Refresh successor".
    """
    key = hmac.digest(salt, parent.encode(), "sha256")
    return _token_of(prefix, number, hmac.digest(key, prefix.encode() + b"\x01", "sha256"))


def _token_of(prefix: str, number: int | None, secret: bytes) -> str:
    body = urlsafe_b64encode(secret).rstrip(b"=").decode()
    text = f"{prefix}{body}" if number is None else f"{prefix}{number}.{body}"
    return text + checksum(text)


def new_identifier(mint: Mint) -> str:
    """24 letters and digits that nobody can guess or mistype into another: a `client_id`."""
    number = int.from_bytes(mint.bytes(18), "big")
    letters = []
    for _ in range(24):
        number, digit = divmod(number, 62)
        letters.append(_BASE62[digit])
    return "".join(letters)


def parse_token(text: str) -> ParsedToken | None:
    """Read a token's outside; None when it cannot be one of ours (shape, size or checksum)."""
    if len(text) > 128:
        return None
    match = _SHAPE.fullmatch(text)
    if match is None or checksum(text[:-6]) != match[4]:
        return None
    number = int(match[2]) if match[2] else None
    if number is not None and number > _LARGEST_NUMBER:
        return None
    return ParsedToken(match[1], number)


def digest(token: str) -> bytes:
    """SHA-256 of the whole token: the only form in which one is kept."""
    return hashlib.sha256(token.encode()).digest()
