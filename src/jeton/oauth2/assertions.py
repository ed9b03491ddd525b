"""Clients that prove themselves by signing: `private_key_jwt`. An assertion holds once, and is for this server alone.

Source: RFC 7523 sections 2.2 and 3; OpenID Connect Core section 9; RFC 9700 section 2.5.
"""

from hashlib import sha256
from typing import Any, Final, NamedTuple

from jeton.kit.clock import SECOND, Instant
from jeton.oauth2.jws import Unsound, claims_of, headers_of, read_keys, verified
from jeton.oauth2.refusals import Refusal

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFE: Final[Instant] = 600 * SECOND
SKEW: Final[Instant] = 60 * SECOND
_LONGEST_JTI: Final = 256
_LATEST: Final = 2**40


class Assertion(NamedTuple):
    """A sound assertion: what is remembered of it until when, so that it holds once."""

    digest: bytes
    until: Instant


def claimed_subject(text: str) -> str | None:
    """The client that an assertion speaks of, which nothing vouches for yet."""
    try:
        subject = claims_of(text).get("sub")
    except Unsound:
        return None
    return subject if isinstance(subject, str) and subject else None


def judge(text: str, client_id: str, jwks: str, issuer: str, now: Instant) -> Assertion | Refusal:
    """Judge an assertion by a client's own keys. Refuses: invalid_client."""
    try:
        kid = headers_of(text).get("kid")
        keys = [key for key in read_keys(jwks) if kid is None or key.get("kid") in {None, kid}]
        claims = _claims(text, keys)
    except Unsound as error:
        return refused(str(error))
    return _judged(claims, client_id, issuer, now)


def _claims(text: str, keys: list[dict[str, Any]]) -> dict[str, Any]:  # JSON objects
    """Raises Unsound when none of the keys verifies it."""
    reason = Unsound("none of the application's keys has its kid")
    for key in keys:
        try:
            return verified(text, key).claims
        except Unsound as error:
            reason = error
    raise reason


def _judged(claims: dict[str, Any], client_id: str, issuer: str, now: Instant) -> Assertion | Refusal:
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        return refused("its iss and sub are not both the client_id")
    if claims.get("aud") != issuer:
        return refused("its aud is not the issuer alone, as one text")
    jti, exp, nbf = claims.get("jti"), claims.get("exp"), claims.get("nbf")
    if not isinstance(jti, str) or not 8 <= len(jti) <= _LONGEST_JTI:
        return refused(f"its jti is not a text of 8 to {_LONGEST_JTI} characters")
    if not isinstance(exp, int | float) or not 0 < exp < _LATEST or exp * SECOND <= now:
        return refused("it is over, or has no exp")
    if exp * SECOND > now + LONGEST_LIFE:
        return refused("its exp is more than 10 minutes away")
    if nbf is not None and (not isinstance(nbf, int | float) or nbf * SECOND > now + SKEW):
        return refused("its nbf lies ahead")
    return Assertion(sha256(f"assertion {client_id} {jti}".encode()).digest(), int(exp * SECOND))


def refused(why: str) -> Refusal:
    """An assertion that does not hold, and why."""
    return Refusal("invalid_client", f"The client_assertion does not hold: {why}.", 401)
