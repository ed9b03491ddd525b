"""What the authorization server asks of storage, and nothing more. Stores receive records, never a request."""

from typing import Protocol, TypeVar

from jeton.oauth2.clients import Client
from jeton.oauth2.effects import RevokeToken, StoreToken
from jeton.oauth2.scopes import ScopeSet
from jeton.oauth2.tokens import TokenRecord

S = TypeVar("S", bound=ScopeSet)


class Store(Protocol[S]):
    """Clients and tokens, within one transaction."""

    def client(self, client_id: str) -> Client[S] | None:
        """The client with this id, and its secrets."""

    def token(self, number: int) -> TokenRecord[S] | None:
        """The token with this number, live or not."""

    def store_token(self, effect: StoreToken[S]) -> None:
        """Keep a new token."""

    def revoke_token(self, effect: RevokeToken) -> None:
        """End a token."""
