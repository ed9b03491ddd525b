"""The console's form of settings."""

from jeton.families.platform.model import SERVED, Configure, NoQuestion
from jeton.web.forms import Form


def nothing(_form: Form) -> NoQuestion:
    """A page that asks for nothing."""
    return NoQuestion()


def configure(form: Form) -> Configure:
    """Every setting of the form."""
    return Configure(changes={setting.name: form.text(setting.name) for setting in SERVED})
