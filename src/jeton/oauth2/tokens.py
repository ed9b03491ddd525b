"""Access tokens: how they are made, and what is known of one that comes back.

Source: product.md D2, D4; decisions.md, "Token"; RFC 6749 section 5.1; RFC 9068.
"""

from hmac import compare_digest
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import ACCESS_TOKEN, Mint, digest, new_token, parse_token
from jeton.oauth2.binding import UNBOUND, Binding
from jeton.oauth2.clients import Authenticated, Client
from jeton.oauth2.effects import StoreToken
from jeton.oauth2.jws import Unsound, claims_of, sign
from jeton.oauth2.scopes import ScopeSet
from jeton.oauth2.signing import SigningKey

S = TypeVar("S", bound=ScopeSet)

_DUMMY: Final = digest("no such token")


class TokenRecord(NamedTuple, Generic[S]):
    """A token as the store knows it. `ended_at` is when it was cut off, by whatever cause; `is_usable` is False while
    its client is suspended or its subject disabled."""

    id: int
    digest: bytes
    client_id: str
    scopes: S
    issued_at: Instant
    expires_at: Instant
    ended_at: Instant | None
    is_usable: bool
    subject: str
    username: str | None
    binding: Binding = UNBOUND


class Maker(NamedTuple):
    """What access tokens are made with: chance, who makes them, and the key that signs those for the outside."""

    mint: Mint
    issuer: str
    key: SigningKey | None = None


class Minted(NamedTuple, Generic[S]):
    """A fresh token, and what to keep of it."""

    token: str
    effect: StoreToken[S]


def mint_access_token(
    authenticated: Authenticated[S],
    scopes: S,
    now: Instant,
    maker: Maker,
    *,
    subject: str | None = None,
    family: int | None = None,
    binding: Binding = UNBOUND,
) -> Minted[S]:
    """Make a token that lives as long as its client's tokens do; for a person, when `subject` names one.

    It is opaque; for an outside resource server, which cannot ask us, it is signed and says what it is (RFC 9068).
    """
    number = maker.mint.number(now)
    client = authenticated.client
    expires_at = now + client.lifetime_s * SECOND
    if binding.resource is None:
        token = new_token(ACCESS_TOKEN, maker.mint, number)
    else:
        assert maker.key is not None  # noqa: S101 - loaded for every client that may name an outside resource
        claims = _claims(number, client, scopes, now, maker.issuer, subject, binding)
        token = sign(claims, typ="at+jwt", kid=maker.key.kid, private=maker.key.private)
    kept = StoreToken(
        number, digest(token), client.client_id, scopes, now, expires_at, authenticated.secret_id, subject, family,
        binding,
    )  # fmt: skip
    return Minted(token, kept)


def _claims(
    number: int, client: Client[S], scopes: S, now: Instant, issuer: str, subject: str | None, binding: Binding
) -> dict[str, object]:
    """What a signed token says. Source: RFC 9068 section 2.2; RFC 9449 section 6.1."""
    claims: dict[str, object] = {
        "iss": issuer,
        "sub": subject or client.client_id,
        "aud": binding.resource,
        "client_id": client.client_id,
        "iat": now // SECOND,
        "exp": now // SECOND + client.lifetime_s,
        "jti": str(number),
        "scope": str(scopes),
    }
    return claims if binding.jkt is None else {**claims, "cnf": {"jkt": binding.jkt}}


def number_of(token: str, prefix: str = ACCESS_TOKEN) -> int | None:
    """The number that finds the row; None for what cannot be one of our tokens of this kind."""
    if prefix == ACCESS_TOKEN and token.startswith("ey"):
        return _number_of_signed(token)
    parsed = parse_token(token)
    return parsed.number if parsed is not None and parsed.prefix == prefix else None


def _number_of_signed(token: str) -> int | None:
    # The digest of the row decides, as for every token: its signature need not be looked at.
    try:
        told = claims_of(token).get("jti")
    except Unsound:
        return None
    if not isinstance(told, str) or not (told.isascii() and told.isdigit() and len(told) < 20):
        return None
    return int(told) if int(told) < 2**63 else None


class HasDigest(Protocol):
    """A record that knows a token by its digest."""

    @property
    def digest(self) -> bytes: ...


def is_the_one(record: HasDigest | None, token: str) -> bool:
    """Whether the row found by a token's number belongs to this very token; constant time."""
    return compare_digest(record.digest if record else _DUMMY, digest(token)) and record is not None


def is_live(record: TokenRecord[S], now: Instant) -> bool:
    """Whether a token holds now: expired when now is its end or later."""
    return record.ended_at is None and now < record.expires_at and record.is_usable
