"""Clients and their proof. One mechanism per request; digests are compared in constant time.

Source: RFC 6749 sections 2.3 and 5.2; RFC 7523; decisions.md, "Application secrets".
"""

from hmac import compare_digest
from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import Instant
from jeton.kit.mint import digest
from jeton.oauth2.assertions import Assertion, judge, refused
from jeton.oauth2.messages import Credentials
from jeton.oauth2.refusals import SUSPENDED, Refusal, invalid_client, secret_over
from jeton.oauth2.scopes import ScopeSet

S = TypeVar("S", bound=ScopeSet)

_DUMMY: Final = digest("no such client")


class KeptSecret(NamedTuple):
    """A secret's digest and its end, if it has one."""

    id: int
    digest: bytes
    ends_at: Instant | None


class Terms(NamedTuple):
    """What a client's requests must carry, and what else it may ask, beyond what is usual."""

    needs_pkce: bool = False
    needs_par: bool = False
    needs_dpop: bool = False
    jwks: str = ""
    """The public keys by which it proves itself, as a JWK Set in JSON; empty: by a secret."""
    resources: tuple[str, ...] = ()
    """Outside resource servers that it may ask tokens for."""
    refresh_idle_s: int = 30 * 86_400
    refresh_ends_s: int = 90 * 86_400
    requests_per_minute: int = 0
    """How many calls it may make; 0: as many as it likes."""


class Client(NamedTuple, Generic[S]):
    """A registered client (RFC 6749 section 2). `grants` are the grant types that it may use."""

    client_id: str
    name: str
    grants: frozenset[str]
    scopes: S
    lifetime_s: int
    is_public: bool
    is_suspended: bool
    secrets: tuple[KeptSecret, ...]
    callbacks: tuple[str, ...] = ()
    terms: Terms = Terms()


class Authenticated(NamedTuple, Generic[S]):
    """A client that proved itself, and with which secret, or by which assertion, which holds once; a public one has
    neither and proves nothing."""

    client: Client[S]
    secret_id: int | None
    assertion: Assertion | None = None

    @property
    def proves_nothing(self) -> bool:
        """Whether anybody can say the same: a public client only names itself."""
        return self.secret_id is None and self.assertion is None


def authenticate(
    credentials: Credentials, client: Client[S] | None, issuer: str, now: Instant
) -> Authenticated[S] | Refusal:
    """Judge a client's proof.

    Takes: `client` as found by the client_id shown, or None; its secrets, ended ones that are still kept too.
    Refuses: invalid_client, byte for byte the same for an unknown client and a wrong secret; another sentence for the
    right secret that is over; unauthorized_client for the right secret of a suspended client. A public client only
    names itself (RFC 6749 section 2.1): what it may then do with its own tokens, it may do without proof. One with keys
    proves itself by them alone.
    """
    if credentials.assertion is not None:
        return _by_assertion(credentials.client_id, credentials.assertion, client, issuer, now)
    if client is not None and client.is_public and not credentials.secret:
        return SUSPENDED if client.is_suspended else Authenticated(client, None)
    shown = digest(credentials.secret)
    matched: KeptSecret | None = None
    for secret in client.secrets if client and not client.is_public and not client.terms.jwks else ():
        if compare_digest(secret.digest, shown) and (matched is None or _outlives(secret, matched)):
            matched = secret
    if client is None or client.is_public or not client.secrets:
        compare_digest(_DUMMY, shown)  # equal work for who does not exist
    if client is None or matched is None:
        return invalid_client(tried_basic=credentials.by_basic)
    if matched.ends_at is not None and matched.ends_at <= now:
        return secret_over(tried_basic=credentials.by_basic)
    if client.is_suspended:
        return SUSPENDED
    return Authenticated(client, matched.id)


def _by_assertion(
    client_id: str, text: str, client: Client[S] | None, issuer: str, now: Instant
) -> Authenticated[S] | Refusal:
    if client is None or not client.terms.jwks:
        return refused("this application is unknown, or has no keys")
    assertion = judge(text, client_id, client.terms.jwks, issuer, now)
    if isinstance(assertion, Refusal):
        return assertion
    return SUSPENDED if client.is_suspended else Authenticated(client, None, assertion)


def _outlives(one: KeptSecret, other: KeptSecret) -> bool:
    return other.ends_at is not None and (one.ends_at is None or one.ends_at > other.ends_at)
