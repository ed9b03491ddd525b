"""The console's pages on groups: declarations only. What a delegate may not do stands on a page of its own."""

from jeton.families.groups import forms, service
from jeton.kernel.declare import Act, Page
from jeton.kernel.rights import ADMINISTRATION, PERSON, OverGroup
from jeton.kit.text import sentence

_LIST = "/groups"
_ONE = "/groups/{group_id}"
_SETTINGS = f"{_ONE}/settings"

PAGES = (
    Page(
        name="groups",
        path=_LIST,
        right=PERSON,
        template="groups/list.html",
        reads=forms.page,
        show=service.list_page,
    ),
    Page(
        name="group.new",
        path=f"{_LIST}/new",
        right=ADMINISTRATION,
        template="groups/new.html",
        reads=forms.nothing,
        show=lambda work, caller, command: None,
        acts={
            "create": Act(
                reads=forms.create,
                call=service.create,
                then=f"{_LIST}?done={{done}}",
                notice=sentence("The group is created. Open it to add people."),
            )
        },
    ),
    Page(
        name="group",
        path=_ONE,
        right=OverGroup("group"),
        template="groups/members.html",
        reads=forms.view,
        show=service.view,
        acts={
            "add": Act(
                reads=forms.people,
                call=service.add_members,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("Added to the group."),
            ),
            "remove": Act(
                reads=forms.people,
                call=service.remove_members,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("Removed from the group."),
            ),
        },
    ),
    Page(
        name="group.settings",
        path=_SETTINGS,
        right=ADMINISTRATION,
        template="groups/settings.html",
        reads=forms.view,
        show=service.settings,
        acts={
            "save": Act(
                reads=forms.rename,
                call=service.change,
                then=f"{_SETTINGS}?done={{done}}",
                notice=sentence("Saved."),
            ),
            "appoint": Act(
                reads=forms.appoint,
                call=service.add_delegate,
                then=f"{_SETTINGS}?done={{done}}",
                notice=sentence("This person now administers the group."),
            ),
            "recall": Act(
                reads=forms.recall,
                call=service.remove_delegate,
                then=f"{_SETTINGS}?done={{done}}",
                notice=sentence("This person no longer administers the group."),
            ),
            "delete": Act(
                reads=forms.one,
                call=service.delete,
                then=f"{_LIST}?done={{done}}",
                notice=sentence("The group is deleted."),
                fresh=True,
            ),
        },
    ),
)
