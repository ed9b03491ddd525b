"""What the authorization server asks of storage, and nothing more. Stores receive records, never a request."""

from typing import Protocol, TypeVar

from jeton.oauth2.clients import Client
from jeton.oauth2.codes import CodeRecord
from jeton.oauth2.effects import (
    ClaimCode,
    ProlongRefresh,
    RevokeFamily,
    RevokeToken,
    RotateRefresh,
    StoreCode,
    StoreRefresh,
    StoreToken,
)
from jeton.oauth2.refresh import RefreshRecord
from jeton.oauth2.scopes import ScopeSet
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

    def store_token(self, effect: StoreToken[S]) -> None:
        """Keep a new token."""

    def revoke_token(self, effect: RevokeToken) -> None:
        """End a token."""
