"""What the authorization server asks of storage, and nothing more. Stores receive records, never a request."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from jeton.kit.clock import Instant
from jeton.oauth2.clients import Client
from jeton.oauth2.codes import CodeRecord
from jeton.oauth2.device import DeviceRecord
from jeton.oauth2.effects import (
    ClaimCode,
    ClaimDevice,
    DevicePolled,
    ProlongRefresh,
    RevokeFamily,
    RevokeToken,
    RotateRefresh,
    StoreCode,
    StoreDevice,
    StorePushed,
    StoreRefresh,
    StoreToken,
)
from jeton.oauth2.pushed import PushedRecord
from jeton.oauth2.refresh import RefreshRecord
from jeton.oauth2.scopes import ScopeSet
from jeton.oauth2.signing import PublicKey, SigningKey
from jeton.oauth2.tokens import TokenRecord

S = TypeVar("S", bound=ScopeSet)


class Store(Protocol[S]):
    """Clients and tokens, within one transaction."""

    def client(self, client_id: str) -> Client[S] | None:
        """The client with this id, and its secrets."""

    def token(self, number: int) -> TokenRecord[S] | None:
        """The token with this number, live or not."""

    def code(self, number: int) -> CodeRecord[S] | None:
        """The code with this number, spent or not."""

    def store_code(self, effect: StoreCode[S]) -> None:
        """Keep a new code."""

    def claim_code(self, effect: ClaimCode) -> bool:
        """Spend a code; False when another request was first."""

    def refresh_token(self, number: int) -> RefreshRecord[S] | None:
        """The refresh token with this number, live or not."""

    def store_refresh(self, effect: StoreRefresh[S]) -> None:
        """Keep a new refresh token."""

    def prolong_refresh(self, effect: ProlongRefresh) -> None:
        """Let one rest for as long again."""

    def rotate_refresh(self, effect: RotateRefresh) -> bool:
        """Replace one by its successor; False when another request was first."""

    def revoke_family(self, effect: RevokeFamily) -> None:
        """End all that one authorization gave."""

    def pushed_request(self, number: int) -> PushedRecord | None:
        """The pushed request with this number, used up or not."""

    def store_pushed(self, effect: StorePushed) -> None:
        """Keep a new pushed request."""

    def show_pushed(self, number: int, at: Instant) -> None:
        """Its page is shown: from the first time on, the person has a while."""

    def claim_pushed(self, number: int, at: Instant) -> bool:
        """Use up a pushed request; False when another request was first."""

    def device_code(self, number: int) -> DeviceRecord[S] | None:
        """What a device asked, by the number of its code."""

    def device_of(self, user_code_digest: bytes) -> DeviceRecord[S] | None:
        """What a device asked, by the code that the person typed."""

    def store_device(self, effect: StoreDevice[S]) -> None:
        """Keep what a device asked."""

    def device_polled(self, effect: DevicePolled) -> None:
        """A device asked whether it may."""

    def decide_device(self, number: int, subject: str | None, scopes: S, at: Instant) -> bool:
        """A person (None: refused) decided; False when that was done already."""

    def claim_device(self, effect: ClaimDevice) -> bool:
        """Spend a device code; False when another request was first."""

    def remember(self, digest: bytes, until: Instant) -> bool:
        """Keep that a proof was used; False when it was before."""

    def signing_key(self, now: Instant) -> SigningKey | None:
        """The key that signs now; None before there is one."""

    def public_keys(self) -> Sequence[PublicKey]:
        """All keys that may have signed something live, or will."""

    def store_token(self, effect: StoreToken[S]) -> None:
        """Keep a new token."""

    def revoke_token(self, effect: RevokeToken) -> None:
        """End a token."""
