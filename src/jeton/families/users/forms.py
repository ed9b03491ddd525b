"""The console's forms on users: they become the same commands that the API uses."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from jeton.families.users.model import ChangeUser, CreateUser, End, ListUsers, OneUser
from jeton.kernel.accounts import NewAccount
from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.clock import SECOND
from jeton.kit.text import sentence
from jeton.web.forms import Form

PAGE_SIZE: Final = 50


def page(form: Form) -> ListUsers:
    """A page of the list."""
    number = form.query.get("page", "1")
    at = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 7 else 1
    return ListUsers(search=form.query.get("q", "")[:100], offset=(max(at, 1) - 1) * PAGE_SIZE, limit=PAGE_SIZE)


def nothing(_form: Form) -> None:
    """A page that asks for nothing."""


def one(form: Form) -> OneUser:
    """The user that the path names."""
    number = form.path["user_id"]
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    return OneUser(user=PrincipalId(int(number) if is_number else 0))


def create(form: Form) -> CreateUser:
    """A new account; the person chooses the password by a link."""
    return CreateUser(
        account=NewAccount(
            login=form.text("login"),
            email=form.text("email"),
            firstname=form.text("firstname"),
            lastname=form.text("lastname"),
            phone=form.text("phone"),
            organization=form.text("organization"),
            language=form.text("language") or "auto",
            is_administrator=form.flag("admin"),
        ),
        send_mail=form.flag("send_mail"),
    )


def edit(form: Form) -> ChangeUser:
    """An account's values."""
    return ChangeUser(
        user=one(form).user,
        login=form.text("login"),
        email=form.text("email"),
        firstname=form.text("firstname"),
        lastname=form.text("lastname"),
        phone=form.text("phone"),
        organization=form.text("organization"),
        language=form.text("language") or "auto",
        is_administrator=form.flag("admin"),
        end=_end(form.text("expiration")),
    )


def disable(form: Form) -> ChangeUser:
    """Keep the person out."""
    return ChangeUser(user=one(form).user, is_active=False)


def enable(form: Form) -> ChangeUser:
    """Let the person in again."""
    return ChangeUser(user=one(form).user, is_active=True)


def _end(day: str) -> End:
    """The account's last day, as a date: it ends with it, by UTC. Empty: it has no end. Raises Invalid."""
    if not day:
        return End(None)
    try:
        last = date.fromisoformat(day)
        over = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Invalid(FieldError("expiration", "bad_date", sentence("Choose a day, such as 2026-12-31."))) from None
    return End(int(over.timestamp()) * SECOND)
