"""The shape of a token in a listing, and of a call that names one. Source: wire/oauth2.md section 6."""

from datetime import datetime

from jeton.kernel.applications import IssuedToken
from jeton.kernel.tokens import RevokeToken
from jeton.wire.shapes import Query, Shape
from jeton.wire.types import date_out


class TokenOut(Shape, frozen=True):
    """A token in a listing: its id, never its value."""

    token: str
    client_id: str
    name: str
    user_id: str | None
    scope: str
    creation: datetime
    expiration: datetime
    last_use: datetime | None

    @classmethod
    def of(cls, token: IssuedToken) -> "TokenOut":
        return cls(
            token=str(token.id),
            client_id=token.client_id,
            name=token.application_name,
            user_id=None if token.user is None else str(token.user),
            scope=str(token.scopes),
            creation=date_out(token.issued_at),
            expiration=date_out(token.expires_at),
            last_use=None if token.last_used_at is None else date_out(token.last_used_at),
        )


class RevokeTokenIn(Query, frozen=True):
    """One token, by its id."""

    token: str

    def command(self) -> RevokeToken:
        return RevokeToken(token=self.token)
