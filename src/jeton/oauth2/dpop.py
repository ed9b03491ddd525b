"""Proofs of possession: who shows a token also signs the request with the key that the token is bound to.

A proof holds for one request: its nonce was ours a moment ago, and its identifier is remembered as long as that.
Source: RFC 9449 sections 4.3, 8 and 9; RFC 9700 section 2.2.1.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import Final, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from jeton.kit.clock import SECOND, Instant
from jeton.oauth2.jws import Unsound, headers_of, thumbprint, verified
from jeton.oauth2.refusals import Refusal

FRESH: Final[Instant] = 300 * SECOND
"""How far a client's clock may be off."""
NONCE_LIVES: Final[Instant] = 120 * SECOND
_LONGEST_JTI: Final = 256

USE_NONCE: Final = Refusal("use_dpop_nonce", "Make the proof with the nonce of the header DPoP-Nonce, and send again.")
REPLAYED: Final = Refusal("invalid_dpop_proof", "This DPoP proof was used before: make a new one for each request.")
NEEDED: Final = Refusal("invalid_dpop_proof", "This application must send a DPoP proof: the header DPoP is missing.")
OTHER_THUMBPRINT: Final = Refusal("invalid_request", "The dpop_jkt is not the thumbprint of the DPoP proof's key.")
OTHER_KEY: Final = Refusal("invalid_grant", "The DPoP proof is not made with the key that this is bound to.")


class Nonces(Protocol):
    """Numbers by which a server tells fresh proofs from those that were made ahead."""

    def current(self, now: Instant) -> str:
        """The one to use now."""

    def is_current(self, nonce: str, now: Instant) -> bool:
        """Whether one was handed out by us within NONCE_LIVES, on whichever process."""


class Proof(NamedTuple):
    """A sound proof: the key's thumbprint, and what is remembered of it until when, so that it holds once."""

    jkt: str
    digest: bytes
    until: Instant


class Target(NamedTuple):
    """The request that a proof is of: its method, and its address without query."""

    method: str
    url: str


def judge(
    proofs: Sequence[str], target: Target, now: Instant, nonces: Nonces, *, token: str | None = None
) -> Proof | Refusal:
    """Judge the proof of a request; on the API `token` is the access token that comes with it.

    Refuses: invalid_dpop_proof; use_dpop_nonce.
    """
    if len(proofs) != 1:
        return _invalid("the header DPoP stands there more than once")
    try:
        header = headers_of(proofs[0])
        if header.get("typ") != "dpop+jwt":
            return _invalid("its typ is not dpop+jwt")
        key = header.get("jwk")
        if not isinstance(key, dict):
            return _invalid("its header has no jwk")
        claims = verified(proofs[0], key).claims
        jkt = thumbprint(key)
    except Unsound as error:
        return _invalid(str(error))
    fault = _fault(claims, target, now, token)
    if fault is not None:
        return _invalid(fault)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonces.is_current(nonce, now):
        return USE_NONCE
    return Proof(jkt, sha256(f"dpop {jkt} {claims['jti']}".encode()).digest(), now + NONCE_LIVES)


def _fault(claims: dict[str, object], target: Target, now: Instant, token: str | None) -> str | None:
    jti, iat, htu = claims.get("jti"), claims.get("iat"), claims.get("htu")
    if not isinstance(jti, str) or not 8 <= len(jti) <= _LONGEST_JTI:
        return f"its jti is not a text of 8 to {_LONGEST_JTI} characters"
    if claims.get("htm") != target.method:
        return "its htm is not the method of this request"
    if not isinstance(htu, str) or _bare(htu) != _bare(target.url):
        return "its htu is not the address of this request"
    if isinstance(iat, bool) or not isinstance(iat, int | float) or abs(iat * SECOND - now) > FRESH:
        return "its iat is not now: check the clock"
    if token is not None:
        ath = claims.get("ath")
        made = urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()
        if not isinstance(ath, str) or not compare_digest(ath.encode(), made.encode()):
            return "its ath is not the SHA-256 of the access token"
    return None


def _bare(url: str) -> tuple[str, str, int | None, str] | None:
    """An address without query and fragment, compared as RFC 3986 sections 6.2.2 and 6.2.3 say."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, parts.hostname or "", port, unquote(parts.path) or "/"


def _invalid(why: str) -> Refusal:
    return Refusal("invalid_dpop_proof", f"The DPoP proof does not hold: {why}.")
