"""The client_credentials grant: an application acts as itself. Source: RFC 6749 section 4.4."""

from typing import Final, TypeVar

from jeton.kit.clock import Instant
from jeton.oauth2.binding import Binding, outside
from jeton.oauth2.clients import Authenticated, Client
from jeton.oauth2.messages import TokenRequest
from jeton.oauth2.refusals import NOT_FOR_THIS_CLIENT, Refusal
from jeton.oauth2.scopes import ScopeSet, Vocabulary, narrow
from jeton.oauth2.tokens import Maker, Minted, mint_access_token

S = TypeVar("S", bound=ScopeSet)

GRANT_TYPE: Final = "client_credentials"


def decide(
    ask: TokenRequest,
    authenticated: Authenticated[S],
    vocabulary: Vocabulary[S],
    jkt: str | None,
    now: Instant,
    maker: Maker,
) -> Minted[S] | Refusal:
    """Decide a client_credentials request of a client that proved itself, with the key of `jkt` if with any.

    Source: RFC 6749 sections 4.4.2, 4.4.3 (no refresh token) and 3.3; RFC 8707 section 2.
    Refuses: unauthorized_client (public, or not given this grant); invalid_target; invalid_scope.
    """
    judged = judge(ask, authenticated.client, vocabulary, maker.issuer)
    if isinstance(judged, Refusal):
        return judged
    scopes, resource = judged
    return mint_access_token(authenticated, scopes, now, maker, binding=Binding(jkt, resource))


def judge(
    ask: TokenRequest, client: Client[S], vocabulary: Vocabulary[S], issuer: str
) -> tuple[S, str | None] | Refusal:
    """The scopes that `decide` would grant, and for which outside resource; or its refusal. Mints nothing."""
    if client.is_public or GRANT_TYPE not in client.grants:
        return NOT_FOR_THIS_CLIENT
    resource = outside(ask.resource, issuer, client.terms.resources)
    if isinstance(resource, Refusal):
        return resource
    scopes = narrow(ask.scope, client.scopes, vocabulary)
    return scopes if isinstance(scopes, Refusal) else (scopes, resource)
