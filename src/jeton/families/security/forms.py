"""The console's forms on one's own second factors."""

from jeton.families.security.model import AddPasskey, ConfirmTotp, OwnSecurity, RemovePasskey
from jeton.web.forms import Form


def own(_form: Form) -> OwnSecurity:
    """Of who is logged in."""
    return OwnSecurity()


def code(form: Form) -> ConfirmTotp:
    """The first code of a seed."""
    return ConfirmTotp(code=form.text("code"))


def name(form: Form) -> str:
    """How a passkey will be called."""
    return form.text("name")


def made(form: Form) -> AddPasskey:
    """What the browser answered."""
    return AddPasskey(response=form.text("response"), name=form.text("name"))


def passkey(form: Form) -> RemovePasskey:
    """Which passkey."""
    number = form.text("passkey")
    return RemovePasskey(passkey=int(number) if number.isascii() and number.isdigit() and len(number) < 20 else 0)
