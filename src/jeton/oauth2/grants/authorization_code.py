"""The authorization_code grant: a person allowed a client to act for them. Source: RFC 6749 section 4.1; RFC 7636."""

from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import Instant
from jeton.oauth2.binding import Binding, settled
from jeton.oauth2.clients import Authenticated
from jeton.oauth2.codes import CodeRecord
from jeton.oauth2.dpop import OTHER_KEY
from jeton.oauth2.effects import ClaimCode, Refused, RevokeFamily, StoreRefresh, StoreToken, Whose
from jeton.oauth2.messages import TokenRequest
from jeton.oauth2.pkce import verifies
from jeton.oauth2.refresh import mint_refresh_token
from jeton.oauth2.refusals import BAD_CODE, CODE_NOT_FOR_THIS_CLIENT, NO_SCOPE_HELD, Refusal, invalid_request
from jeton.oauth2.scopes import ScopeSet
from jeton.oauth2.tokens import Maker, is_the_one, mint_access_token

S = TypeVar("S", bound=ScopeSet)

GRANT_TYPE: Final = "authorization_code"
_NO_CODE: Final = invalid_request("The parameter code is missing.")
_OTHER_CALLBACK: Final = Refusal(
    "invalid_grant", "The redirect_uri is not the one that the authorization request named: send the same."
)
_NOT_VERIFIED: Final = Refusal(
    "invalid_grant", "The code_verifier is missing, or is not the one whose S256 the authorization request carried."
)


class Exchanged(NamedTuple, Generic[S]):
    """Tokens for a code, and what to keep."""

    access_token: str
    refresh_token: str
    claim: ClaimCode
    token: StoreToken[S]
    refresh: StoreRefresh[S]


def decide(
    ask: TokenRequest,
    authenticated: Authenticated[S],
    record: CodeRecord[S] | None,
    jkt: str | None,
    now: Instant,
    maker: Maker,
) -> Exchanged[S] | Refused:
    """Decide the exchange of a code by a client that proved itself, or is public.

    `jkt` is the key that the client proved with the request. Refuses: unauthorized_client; invalid_request (no code);
    invalid_grant (unknown, another client's, over, another callback, verifier or key); invalid_target. A code that was
    tried in vain by a client is spent; one that comes a second time, or from another client, ends all that the first
    time gave (section 4.1.2).
    """
    client = authenticated.client
    if GRANT_TYPE not in client.grants:
        return Refused(CODE_NOT_FOR_THIS_CLIENT)
    if ask.code is None:
        return Refused(_NO_CODE)
    if not is_the_one(record, ask.code) or record is None:
        return Refused(BAD_CODE)
    spent = (ClaimCode(record.id, now),)
    stolen = RevokeFamily(record.id, client.client_id, now, Whose(record.client_id, record.subject))
    if record.client_id != client.client_id:
        return Refused(BAD_CODE, (*spent, stolen))
    if record.claimed_at is not None:
        return Refused(BAD_CODE, (stolen,))
    if now >= record.expires_at or not record.is_usable:
        return Refused(BAD_CODE)
    if ask.redirect_uri != record.redirect_uri:
        return Refused(_OTHER_CALLBACK, spent)
    if not _is_verified(ask.code_verifier, record.challenge):
        return Refused(_NOT_VERIFIED, spent)
    if record.binding.jkt is not None and record.binding.jkt != jkt:
        return Refused(OTHER_KEY, spent)
    resource = settled(ask.resource, record.binding.resource, maker.issuer, client.terms.resources)
    if isinstance(resource, Refusal):
        return Refused(resource)
    scopes = record.scopes.common(client.scopes)
    if not scopes:
        return Refused(NO_SCOPE_HELD)
    binding = Binding(jkt, resource)
    access = mint_access_token(
        authenticated, scopes, now, maker, subject=record.subject, family=record.id, binding=binding
    )
    refresh, kept = mint_refresh_token(
        authenticated, record.subject, scopes, record.id, binding, now, maker.mint
    )  # fmt: skip
    return Exchanged(access.token, refresh, ClaimCode(record.id, now), access.effect, kept)


def _is_verified(verifier: str | None, challenge: str | None) -> bool:
    """A verifier without a challenge is refused too: somebody took the challenge out (RFC 9700 section 4.8.2)."""
    if verifier is None or challenge is None:
        return verifier is challenge
    return verifies(verifier, challenge)
