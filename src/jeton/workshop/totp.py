"""Time-based codes. Source: RFC 6238 with SHA-1, six digits, 30 seconds: what authenticator applications do."""

from hmac import compare_digest
from typing import Final

from pyotp import TOTP

from jeton.kit.clock import SECOND, Instant

STEP_S: Final = 30
_EITHER_WAY: Final = 1


def step_of(seed: str, code: str, now: Instant) -> int | None:
    """The step near now whose code this is; None when there is none. Each is compared, whichever fits."""
    codes = TOTP(seed)
    present = now // SECOND // STEP_S
    found = None
    for step in range(present - _EITHER_WAY, present + _EITHER_WAY + 1):
        if compare_digest(codes.generate_otp(step).encode(), code.encode()):
            found = step
    return found
