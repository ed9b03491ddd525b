"""What revocation does. Source: RFC 7009 section 2: own tokens only; a token that is none is as good as revoked."""

from typing import TypeVar

from jeton.kit.clock import Instant
from jeton.oauth2.clients import Client
from jeton.oauth2.effects import RevokeFamily, RevokeToken
from jeton.oauth2.refresh import RefreshRecord
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.scopes import ScopeSet
from jeton.oauth2.tokens import TokenRecord, is_the_one

S = TypeVar("S", bound=ScopeSet)

FOREIGN = Refusal("invalid_grant", "This token was given to another application, which alone may revoke it.")


def decide(record: TokenRecord[S] | None, token: str, client: Client[S], now: Instant) -> RevokeToken | Refusal | None:
    """Decide a revocation; None when there is nothing to end.

    Refuses: invalid_grant (another client's token).
    """
    if not is_the_one(record, token) or record is None:
        return None
    if record.client_id != client.client_id:
        return FOREIGN
    return None if record.ended_at is not None else RevokeToken(record.id, client.client_id, now)


def decide_refresh(
    record: RefreshRecord[S] | None, token: str, client: Client[S], now: Instant
) -> RevokeFamily | Refusal | None:
    """Decide the revocation of a refresh token: all of its family ends with it (RFC 7009 section 2.1).

    Refuses: invalid_grant (another client's token).
    """
    if not is_the_one(record, token) or record is None:
        return None
    if record.client_id != client.client_id:
        return FOREIGN
    return None if record.ended_at is not None else RevokeFamily(record.family, client.client_id, now)
