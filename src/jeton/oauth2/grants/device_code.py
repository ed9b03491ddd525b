"""The device_code grant: a person allowed a device on another one. Source: RFC 8628 sections 3.4 and 3.5."""

from typing import Final, Generic, NamedTuple, TypeVar

from jeton.kit.clock import SECOND, Instant
from jeton.oauth2.binding import Binding, settled
from jeton.oauth2.clients import Authenticated
from jeton.oauth2.device import Decision, DeviceRecord
from jeton.oauth2.dpop import OTHER_KEY
from jeton.oauth2.effects import ClaimDevice, DevicePolled, Refused, StoreRefresh, StoreToken
from jeton.oauth2.messages import TokenRequest
from jeton.oauth2.refresh import mint_refresh_token
from jeton.oauth2.refusals import CODE_NOT_FOR_THIS_CLIENT, NO_SCOPE_HELD, Refusal, invalid_request
from jeton.oauth2.scopes import ScopeSet
from jeton.oauth2.tokens import Maker, is_the_one, mint_access_token

S = TypeVar("S", bound=ScopeSet)

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER_S: Final = 5
_NO_CODE: Final = invalid_request("The parameter device_code is missing.")
BAD_DEVICE_CODE: Final = Refusal(
    "invalid_grant", "This device_code is unknown, was used, or is of another application."
)
_OVER: Final = Refusal("expired_token", "This device_code is too old: ask for a new one.")
_PENDING: Final = Refusal("authorization_pending", "The person has not decided yet: ask again after the interval.")
_TOO_OFTEN: Final = Refusal("slow_down", "Asked too often: the interval is 5 seconds longer from now on.")
_DENIED: Final = Refusal("access_denied", "The person refused.")


class DeviceAllowed(NamedTuple, Generic[S]):
    """Tokens for a device code, and what to keep."""

    access_token: str
    refresh_token: str
    claim: ClaimDevice
    token: StoreToken[S]
    refresh: StoreRefresh[S]


def decide(
    ask: TokenRequest,
    authenticated: Authenticated[S],
    record: DeviceRecord[S] | None,
    jkt: str | None,
    now: Instant,
    maker: Maker,
) -> DeviceAllowed[S] | Refused:
    """Decide what a device that polls is told.

    Refuses: unauthorized_client; invalid_request (no code); invalid_grant; expired_token; slow_down;
    authorization_pending; access_denied; invalid_target; invalid_scope.
    """
    client = authenticated.client
    if GRANT_TYPE not in client.grants:
        return Refused(CODE_NOT_FOR_THIS_CLIENT)
    if ask.device_code is None:
        return Refused(_NO_CODE)
    if not is_the_one(record, ask.device_code) or record is None or record.client_id != client.client_id:
        return Refused(BAD_DEVICE_CODE)
    if record.claimed_at is not None or not record.is_usable:
        return Refused(BAD_DEVICE_CODE)
    waiting = _waiting(record, now)
    if waiting is not None:
        return waiting
    if record.binding.jkt is not None and record.binding.jkt != jkt:
        return Refused(OTHER_KEY)
    resource = settled(ask.resource, record.binding.resource, maker.issuer, client.terms.resources)
    if isinstance(resource, Refusal):
        return Refused(resource)
    scopes = record.scopes.common(client.scopes)
    if not scopes or record.subject is None:
        return Refused(NO_SCOPE_HELD)
    binding = Binding(jkt, resource)
    access = mint_access_token(
        authenticated, scopes, now, maker, subject=record.subject, family=record.id, binding=binding
    )
    refresh, kept = mint_refresh_token(
        authenticated, record.subject, scopes, record.id, binding, now, maker.mint
    )  # fmt: skip
    return DeviceAllowed(access.token, refresh, ClaimDevice(record.id, now), access.effect, kept)


def _waiting(record: DeviceRecord[S], now: Instant) -> Refused | None:
    """What a device is told that has nothing to fetch yet, or not any more."""
    if record.decision is Decision.REFUSED:
        return Refused(_DENIED)
    if now >= record.expires_at:
        return Refused(_OVER)
    if record.polled_at is not None and now < record.polled_at + record.interval_s * SECOND:
        return Refused(_TOO_OFTEN, (DevicePolled(record.id, now, record.interval_s + SLOWER_S),))
    if record.decision is Decision.NONE:
        return Refused(_PENDING, (DevicePolled(record.id, now, record.interval_s),))
    return None
