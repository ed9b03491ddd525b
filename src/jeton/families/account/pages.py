"""The console's page on one's own account: a declaration only."""

from jeton.families.account import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.rights import PERSON
from jeton.kit.text import sentence

PAGES = (
    Page(
        name="account",
        path="/account",
        right=PERSON,
        template="account/show.html",
        reads=forms.own,
        show=service.read,
        acts={
            "save": Act(
                reads=forms.change, call=service.change, then="/account?done={done}", notice=sentence("Saved.")
            ),
            "password": Act(
                reads=forms.password,
                admit=service.admit_password,
                prepare=service.prepare_password,
                call=service.change_password,
                then="/account?done={done}",
                notice=sentence("Your password is changed. Your other sessions have ended."),
            ),
        },
    ),
)
