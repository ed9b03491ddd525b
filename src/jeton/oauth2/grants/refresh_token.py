"""The refresh_token grant. Source: RFC 6749 section 6; product.md D5; RFC 9700 section 4.14."""

from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import Instant
from jeton.oauth2.binding import Binding, settled
from jeton.oauth2.clients import Authenticated
from jeton.oauth2.dpop import OTHER_KEY
from jeton.oauth2.effects import ProlongRefresh, Refused, RevokeFamily, RotateRefresh, StoreRefresh, StoreToken, Whose
from jeton.oauth2.messages import TokenRequest
from jeton.oauth2.refresh import REPEATS, RefreshRecord, Rotation, prolonged, repeated, rotate
from jeton.oauth2.refusals import BAD_REFRESH_TOKEN, CODE_NOT_FOR_THIS_CLIENT, Refusal, invalid_request
from jeton.oauth2.scopes import ScopeSet, Vocabulary, narrow
from jeton.oauth2.tokens import Maker, is_the_one, mint_access_token

S = TypeVar("S", bound=ScopeSet)

GRANT_TYPE: Final = "refresh_token"
_NO_TOKEN: Final = invalid_request("The parameter refresh_token is missing.")


class Refreshed(NamedTuple, Generic[S]):
    """A fresh access token, the refresh token to use from now on, and what to keep."""

    access_token: str
    refresh_token: str
    token: StoreToken[S]
    prolong: ProlongRefresh | None = None
    rotate: RotateRefresh | None = None
    refresh: StoreRefresh[S] | None = None


def decide(
    ask: TokenRequest,
    authenticated: Authenticated[S],
    record: RefreshRecord[S] | None,
    vocabulary: Vocabulary[S],
    jkt: str | None,
    now: Instant,
    maker: Maker,
) -> Refreshed[S] | Refused:
    """Decide a refresh by a client that proved itself, or is public.

    That of a confidential client stays; that of a public one is replaced each time. One that comes again later, or
    after its successor, or from another client, ends all of its family: two hold it.
    `jkt` is the key that the client proved.
    Refuses: unauthorized_client; invalid_request (no token); invalid_grant (another key, too); invalid_target;
    invalid_scope (more than was allowed).
    """
    client = authenticated.client
    if GRANT_TYPE not in client.grants:
        return Refused(CODE_NOT_FOR_THIS_CLIENT)
    if ask.refresh_token is None:
        return Refused(_NO_TOKEN)
    if not is_the_one(record, ask.refresh_token) or record is None or not record.is_live(now):
        return Refused(BAD_REFRESH_TOKEN)
    stolen = RevokeFamily(record.family, client.client_id, now, Whose(record.client_id, record.subject))
    if record.client_id != client.client_id:
        return Refused(BAD_REFRESH_TOKEN, (stolen,))
    if record.binding.jkt is not None and record.binding.jkt != jkt:
        return Refused(OTHER_KEY)
    if record.rotation is not None and not _is_repeat(record.rotation, now):
        return Refused(BAD_REFRESH_TOKEN, (stolen,))
    scopes = narrow(ask.scope, record.scopes.common(client.scopes), vocabulary)
    if isinstance(scopes, Refusal):
        return Refused(scopes)
    resource = settled(ask.resource, record.binding.resource, maker.issuer, client.terms.resources)
    if isinstance(resource, Refusal):
        return Refused(resource)
    access = mint_access_token(
        authenticated, scopes, now, maker,
        subject=record.subject, family=record.family, binding=Binding(jkt, resource),
    )  # fmt: skip
    if record.rotation is not None:
        return Refreshed(access.token, repeated(record.rotation, ask.refresh_token), access.effect)
    if not client.is_public:
        return Refreshed(access.token, ask.refresh_token, access.effect, prolonged(record, client, now))
    successor, rotated, kept = rotate(record, client, ask.refresh_token, now, maker.mint)
    return Refreshed(access.token, successor, access.effect, None, rotated, kept)


def _is_repeat(rotation: Rotation, now: Instant) -> bool:
    return now - rotation.at <= REPEATS and not rotation.is_successor_used
