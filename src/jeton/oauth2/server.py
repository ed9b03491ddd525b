"""The authorization server: loads facts, has them decided, applies what is asked. With `granting`, the only caller of
ports."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

from jeton.kit.clock import Instant
from jeton.kit.mint import REFRESH_TOKEN, Mint, digest
from jeton.oauth2 import device, dpop, pushed
from jeton.oauth2.assertions import refused as assertion_refused
from jeton.oauth2.binding import Binding, outside
from jeton.oauth2.clients import Authenticated, authenticate
from jeton.oauth2.codes import Approved, mint_code
from jeton.oauth2.device import Decision, DeviceAnswer, DeviceRecord
from jeton.oauth2.effects import RevokeFamily, RevokeToken
from jeton.oauth2.endpoints import introspect, metadata, revoke
from jeton.oauth2.endpoints.authorize import (
    EXPIRED_REQUEST,
    PageFault,
    SentBack,
    Sound,
    code_location,
    error_location,
    judge,
    refusal_of_pushed,
)
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.granting import GRANT_TYPES, Asked, foreseen, grant
from jeton.oauth2.grants import device_code
from jeton.oauth2.messages import (
    Credentials,
    read_authorization_request,
    read_credentials,
    read_device_request,
    read_pushed_request,
    read_token_question,
    read_token_request,
)
from jeton.oauth2.ports import Store
from jeton.oauth2.pushed import PushedAnswer
from jeton.oauth2.refusals import CODE_NOT_FOR_THIS_CLIENT, Refusal, invalid_client
from jeton.oauth2.scopes import ScopeSet, Vocabulary, narrow
from jeton.oauth2.signing import states
from jeton.oauth2.tokens import Maker, number_of

S = TypeVar("S", bound=ScopeSet)

TOKEN_PATH: Final = "/oauth2/token"
PAR_PATH: Final = "/oauth2/par"
_UNKNOWN_GRANT: Final = Refusal(
    "unsupported_grant_type",
    "This grant_type is not offered here; grant_types_supported in the metadata lists those that are.",
)
_ANSWERED: Final = "This pushed request was answered already: push it again."


class AuthorizationServer(Generic[S]):
    """The endpoints. Each takes the parameters, the Authorization header, and a store within one transaction."""

    __slots__ = ("_issuer", "_mint", "_nonces", "_vocabulary")

    def __init__(self, issuer: str, vocabulary: Vocabulary[S], mint: Mint, nonces: dpop.Nonces) -> None:
        self._issuer = issuer
        self._vocabulary = vocabulary
        self._mint = mint
        self._nonces = nonces

    def authorize(
        self, pairs: Sequence[tuple[str, str]], store: Store[S], now: Instant
    ) -> PageFault | SentBack | Sound[S]:
        """Judge an authorization request before anybody is asked. Source: RFC 6749 section 4.1.1; RFC 9126."""
        ask = read_authorization_request(pairs)
        client = None if ask.client_id is None else store.client(ask.client_id)
        reference = ask.request_uri or ""
        if client is None or "request_uri" in ask.doubled or not reference.startswith(pushed.PREFIX):
            return judge(ask, client, self._vocabulary, self._issuer)
        number = pushed.number_in(reference)
        record = None if number is None else store.pushed_request(number)
        if record is None or not pushed.holds(record, reference, client.client_id, now):
            return PageFault(EXPIRED_REQUEST, "", client.client_id)
        ask = read_authorization_request(list(record.parameters.items()))
        return judge(ask, client, self._vocabulary, self._issuer, pushed=record.id)

    def shown(self, sound: Sound[S], store: Store[S], now: Instant) -> None:
        """The person is being asked: a pushed request lives on for a while."""
        if sound.pushed is not None:
            store.show_pushed(sound.pushed, now)

    def approve(self, sound: Sound[S], subject: str, scopes: S, store: Store[S], now: Instant) -> str:
        """A person allowed it, all of it or less: where the browser goes with the code."""
        if not self._is_first(sound, store, now):
            return self.cannot_ask(sound, "invalid_request", _ANSWERED)
        approved = Approved(
            sound.client.client_id, subject, scopes, sound.redirect_uri, sound.challenge, sound.binding
        )  # fmt: skip
        code, kept = mint_code(approved, now, self._mint)
        store.store_code(kept)
        return code_location(sound, code, self._issuer)

    def deny(self, sound: Sound[S], store: Store[S], now: Instant) -> str:
        """A person refused: where the browser goes with that."""
        if not self._is_first(sound, store, now):
            return self.cannot_ask(sound, "invalid_request", _ANSWERED)
        return self.cannot_ask(sound, "access_denied", "The person refused.")

    def cannot_ask(self, sound: Sound[S], error: str, description: str = "The person would have to be asked.") -> str:
        """Nothing is given, and why (usually: a page would be needed, and the client wants none): where the browser
        goes with that."""
        return error_location(sound.callback, error, description, sound.state, self._issuer)

    def push(
        self,
        parameters: Mapping[str, object],
        authorization: str | None,
        store: Store[S],
        now: Instant,
        proofs: Sequence[str] = (),
    ) -> PushedAnswer | Refusal:
        """Keep an authorization request that a client sends itself. Source: RFC 9126.

        Takes: `proofs`, what the headers DPoP say: the code is then bound to that key (RFC 9449 section 10.1).
        """
        read = read_pushed_request(parameters, authorization)
        if isinstance(read, Refusal):
            return read
        credentials, asked = read
        authenticated = self._authenticate(credentials, store, now)
        if isinstance(authenticated, Refusal):
            return authenticated
        client = authenticated.client
        if proofs:
            proof = self._proved(proofs, PAR_PATH, store, now)
            if isinstance(proof, Refusal):
                return proof
            if asked.setdefault("dpop_jkt", proof.jkt) != proof.jkt:
                return dpop.OTHER_THUMBPRINT
        ask = read_authorization_request(list(asked.items()))
        refusal = refusal_of_pushed(ask, client, self._vocabulary, self._issuer)
        if refusal is not None:
            return refusal
        answer, kept = pushed.push(client.client_id, asked, now, self._mint)
        store.store_pushed(kept)
        return answer

    def device(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> DeviceAnswer | Refusal:
        """Begin what a person finishes on another device. Source: RFC 8628 sections 3.1 and 3.2."""
        ask = read_device_request(parameters, authorization)
        if isinstance(ask, Refusal):
            return ask
        authenticated = self._authenticate(ask.credentials, store, now)
        if isinstance(authenticated, Refusal):
            return authenticated
        client = authenticated.client
        if device_code.GRANT_TYPE not in client.grants:
            return CODE_NOT_FOR_THIS_CLIENT
        resource = outside(ask.resource, self._issuer, client.terms.resources)
        scopes = narrow(ask.scope, client.scopes, self._vocabulary)
        if isinstance(resource, Refusal):
            return resource
        if isinstance(scopes, Refusal):
            return scopes
        binding = Binding(None, resource)
        answer, kept = device.begin(client.client_id, scopes, binding, self._issuer, now, self._mint)
        store.store_device(kept)
        return answer

    def device_asking(self, user_code: str, store: Store[S], now: Instant) -> DeviceRecord[S] | None:
        """What a device asks by this code, as a person typed it; None when nothing waits for an answer."""
        record = store.device_of(digest(device.plain(user_code)))
        if record is None or record.decision is not Decision.NONE or not record.is_usable:
            return None
        return record if now < record.expires_at else None

    def refusal_of_token(
        self,
        parameters: Mapping[str, object],
        authorization: str | None,
        store: Store[S],
        now: Instant,
        proofs: Sequence[str] = (),
    ) -> tuple[Refusal | None, Authenticated[S] | None]:
        """What `token` would refuse, judged on a read: it need not reach the writer; and who proved itself.

        Keeps nothing. No refusal also where one must be kept, since it ends something.
        """
        asked = self._asked(parameters, authorization, store, now, proofs)
        if isinstance(asked, Refusal):
            return asked, None
        refusal = foreseen(asked, self._vocabulary, store, now, self._maker(asked, store, now))
        return refusal, asked.authenticated

    def refusal_of_client(
        self, parameters: Mapping[str, object], authorization: str | None, store: Store[S], now: Instant
    ) -> Refusal | None:
        """What a client's proof would be refused, judged on a read. Keeps nothing: an assertion is spent later."""
        credentials = read_credentials(parameters, authorization)
        if isinstance(credentials, Refusal):
            return credentials
        judged = authenticate(credentials, store.client(credentials.client_id), self._issuer, now)
        return judged if isinstance(judged, Refusal) else None

    def token(
        self,
        parameters: Mapping[str, object],
        authorization: str | None,
        store: Store[S],
        now: Instant,
        proofs: Sequence[str] = (),
    ) -> tuple[TokenAnswer | Refusal, Authenticated[S] | None]:
        """Answer a token request, and say who proved itself. Source: RFC 6749 sections 3.2, 5; RFC 9449 section 5.

        Takes: `proofs`, what the headers DPoP say.
        """
        asked = self._asked(parameters, authorization, store, now, proofs)
        if isinstance(asked, Refusal):
            return asked, None
        replayed = _replayed(asked.authenticated, store)
        if replayed is not None:
            return replayed, None
        if asked.proof is not None and not store.remember(asked.proof.digest, asked.proof.until):
            return dpop.REPLAYED, asked.authenticated
        answer = grant(asked, self._vocabulary, store, now, self._maker(asked, store, now))
        return answer, asked.authenticated

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

    def jwks(self, store: Store[S], now: Instant) -> dict[str, Any]:  # a JSON object
        """The public keys: those that sign, will sign, or signed what may still be live. Source: RFC 7517 section 5."""
        return {"keys": [key.jwk for key, _ in states(store.public_keys(), now)]}

    def nonce(self, now: Instant) -> str:
        """What the next DPoP proof must carry."""
        return self._nonces.current(now)

    def metadata(self, scopes: Sequence[str]) -> dict[str, Any]:  # a JSON document
        """What is here. Source: RFC 8414."""
        return metadata.authorization_server(self._issuer, scopes)

    def _asked(
        self,
        parameters: Mapping[str, object],
        authorization: str | None,
        store: Store[S],
        now: Instant,
        proofs: Sequence[str],
    ) -> Asked[S] | Refusal:
        ask = read_token_request(parameters, authorization)
        if isinstance(ask, Refusal):
            return ask
        if ask.grant_type not in GRANT_TYPES:
            return _UNKNOWN_GRANT
        authenticated = authenticate(
            ask.credentials, store.client(ask.credentials.client_id), self._issuer, now
        )  # fmt: skip
        if isinstance(authenticated, Refusal):
            return authenticated
        if not proofs:
            return dpop.NEEDED if authenticated.client.terms.needs_dpop else Asked(ask, authenticated, None)
        proof = dpop.judge(proofs, dpop.Target("POST", f"{self._issuer}{TOKEN_PATH}"), now, self._nonces)
        return proof if isinstance(proof, Refusal) else Asked(ask, authenticated, proof)

    def _proved(self, proofs: Sequence[str], path: str, store: Store[S], now: Instant) -> dpop.Proof | Refusal:
        """The sound proof of a request, which from now on holds no more."""
        proof = dpop.judge(proofs, dpop.Target("POST", f"{self._issuer}{path}"), now, self._nonces)
        if isinstance(proof, Refusal):
            return proof
        return proof if store.remember(proof.digest, proof.until) else dpop.REPLAYED

    def _maker(self, asked: Asked[S], store: Store[S], now: Instant) -> Maker:
        names_outside = bool(asked.authenticated.client.terms.resources)
        return Maker(self._mint, self._issuer, store.signing_key(now) if names_outside else None)

    def _authenticate(self, credentials: Credentials, store: Store[S], now: Instant) -> Authenticated[S] | Refusal:
        """The client that proved itself, by something that was not used before."""
        authenticated = authenticate(credentials, store.client(credentials.client_id), self._issuer, now)
        if isinstance(authenticated, Refusal):
            return authenticated
        return _replayed(authenticated, store) or authenticated

    def _is_first(self, sound: Sound[S], store: Store[S], now: Instant) -> bool:
        return sound.pushed is None or store.claim_pushed(sound.pushed, now)


def _replayed(authenticated: Authenticated[S], store: Store[S]) -> Refusal | None:
    proof = authenticated.assertion
    if proof is None or store.remember(proof.digest, proof.until):
        return None
    return assertion_refused("it was used before")
