"""What introspection tells. Source: RFC 7662 section 2.2: what is not the asking client's live token is inactive."""

from typing import Any, Final, TypeVar

from jeton.kit.clock import SECOND, Instant
from jeton.oauth2.clients import Client
from jeton.oauth2.refresh import RefreshRecord
from jeton.oauth2.scopes import ScopeSet
from jeton.oauth2.tokens import TokenRecord, is_live, is_the_one

S = TypeVar("S", bound=ScopeSet)

INACTIVE: Final[dict[str, Any]] = {"active": False}


def describe(
    record: TokenRecord[S] | None, token: str, client: Client[S], issuer: str, now: Instant
) -> dict[str, Any]:  # a JSON object
    """The members that tell of a token, or that it is not active."""
    if not is_the_one(record, token) or record is None:
        return INACTIVE
    if record.client_id != client.client_id or not is_live(record, now):
        return INACTIVE
    told: dict[str, Any] = {
        "active": True,
        "scope": str(record.scopes),
        "client_id": record.client_id,
        "token_type": "Bearer" if record.binding.jkt is None else "DPoP",
        "exp": record.expires_at // SECOND,
        "iat": record.issued_at // SECOND,
        "sub": record.subject,
        "aud": record.binding.resource or issuer,
        "iss": issuer,
    }
    if record.binding.jkt is not None:
        told["cnf"] = {"jkt": record.binding.jkt}
    if record.username is not None:
        told["username"] = record.username
    return told


def describe_refresh(
    record: RefreshRecord[S] | None, token: str, client: Client[S], issuer: str, now: Instant
) -> dict[str, Any]:  # a JSON object
    """The members that tell of a refresh token; one that has a successor is over."""
    if not is_the_one(record, token) or record is None:
        return INACTIVE
    if record.client_id != client.client_id or not record.is_live(now) or record.rotation is not None:
        return INACTIVE
    return {
        "active": True,
        "scope": str(record.scopes),
        "client_id": record.client_id,
        "exp": record.expires_at // SECOND,
        "iat": record.issued_at // SECOND,
        "sub": record.subject,
        "username": record.username,
        "aud": issuer,
        "iss": issuer,
    }
