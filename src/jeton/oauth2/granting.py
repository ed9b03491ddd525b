"""Token requests, from the request to what is kept: loads what each grant needs, has it decided, and applies it."""

from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import Instant
from jeton.kit.mint import CODE, DEVICE_CODE, REFRESH_TOKEN
from jeton.oauth2.clients import Authenticated
from jeton.oauth2.dpop import Proof
from jeton.oauth2.effects import ClaimCode, DevicePolled, Refused, StoreToken
from jeton.oauth2.endpoints.token import TokenAnswer, answer
from jeton.oauth2.grants import authorization_code, client_credentials, device_code, refresh_token
from jeton.oauth2.messages import TokenRequest
from jeton.oauth2.ports import Store
from jeton.oauth2.refusals import BAD_CODE, BAD_REFRESH_TOKEN, Refusal
from jeton.oauth2.scopes import ScopeSet, Vocabulary
from jeton.oauth2.tokens import Maker, number_of

S = TypeVar("S", bound=ScopeSet)

GRANT_TYPES: Final = frozenset(
    {
        client_credentials.GRANT_TYPE,
        authorization_code.GRANT_TYPE,
        refresh_token.GRANT_TYPE,
        device_code.GRANT_TYPE,
    }
)
_LOST: Final = {
    authorization_code.GRANT_TYPE: BAD_CODE,
    refresh_token.GRANT_TYPE: BAD_REFRESH_TOKEN,
    device_code.GRANT_TYPE: device_code.BAD_DEVICE_CODE,
}

Decided = authorization_code.Exchanged[S] | refresh_token.Refreshed[S] | device_code.DeviceAllowed[S]


class Asked(NamedTuple, Generic[S]):
    """A request for a grant that is offered, the client that proved itself in it, and its proof of a key, if any."""

    ask: TokenRequest
    authenticated: Authenticated[S]
    proof: Proof | None

    @property
    def jkt(self) -> str | None:
        """The thumbprint of the key that was proved."""
        return None if self.proof is None else self.proof.jkt


def foreseen(asked: Asked[S], vocabulary: Vocabulary[S], store: Store[S], now: Instant, maker: Maker) -> Refusal | None:
    """The refusal that `grant` would give, unless something must be kept with it."""
    if asked.ask.grant_type == client_credentials.GRANT_TYPE:
        judged = client_credentials.judge(asked.ask, asked.authenticated.client, vocabulary, maker.issuer)
        return judged if isinstance(judged, Refusal) else None
    decided = _decided(asked, vocabulary, store, now, maker)
    return decided.refusal if isinstance(decided, Refused) and not decided.effects else None


def grant(
    asked: Asked[S], vocabulary: Vocabulary[S], store: Store[S], now: Instant, maker: Maker
) -> TokenAnswer | Refusal:
    """Decide and keep; when another request was first, look again, once."""
    ask, authenticated, _ = asked
    if ask.grant_type == client_credentials.GRANT_TYPE:
        minted = client_credentials.decide(ask, authenticated, vocabulary, asked.jkt, now, maker)
        if isinstance(minted, Refusal):
            return minted
        store.store_token(minted.effect)
        return _answer(minted.token, minted.effect, None, authenticated)
    for _ in range(2):
        decided = _decided(asked, vocabulary, store, now, maker)
        if isinstance(decided, Refused):
            _keep_refused(decided, store)
            return decided.refusal
        if _kept(decided, store):
            return _answer(decided.access_token, decided.token, decided.refresh_token, authenticated)
    return _LOST[ask.grant_type]


def _decided(
    asked: Asked[S], vocabulary: Vocabulary[S], store: Store[S], now: Instant, maker: Maker
) -> Decided[S] | Refused:
    ask, authenticated, _ = asked
    if ask.grant_type == authorization_code.GRANT_TYPE:
        number = None if ask.code is None else number_of(ask.code, CODE)
        code = None if number is None else store.code(number)
        return authorization_code.decide(ask, authenticated, code, asked.jkt, now, maker)
    if ask.grant_type == device_code.GRANT_TYPE:
        number = None if ask.device_code is None else number_of(ask.device_code, DEVICE_CODE)
        device = None if number is None else store.device_code(number)
        return device_code.decide(ask, authenticated, device, asked.jkt, now, maker)
    number = None if ask.refresh_token is None else number_of(ask.refresh_token, REFRESH_TOKEN)
    record = None if number is None else store.refresh_token(number)
    return refresh_token.decide(ask, authenticated, record, vocabulary, asked.jkt, now, maker)


def _keep_refused(decided: Refused, store: Store[S]) -> None:
    for effect in decided.effects:
        if isinstance(effect, ClaimCode):
            store.claim_code(effect)
        elif isinstance(effect, DevicePolled):
            store.device_polled(effect)
        else:
            store.revoke_family(effect)


def _kept(decided: Decided[S], store: Store[S]) -> bool:
    """Keep what a decision asks, unless what it spends was spent meanwhile."""
    if isinstance(decided, refresh_token.Refreshed):
        if decided.rotate is not None and not store.rotate_refresh(decided.rotate):
            return False
        if decided.prolong is not None:
            store.prolong_refresh(decided.prolong)
    elif not _is_claimed(decided, store):
        return False
    if decided.refresh is not None:
        store.store_refresh(decided.refresh)
    store.store_token(decided.token)
    return True


def _is_claimed(decided: authorization_code.Exchanged[S] | device_code.DeviceAllowed[S], store: Store[S]) -> bool:
    if isinstance(decided, authorization_code.Exchanged):
        return store.claim_code(decided.claim)
    return store.claim_device(decided.claim)


def _answer(token: str, kept: StoreToken[S], refresh: str | None, authenticated: Authenticated[S]) -> TokenAnswer:
    return answer(token, kept, refresh, authenticated.client.lifetime_s)
