"""The vendor's shapes of one's own account. Source: wire/resources.md section 1."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from jeton.families.account.model import AskReset, ChangeAccount, OwnAccount, SetPicture
from jeton.kernel.accounts import LONGEST_IDENTIFIER
from jeton.wire.people import READ_ONLY
from jeton.wire.shapes import Body, Query


class OwnAccountIn(Query, frozen=True):
    """The calling person's account."""

    def command(self) -> OwnAccount:
        return OwnAccount()


class SetPictureIn(Query, frozen=True):
    """One's own picture: the body."""

    def command(self) -> SetPicture:
        return SetPicture()


class ChangeAccountIn(Body, frozen=True):
    """What to change of one's own account. Login and rights are accepted and of no effect."""

    ignored: ClassVar[frozenset[str]] = READ_ONLY | {"login", "active", "admin", "expiration"}

    firstname: str | UnsetType = UNSET
    lastname: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    organization: str | UnsetType = UNSET
    language: str | UnsetType = UNSET

    def command(self) -> ChangeAccount:
        return ChangeAccount(
            firstname=_given(self.firstname),
            lastname=_given(self.lastname),
            email=_given(self.email),
            phone=_given(self.phone),
            organization=_given(self.organization),
            language=_given(self.language),
        )


class AskResetIn(Body, frozen=True):
    """Whose password: a login or a mail address."""

    login_or_email: str

    def command(self) -> AskReset:
        return AskReset(identifier=self.login_or_email.strip()[:LONGEST_IDENTIFIER])


def _given(text: str | UnsetType) -> str | None:
    return None if text is UNSET else text.strip()
