"""The pages on the rights of folders: which folders there are, and who may do what in one."""

from jeton.families.documents.model.rights import ChangeRight, GiveRight, OpenRight, ViewRights
from jeton.families.documents.service import rights, sharing
from jeton.kernel.declare import Act, Page
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.rights import PERSON, GivingOn
from jeton.kernel.tree import Right
from jeton.kit.text import sentence
from jeton.web.forms import Form

_LIST = "/folders"
_ONE = "/folders/{folder_id}"


def _nothing(_form: Form) -> None:
    """A page that asks for nothing."""


def _view(form: Form) -> ViewRights:
    return ViewRights(
        folder=_folder(form),
        find=form.query.get("find", "").strip()[:100],
        page=_number(form.query.get("page", "1")[:6]) or 1,
    )


def _give(form: Form) -> GiveRight:
    return GiveRight(folder=_folder(form), target=PrincipalId(_number(form.text("target_id"))), rights=_said(form))


def _change(form: Form) -> ChangeRight:
    said = _said(form)
    return ChangeRight(entry=_number(form.text("right_id")), given=said, taken=Right.ALL & ~said)


def _withdraw(form: Form) -> OpenRight:
    return OpenRight(entry=_number(form.text("right_id")))


def _said(form: Form) -> Right:
    """The boxes of a row: simple words, or single flags; none of them cuts off."""
    words = sharing.FLAGS if form.flag("detailed") else sharing.SIMPLE
    said = Right.NONE
    for word, meant in words.items():
        if form.flag(word):
            said |= meant
    return said


def _folder(form: Form) -> FolderId:
    return FolderId(_number(form.path["folder_id"]))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


PAGES = (
    Page(
        name="folders",
        path=_LIST,
        right=PERSON,
        template="documents/spaces.html",
        reads=_nothing,
        show=sharing.tops_to_give,
    ),
    Page(
        name="folder.rights",
        path=_ONE,
        right=GivingOn("folder"),
        template="documents/rights.html",
        reads=_view,
        show=sharing.view_rights,
        acts={
            "give": Act(
                reads=_give,
                call=rights.give_right,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("The rights are given."),
            ),
            "change": Act(
                reads=_change,
                call=rights.change_right,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("The rights are changed."),
            ),
            "withdraw": Act(
                reads=_withdraw,
                call=rights.withdraw_right,
                then=f"{_ONE}?done={{done}}",
                notice=sentence("The entry is removed: what comes from above holds again."),
            ),
        },
    ),
)
