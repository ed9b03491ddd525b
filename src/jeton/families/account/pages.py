"""The console's pages on one's own account: declarations only."""

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
        show=service.view,
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
            "picture": Act(
                reads=forms.picture,
                prepare=service.prepare_picture,
                call=service.set_picture,
                then="/account?done={done}",
                notice=sentence("Your picture is changed."),
            ),
            "no_picture": Act(
                reads=forms.own,
                call=service.remove_picture,
                then="/account?done={done}",
                notice=sentence("Your picture is removed."),
            ),
        },
    ),
    Page(
        name="account.sessions",
        path="/account/sessions",
        right=PERSON,
        template="account/sessions.html",
        reads=forms.own,
        show=service.sessions,
        acts={
            "end": Act(
                reads=forms.session,
                call=service.end_session,
                then="/account/sessions?done={done}",
                notice=sentence("The session is over."),
            ),
            "end_others": Act(
                reads=forms.other_sessions,
                call=service.end_session,
                then="/account/sessions?done={done}",
                notice=sentence("All other sessions are over."),
            ),
        },
    ),
)
