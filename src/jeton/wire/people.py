"""The vendor's User, which the users' calls and the account's share. Source: wire/resources.md sections 1 and 2."""

from jeton.kernel.roots import Rooted
from jeton.wire.shapes import Shape

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
            roots=told.roots,
        )
