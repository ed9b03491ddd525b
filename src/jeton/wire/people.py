"""The vendor's User, which the users' calls and the account's share. Source: wire/resources.md sections 1 and 2."""

from datetime import datetime

from jeton.kernel.roots import Rooted
from jeton.wire.shapes import Shape
from jeton.wire.types import date_out

READ_ONLY = frozenset({"id", "roots"})


class UserOut(Shape, frozen=True):
    """A user. The id is a string on this wire; `roots` is an array of whole numbers, never empty."""

    id: str
    login: str
    firstname: str
    lastname: str
    email: str
    phone: str
    organization: str
    language: str
    active: bool
    admin: bool
    expiration: datetime | None
    roots: tuple[int, ...]

    @classmethod
    def of(cls, told: Rooted) -> "UserOut":
        user = told.user
        return cls(
            id=str(user.id),
            login=user.login,
            firstname=user.firstname,
            lastname=user.lastname,
            email=user.email,
            phone=user.phone,
            organization=user.organization,
            language=user.language,
            active=user.is_active,
            admin=user.is_administrator,
            expiration=None if user.expires_at is None else date_out(user.expires_at),
            roots=told.roots,
        )
