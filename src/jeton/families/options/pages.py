"""The console's page of days and addresses: a declaration only."""

from jeton.families.options import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.rights import ADMINISTRATION
from jeton.kit.text import sentence

_PATH = "/admin/access/{target_id}"

PAGES = (
    Page(
        name="access",
        path=_PATH,
        right=ADMINISTRATION,
        template="options/access.html",
        reads=forms.one,
        show=service.read,
        acts={
            "save": Act(
                reads=forms.change,
                call=service.change,
                then=f"{_PATH}?done={{done}}",
                notice=sentence("Saved. It holds from the next request on."),
            ),
            "lift": Act(
                reads=forms.one,
                call=service.remove,
                then=f"{_PATH}?done={{done}}",
                notice=sentence("The restrictions are lifted."),
            ),
        },
    ),
)
