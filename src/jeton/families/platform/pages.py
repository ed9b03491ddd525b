"""The console's page of settings: a declaration only."""

from jeton.families.platform import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.rights import ADMINISTRATION
from jeton.kit.text import sentence

PAGES = (
    Page(
        name="settings",
        path="/admin/settings",
        right=ADMINISTRATION,
        template="platform/settings.html",
        reads=forms.nothing,
        show=service.settings,
        acts={
            "save": Act(
                reads=forms.configure,
                call=service.configure,
                then="/admin/settings?done={done}",
                notice=sentence("Saved."),
            ),
            "test": Act(
                reads=forms.test_mail,
                admit=service.admit_test,
                prepare=service.prepare_test,
                call=service.test_mail,
                then="/admin/settings?done={done}",
                notice=sentence("The mail server took the test mail."),
            ),
        },
    ),
)
