"""The client_credentials grant: an application acts as itself. Source: RFC 6749 section 4.4."""

from typing import Final, TypeVar

from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.oauth2.clients import Authenticated, Client
from jeton.oauth2.messages import TokenRequest
from jeton.oauth2.refusals import NOT_FOR_THIS_CLIENT, Refusal
from jeton.oauth2.scopes import ScopeSet, Vocabulary, narrow
from jeton.oauth2.tokens import Minted, mint_access_token

S = TypeVar("S", bound=ScopeSet)

GRANT_TYPE: Final = "client_credentials"


def decide(
    ask: TokenRequest, authenticated: Authenticated[S], vocabulary: Vocabulary[S], now: Instant, mint: Mint
) -> Minted[S] | Refusal:
    """Decide a client_credentials request of a client that proved itself.

    Source: RFC 6749 sections 4.4.2, 4.4.3 (no refresh token) and 3.3.
    Refuses: unauthorized_client (public, or not given this grant); invalid_scope.
    """
    scopes = judge(ask, authenticated.client, vocabulary)
    if isinstance(scopes, Refusal):
        return scopes
    return mint_access_token(authenticated, scopes, now, mint)


def judge(ask: TokenRequest, client: Client[S], vocabulary: Vocabulary[S]) -> S | Refusal:
    """The scopes that `decide` would grant, or its refusal. Mints nothing."""
    if client.is_public or GRANT_TYPE not in client.grants:
        return NOT_FOR_THIS_CLIENT
    return narrow(ask.scope, client.scopes, vocabulary)
