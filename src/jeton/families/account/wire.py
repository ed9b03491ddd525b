"""The vendor's shapes of one's own account. Source: wire/resources.md section 1."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from jeton.families.account.model import AskReset, ChangeAccount, EndSession, OwnAccount, SetPicture
from jeton.kernel.accounts import LONGEST_IDENTIFIER
from jeton.kernel.ports import LoginSession
from jeton.wire.people import READ_ONLY
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireDate, WireId, date_out


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


class EndSessionIn(Query, frozen=True):
    """Which of one's own login sessions."""

    session_id: WireId

    def command(self) -> EndSession:
        return EndSession(session=int(self.session_id))


class EndSessionsIn(Query, frozen=True):
    """All of one's own login sessions."""

    def command(self) -> EndSession:
        return EndSession()


class SessionOut(Shape, frozen=True):
    """A login session of the console."""

    id: str
    user_agent: str
    started_at: WireDate
    seen_at: WireDate

    @classmethod
    def of(cls, session: LoginSession) -> "SessionOut":
        return cls(
            id=str(session.id),
            user_agent=session.user_agent,
            started_at=date_out(session.started_at),
            seen_at=date_out(session.seen_at),
        )


def _given(text: str | UnsetType) -> str | None:
    return None if text is UNSET else text.strip()
