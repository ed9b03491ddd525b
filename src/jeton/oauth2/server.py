"""The authorization server: loads facts, has them decided, applies what is asked. The only caller of ports."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.oauth2.clients import Authenticated, authenticate
from jeton.oauth2.endpoints import introspect, revoke
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.grants import client_credentials
from jeton.oauth2.messages import Credentials, TokenRequest, read_token_question, read_token_request
from jeton.oauth2.ports import Store
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.scopes import ScopeSet, Vocabulary
from jeton.oauth2.tokens import number_of

S = TypeVar("S", bound=ScopeSet)

_UNKNOWN_GRANT = Refusal(
    "unsupported_grant_type",
    "This grant_type is not offered here; grant_types_supported in the metadata lists those that are.",
)


class AuthorizationServer(Generic[S]):
    """The endpoints. Each takes the parameters, the Authorization header, and a store within one transaction."""

    __slots__ = ("_issuer", "_mint", "_vocabulary")

    def __init__(self, issuer: str, vocabulary: Vocabulary[S], mint: Mint) -> None:
        self._issuer = issuer
        self._vocabulary = vocabulary
        self._mint = mint

    def refusal_of_token(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> Refusal | None:
        """What `token` would refuse, judged on a read: it need not reach the writer. Mints and keeps nothing."""
        asked = self._asked(parameters, authorization, store, now)
        if isinstance(asked, Refusal):
            return asked
        ask, authenticated = asked
        scopes = client_credentials.judge(ask, authenticated.client, self._vocabulary)
        return scopes if isinstance(scopes, Refusal) else None

    def token(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> tuple[TokenAnswer | Refusal, Authenticated[S] | None]:
        """Answer a token request, and say who proved itself. Source: RFC 6749 sections 3.2, 5."""
        asked = self._asked(parameters, authorization, store, now)
        if isinstance(asked, Refusal):
            return asked, None
        ask, authenticated = asked
        minted = client_credentials.decide(ask, authenticated, self._vocabulary, now, self._mint)
        if isinstance(minted, Refusal):
            return minted, authenticated
        store.store_token(minted.effect)
        lifetime_s = authenticated.client.lifetime_s
        return TokenAnswer(minted.token, str(minted.effect.scopes), None, "Bearer", lifetime_s), authenticated

    def revoke(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> Refusal | None:
        """End a token of the asking client; None when all is well, an unknown token included. Source: RFC 7009."""
        ask = read_token_question(parameters, authorization)
        if isinstance(ask, Refusal):
            return ask
        authenticated = self._authenticate(ask.credentials, store, now)
        if isinstance(authenticated, Refusal):
            return authenticated
        number = number_of(ask.token)
        record = store.token(number) if number is not None else None
        decided = revoke.decide(record, ask.token, authenticated.client, now)
        if isinstance(decided, Refusal):
            return decided
        if decided is not None:
            store.revoke_token(decided)
        return None

    def introspect(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> dict[str, Any] | Refusal:  # a JSON object
        """Tell of a token to the client that holds it. Source: RFC 7662."""
        ask = read_token_question(parameters, authorization)
        if isinstance(ask, Refusal):
            return ask
        authenticated = self._authenticate(ask.credentials, store, now)
        if isinstance(authenticated, Refusal):
            return authenticated
        number = number_of(ask.token)
        record = store.token(number) if number is not None else None
        return introspect.describe(record, ask.token, authenticated.client, self._issuer, now)

    def _asked(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> tuple[TokenRequest, Authenticated[S]] | Refusal:
        """A request for a grant that is offered, and the client that proved itself in it."""
        ask = read_token_request(parameters, authorization)
        if isinstance(ask, Refusal):
            return ask
        if ask.grant_type != client_credentials.GRANT_TYPE:
            return _UNKNOWN_GRANT
        authenticated = self._authenticate(ask.credentials, store, now)
        return authenticated if isinstance(authenticated, Refusal) else (ask, authenticated)

    def _authenticate(self, credentials: Credentials, store: Store[S], now: Instant) -> Authenticated[S] | Refusal:
        return authenticate(credentials, store.client(credentials.client_id), now)
