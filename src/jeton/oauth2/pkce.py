"""Proof Key for Code Exchange, S256 only: whoever asked for a code is who exchanges it. Source: RFC 7636; D6."""

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from typing import Final

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """Whether a text can be the S256 of a verifier."""
    return _CHALLENGE.fullmatch(text) is not None


def verifies(verifier: str, challenge: str) -> bool:
    """Whether this verifier made that challenge. Source: RFC 7636 section 4.6."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    return compare_digest(challenge_of(verifier), challenge)


def challenge_of(verifier: str) -> str:
    """The S256 of a verifier. Source: RFC 7636 section 4.2."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()
