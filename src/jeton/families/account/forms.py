"""The console's forms on one's own account."""

from jeton.families.account.model import ChangeAccount, ChangePassword, OwnAccount
from jeton.web.forms import Form


def own(_form: Form) -> OwnAccount:
    """The account of who is logged in."""
    return OwnAccount()


def change(form: Form) -> ChangeAccount:
    """Names, addresses and language."""
    return ChangeAccount(
        firstname=form.text("firstname"),
        lastname=form.text("lastname"),
        email=form.text("email"),
        phone=form.text("phone"),
        organization=form.text("organization"),
        language=form.text("language") or "auto",
    )


def password(form: Form) -> ChangePassword:
    """A new password and the present one, as typed."""
    return ChangePassword(
        current_password=form.typed("current_password"),
        password=form.typed("password"),
        repeated=form.typed("repeated"),
    )
