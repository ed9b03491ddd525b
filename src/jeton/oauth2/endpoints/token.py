"""The token endpoint's answer. Source: RFC 6749 section 5.1; wire/oauth2.md section 3.3 (the order of the members)."""

from typing import NamedTuple


class TokenAnswer(NamedTuple):
    """A token handed over; members in the order in which they are written."""

    access_token: str
    scope: str
    refresh_token: str | None
    token_type: str
    expires_in: int
