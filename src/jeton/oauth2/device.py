"""Devices without a browser: a person allows them on another one, by a short code. Source: RFC 8628; ux.md 2.6."""

from enum import StrEnum
from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import DEVICE_CODE, Mint, digest, new_token
from jeton.oauth2.binding import Binding
from jeton.oauth2.effects import StoreDevice
from jeton.oauth2.scopes import ScopeSet

S = TypeVar("S", bound=ScopeSet)

LIVES: Final[Instant] = 600 * SECOND
INTERVAL_S: Final = 5
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no words come about, and no digits, which look like letters (RFC 8628 section 6.1)."""
_LENGTH: Final = 8


class Decision(StrEnum):
    """What the person said."""

    NONE = "none"
    ALLOWED = "allowed"
    REFUSED = "refused"


class DeviceRecord(NamedTuple, Generic[S]):
    """What a device asked, as the store knows it. `is_usable` is False once its person may not act, or took it back."""

    id: int
    digest: bytes
    client_id: str
    scopes: S
    binding: Binding
    address: str
    issued_at: Instant
    expires_at: Instant
    interval_s: int
    polled_at: Instant | None
    decision: Decision
    subject: str | None
    claimed_at: Instant | None
    is_usable: bool


class DeviceAnswer(NamedTuple):
    """What the device is told. Source: RFC 8628 section 3.2."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


def begin(
    client_id: str, scopes: S, binding: Binding, issuer: str, now: Instant, mint: Mint
) -> tuple[DeviceAnswer, StoreDevice[S]]:
    """Both codes, and what to keep."""
    number = mint.number(now)
    code, user_code = new_token(DEVICE_CODE, mint, number), _user_code(mint)
    kept = StoreDevice(
        number, digest(code), digest(plain(user_code)), client_id, scopes, binding, now, now + LIVES, INTERVAL_S
    )
    page = f"{issuer}/device"
    answer = DeviceAnswer(code, user_code, page, f"{page}?user_code={user_code}", LIVES // SECOND, INTERVAL_S)
    return answer, kept


def plain(typed: str) -> str:
    """A code as typed, in capitals and without what people put between."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def _user_code(mint: Mint) -> str:
    """Eight letters, each as likely as the others."""
    letters: list[str] = []
    fair = 256 - 256 % len(LETTERS)
    while len(letters) < _LENGTH:
        letters += [LETTERS[value % len(LETTERS)] for value in mint.bytes(16) if value < fair]
    word = "".join(letters[:_LENGTH])
    return f"{word[:4]}-{word[4:]}"
