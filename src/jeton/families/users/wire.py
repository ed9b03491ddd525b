"""The vendor's shapes of users. Source: wire/resources.md section 2; product.md D19."""

from datetime import datetime
from typing import ClassVar, Final

from msgspec import UNSET, UnsetType

from jeton.families.users.model import (
    MOST_USERS,
    ChangeUser,
    CreateUser,
    End,
    ListUsers,
    OneUser,
    SetPicture,
    UserQuota,
)
from jeton.kernel.accounts import NewAccount
from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.clock import Instant
from jeton.kit.text import sentence
from jeton.wire.people import READ_ONLY
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireDate, WireId, WireInt, date_in

_LARGEST: Final = 2**62


class ListUsersIn(Query, frozen=True):
    """A page of users."""

    search: str = ""
    offset: WireInt | UnsetType = UNSET
    limit: WireInt | UnsetType = UNSET

    def command(self) -> ListUsers:
        offset = 0 if self.offset is UNSET else int(self.offset)
        limit = MOST_USERS if self.limit is UNSET else int(self.limit)
        if offset < 0 or not 1 <= limit <= MOST_USERS:
            text = sentence("A page has an offset of 0 or more and a limit of 1 to {most}.")
            raise Invalid(FieldError("limit", "bad_page", text, {"most": MOST_USERS}))
        return ListUsers(search=self.search[:100], offset=offset, limit=limit)


class OneUserIn(Query, frozen=True):
    """One user, by id."""

    user_id: WireId

    def command(self) -> OneUser:
        return OneUser(user=PrincipalId(int(self.user_id)))


class SetPictureIn(Query, frozen=True):
    """Whose picture the body is."""

    user_id: WireId

    def command(self) -> SetPicture:
        return SetPicture(user=PrincipalId(int(self.user_id)))


class CreateUserIn(Body, frozen=True):
    """A new user. `send_mail`: whether who has no password gets a link to choose one."""

    ignored: ClassVar[frozenset[str]] = READ_ONLY

    login: str
    email: str = ""
    firstname: str = ""
    lastname: str = ""
    phone: str = ""
    organization: str = ""
    language: str = "auto"
    active: bool = True
    admin: bool = False
    expiration: WireDate | None = None
    quota: WireInt | None = None
    password: str | None = None
    send_mail: bool = True

    def command(self) -> CreateUser:
        return CreateUser(
            account=NewAccount(
                login=self.login,
                email=self.email.strip(),
                firstname=self.firstname.strip(),
                lastname=self.lastname.strip(),
                phone=self.phone.strip(),
                organization=self.organization.strip(),
                language=self.language,
                is_active=self.active,
                is_administrator=self.admin,
                expires_at=None if self.expiration is None else _instant(self.expiration),
            ),
            password=self.password,
            quota_bytes=_quota(self.quota),
            send_mail=self.send_mail,
        )


class ChangeUserIn(Body, frozen=True):
    """What to change of a user; what is absent stays."""

    ignored: ClassVar[frozenset[str]] = READ_ONLY | {"send_mail"}

    user_id: WireId
    login: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    firstname: str | UnsetType = UNSET
    lastname: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    organization: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    admin: bool | UnsetType = UNSET
    expiration: WireDate | UnsetType | None = UNSET
    quota: WireInt | UnsetType | None = UNSET
    password: str | UnsetType = UNSET

    def command(self) -> ChangeUser:
        return ChangeUser(
            user=PrincipalId(int(self.user_id)),
            login=None if self.login is UNSET else self.login,
            email=_given(self.email),
            firstname=_given(self.firstname),
            lastname=_given(self.lastname),
            phone=_given(self.phone),
            organization=_given(self.organization),
            language=_given(self.language),
            is_active=None if self.active is UNSET else self.active,
            is_administrator=None if self.admin is UNSET else self.admin,
            password=None if self.password is UNSET else self.password,
            end=None if isinstance(self.expiration, UnsetType) else _end(self.expiration),
            quota_bytes=None if isinstance(self.quota, UnsetType) else _quota(self.quota) or 0,
        )


def _given(text: str | UnsetType) -> str | None:
    return None if text is UNSET else text.strip()


def _end(moment: datetime | None) -> End:
    return End(None if moment is None else _instant(moment))


def _instant(moment: datetime) -> Instant:
    try:
        return date_in(moment)
    except ValueError:
        text = sentence("The member {member} takes a date such as 2026-01-30T10:15:00Z.")
        raise Invalid(FieldError("expiration", "bad_date", text, {"member": "expiration"})) from None


def _quota(number: WireInt | None) -> int | None:
    if number is None:
        return None
    if not 0 <= number <= _LARGEST:
        text = sentence("The member {member} goes from {least} to {most}.")
        raise Invalid(FieldError("quota", "out_of_range", text, {"member": "quota", "least": 0, "most": _LARGEST}))
    return int(number)


class QuotaOut(Shape, frozen=True):
    """Bytes: the limit of a private space, 0 when it has none, and what it holds."""

    quota: int
    user: int

    @classmethod
    def of(cls, quota: UserQuota) -> "QuotaOut":
        return cls(quota=quota.quota_bytes, user=quota.used_bytes)
