"""The console's form of settings."""

from jeton.families.platform.model import Configure, NoQuestion, TestMail
from jeton.kernel.configuration import SETTINGS, SMTP_PASSWORD
from jeton.web.forms import Form


def nothing(_form: Form) -> NoQuestion:
    """A page that asks for nothing."""
    return NoQuestion()


def configure(form: Form) -> Configure:
    """Every setting of the form. A password that is not typed stays, as long as there is a user name."""
    changes = {setting.name: form.text(setting.name) for setting in SETTINGS if not setting.is_secret}
    if form.typed(SMTP_PASSWORD) or not changes["smtp_user"]:
        changes[SMTP_PASSWORD] = form.typed(SMTP_PASSWORD)
    return Configure(changes=changes)


def test_mail(form: Form) -> TestMail:
    """Where the test mail goes."""
    return TestMail(email=form.text("email"))
