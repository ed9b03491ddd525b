"""The console's forms on one's own account."""

from jeton.families.account.model import ChangeAccount, ChangePassword, EndSession, OwnAccount, SetPicture
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.text import sentence
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
        ends_tokens=form.flag("end_tokens"),
    )


def picture(form: Form) -> SetPicture:
    """The chosen image. Raises Invalid when none was."""
    if not form.file:
        raise Invalid(FieldError("picture", "missing", sentence("Choose an image first.")))
    return SetPicture(content=form.file)


def session(form: Form) -> EndSession:
    """Which session to end."""
    number = form.text("session")
    return EndSession(session=int(number) if number.isascii() and number.isdigit() and len(number) < 20 else 0)


def other_sessions(_form: Form) -> EndSession:
    """All but the present one."""
    return EndSession()
