"""The console's page of a folder's invitations: a declaration only."""

from jeton.families.invitations import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.rights import OnFolder
from jeton.kernel.tree import Right
from jeton.kit.text import sentence

_PATH = "/folders/{folder_id}/invitations"

PAGES = (
    Page(
        name="folder.invitations",
        path=_PATH,
        right=OnFolder(Right.SHARE, "folder"),
        template="invitations/list.html",
        reads=forms.in_folder,
        show=service.view,
        acts={
            "invite": Act(reads=forms.invite, call=service.invite, shows="invitations/made.html"),
            "withdraw": Act(
                reads=forms.one,
                call=service.withdraw,
                then=f"{_PATH}?done={{done}}",
                notice=sentence("The invitation is withdrawn: its link is void."),
            ),
        },
    ),
)
