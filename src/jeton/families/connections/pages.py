"""The console's page of connected applications: a declaration only."""

from jeton.families.connections import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.rights import PERSON
from jeton.kit.text import sentence

_PATH = "/account/applications"

PAGES = (
    Page(
        name="account.applications",
        path=_PATH,
        right=PERSON,
        template="connections/list.html",
        reads=forms.own,
        show=service.connections,
        acts={
            "narrow": Act(
                reads=forms.narrowed,
                call=service.narrow,
                then=f"{_PATH}?done={{done}}",
                notice=sentence("Permissions changed. They hold from now on."),
            ),
            "disconnect": Act(
                reads=forms.one,
                call=service.disconnect,
                then=f"{_PATH}?done={{done}}",
                notice=sentence("Access removed. The application would have to ask you again."),
            ),
            "disconnect_all": Act(
                reads=forms.every,
                call=service.disconnect,
                then=f"{_PATH}?done={{done}}",
                notice=sentence("Access removed. The applications would have to ask you again."),
            ),
        },
    ),
)
