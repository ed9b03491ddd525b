"""The authorization server: loads facts, has them decided, applies what is asked. The only caller of ports."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

from jeton.kit.clock import Instant
from jeton.kit.mint import CODE, REFRESH_TOKEN, Mint
from jeton.oauth2.clients import Authenticated, authenticate
from jeton.oauth2.codes import Approved, mint_code
from jeton.oauth2.effects import ClaimCode, Refused, RevokeFamily, RevokeToken, StoreToken
from jeton.oauth2.endpoints import introspect, revoke
from jeton.oauth2.endpoints.authorize import PageFault, SentBack, Sound, code_location, error_location, judge
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.grants import authorization_code, client_credentials, refresh_token
from jeton.oauth2.messages import (
    Credentials,
    TokenRequest,
    read_authorization_request,
    read_token_question,
    read_token_request,
)
from jeton.oauth2.ports import Store
from jeton.oauth2.refusals import BAD_CODE, BAD_REFRESH_TOKEN, Refusal, invalid_client
from jeton.oauth2.scopes import ScopeSet, Vocabulary
from jeton.oauth2.tokens import number_of

S = TypeVar("S", bound=ScopeSet)

GRANT_TYPES: Final = frozenset({client_credentials.GRANT_TYPE, authorization_code.GRANT_TYPE, refresh_token.GRANT_TYPE})
_UNKNOWN_GRANT: Final = Refusal(
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

    def authorize(self, pairs: Sequence[tuple[str, str]], store: Store[S]) -> PageFault | SentBack | Sound[S]:
        """Judge an authorization request before anybody is asked. Source: RFC 6749 section 4.1.1."""
        ask = read_authorization_request(pairs)
        client = None if ask.client_id is None else store.client(ask.client_id)
        return judge(ask, client, self._vocabulary, self._issuer)

    def approve(self, sound: Sound[S], subject: str, scopes: S, store: Store[S], now: Instant) -> str:
        """A person allowed it, all of it or less: where the browser goes with the code."""
        approved = Approved(sound.client.client_id, subject, scopes, sound.redirect_uri, sound.challenge)
        code, kept = mint_code(approved, now, self._mint)
        store.store_code(kept)
        return code_location(sound, code, self._issuer)

    def deny(self, sound: Sound[S]) -> str:
        """A person refused: where the browser goes with that."""
        return error_location(sound.callback, "access_denied", "The person refused.", sound.state, self._issuer)

    def cannot_ask(self, sound: Sound[S], error: str) -> str:
        """Somebody would have to be asked, and the client wants no page: where the browser goes with that."""
        return error_location(sound.callback, error, "The person would have to be asked.", sound.state, self._issuer)

    def refusal_of_token(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> Refusal | None:
        """What `token` would refuse, judged on a read: it need not reach the writer. Keeps nothing.

        None also where a refusal must be kept, since it ends something.
        """
        asked = self._asked(parameters, authorization, store, now)
        if isinstance(asked, Refusal):
            return asked
        ask, authenticated = asked
        if ask.grant_type == client_credentials.GRANT_TYPE:
            scopes = client_credentials.judge(ask, authenticated.client, self._vocabulary)
            return scopes if isinstance(scopes, Refusal) else None
        decided = self._decided(ask, authenticated, store, now)
        return decided.refusal if isinstance(decided, Refused) and not decided.effects else None

    def token(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> tuple[TokenAnswer | Refusal, Authenticated[S] | None]:
        """Answer a token request, and say who proved itself. Source: RFC 6749 sections 3.2, 5."""
        asked = self._asked(parameters, authorization, store, now)
        if isinstance(asked, Refusal):
            return asked, None
        ask, authenticated = asked
        if ask.grant_type == client_credentials.GRANT_TYPE:
            minted = client_credentials.decide(ask, authenticated, self._vocabulary, now, self._mint)
            if isinstance(minted, Refusal):
                return minted, authenticated
            store.store_token(minted.effect)
            return _answer(minted.token, minted.effect, None, authenticated), authenticated
        return self._granted(ask, authenticated, store, now), authenticated

    def _granted(
        self, ask: TokenRequest, authenticated: Authenticated[S], store: Store[S], now: Instant
    ) -> TokenAnswer | Refusal:
        """Decide and keep; when another request was first, look again, once."""
        for _ in range(2):
            decided = self._decided(ask, authenticated, store, now)
            if isinstance(decided, Refused):
                for effect in decided.effects:
                    if isinstance(effect, ClaimCode):
                        store.claim_code(effect)
                    else:
                        store.revoke_family(effect)
                return decided.refusal
            if _kept(decided, store):
                return _answer(decided.access_token, decided.token, decided.refresh_token, authenticated)
        return BAD_CODE if ask.grant_type == authorization_code.GRANT_TYPE else BAD_REFRESH_TOKEN

    def _decided(
        self, ask: TokenRequest, authenticated: Authenticated[S], store: Store[S], now: Instant
    ) -> authorization_code.Exchanged[S] | refresh_token.Refreshed[S] | Refused:
        if ask.grant_type == authorization_code.GRANT_TYPE:
            number = None if ask.code is None else number_of(ask.code, CODE)
            code = None if number is None else store.code(number)
            return authorization_code.decide(ask, authenticated, code, now, self._mint)
        number = None if ask.refresh_token is None else number_of(ask.refresh_token, REFRESH_TOKEN)
        record = None if number is None else store.refresh_token(number)
        return refresh_token.decide(ask, authenticated, record, self._vocabulary, now, self._mint)

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
        client = authenticated.client
        number = number_of(ask.token, REFRESH_TOKEN)
        if number is not None:
            ended = revoke.decide_refresh(store.refresh_token(number), ask.token, client, now)
            if isinstance(ended, RevokeFamily):
                store.revoke_family(ended)
            return ended if isinstance(ended, Refusal) else None
        number = number_of(ask.token)
        decided = revoke.decide(None if number is None else store.token(number), ask.token, client, now)
        if isinstance(decided, RevokeToken):
            store.revoke_token(decided)
        return decided if isinstance(decided, Refusal) else None

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
        if authenticated.client.is_public:
            return invalid_client(tried_basic=ask.credentials.by_basic)  # RFC 7662 section 2.1: it proves nothing
        number = number_of(ask.token, REFRESH_TOKEN)
        if number is not None:
            kept = store.refresh_token(number)
            return introspect.describe_refresh(kept, ask.token, authenticated.client, self._issuer, now)
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
        if ask.grant_type not in GRANT_TYPES:
            return _UNKNOWN_GRANT
        authenticated = self._authenticate(ask.credentials, store, now)
        return authenticated if isinstance(authenticated, Refusal) else (ask, authenticated)

    def _authenticate(self, credentials: Credentials, store: Store[S], now: Instant) -> Authenticated[S] | Refusal:
        return authenticate(credentials, store.client(credentials.client_id), now)


def _kept(decided: authorization_code.Exchanged[S] | refresh_token.Refreshed[S], store: Store[S]) -> bool:
    """Keep what a decision asks, unless what it spends was spent meanwhile."""
    if isinstance(decided, authorization_code.Exchanged):
        if not store.claim_code(decided.claim):
            return False
        store.store_refresh(decided.refresh)
    elif decided.rotate is not None:
        if not store.rotate_refresh(decided.rotate):
            return False
    elif decided.prolong is not None:
        store.prolong_refresh(decided.prolong)
    if isinstance(decided, refresh_token.Refreshed) and decided.refresh is not None:
        store.store_refresh(decided.refresh)
    store.store_token(decided.token)
    return True


def _answer(token: str, kept: StoreToken[S], refresh: str | None, authenticated: Authenticated[S]) -> TokenAnswer:
    return TokenAnswer(token, str(kept.scopes), refresh, "Bearer", authenticated.client.lifetime_s)
