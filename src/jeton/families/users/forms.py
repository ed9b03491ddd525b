"""The console's forms on users: they become the same commands that the API uses."""

from typing import Final

from jeton.families.users.model import ChangeUser, CreateUser, ListUsers, OneUser
from jeton.kernel.accounts import NewAccount
from jeton.kernel.ids import PrincipalId
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
        )
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
    )


def disable(form: Form) -> ChangeUser:
    """Keep the person out."""
    return ChangeUser(user=one(form).user, is_active=False)


def enable(form: Form) -> ChangeUser:
    """Let the person in again."""
    return ChangeUser(user=one(form).user, is_active=True)
