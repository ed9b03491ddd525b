"""The token endpoint's answer. Source: RFC 6749 section 5.1; wire/oauth2.md section 3.3 (the order of the members)."""

from typing import Final, NamedTuple, TypeVar

from jeton.oauth2.effects import StoreToken
from jeton.oauth2.scopes import ScopeSet

S = TypeVar("S", bound=ScopeSet)


class TokenAnswer(NamedTuple):
    """A token handed over; members in the order in which they are written."""

    access_token: str
    scope: str
    refresh_token: str | None
    token_type: str
    expires_in: int


BEARER: Final = "Bearer"
DPOP: Final = "DPoP"


def answer(token: str, kept: StoreToken[S], refresh: str | None, lifetime_s: int) -> TokenAnswer:
    """What the client is handed. Source: RFC 6749 section 5.1; RFC 9449 section 5 (the type of a bound token)."""
    return TokenAnswer(token, str(kept.scopes), refresh, BEARER if kept.binding.jkt is None else DPOP, lifetime_s)
