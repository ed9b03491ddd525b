"""People as values, and the rules on logins, names, addresses and passwords."""

from typing import Final, NamedTuple

from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kit.clock import Instant

LANGUAGES: Final = ("auto", "fr", "en")


class User(NamedTuple):
    """An account. `password_hash` is empty while the person has not chosen a password yet."""

    id: PrincipalId
    login: str
    firstname: str
    lastname: str
    email: str
    phone: str
    organization: str
    language: str
    is_active: bool
    is_administrator: bool
    created_at: Instant
    password_hash: str
    private_root: FolderId

    @property
    def full_name(self) -> str:
        """First and last name, or the login when neither is known."""
        return f"{self.firstname} {self.lastname}".strip() or self.login
