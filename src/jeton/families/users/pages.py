"""The console's pages on users: declarations only."""

from jeton.families.users import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.rights import ADMINISTRATION
from jeton.kit.text import sentence

_LIST = "/admin/users"
_ONE = "/admin/users/{user_id}"

PAGES = (
    Page(
        name="users",
        path=_LIST,
        right=ADMINISTRATION,
        template="users/list.html",
        reads=forms.page,
        show=service.page,
    ),
    Page(
        name="user.new",
        path=f"{_LIST}/new",
        right=ADMINISTRATION,
        template="users/new.html",
        reads=forms.nothing,
        show=service.new_page,
        acts={
            "create": Act(
                reads=forms.create, admit=service.admit_create, call=service.create_with_link, shows="users/link.html"
            )
        },
    ),
    Page(
        name="user",
        path=_ONE,
        right=ADMINISTRATION,
        template="users/edit.html",
        reads=forms.one,
        show=service.view,
        acts={
            "save": Act(reads=forms.edit, call=service.change, then=f"{_ONE}?done={{done}}", notice=sentence("Saved.")),
            "disable": Act(
                reads=forms.disable,
                call=service.change,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("The account is disabled: its sessions and tokens are refused."),
            ),
            "enable": Act(
                reads=forms.enable,
                call=service.change,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("The account is active again."),
            ),
            "take_off": Act(
                reads=forms.one,
                call=service.take_off,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("The second factor is off: the password alone opens this account."),
                fresh=True,
            ),
            "link": Act(reads=forms.one, call=service.link, shows="users/link.html", fresh=True),
            "delete": Act(
                reads=forms.one,
                call=service.delete,
                then=f"{_LIST}?done={{done}}",
                notice=sentence("The account is deleted."),
                fresh=True,
            ),
        },
    ),
)
