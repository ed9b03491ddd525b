"""The pages of the trash: what was deleted, and where it goes back to."""

from jeton.families.documents.model.trash import EmptyTrash, OneTrash, Restore, ViewEntry, ViewTrash
from jeton.families.documents.service import trash, trash_view
from jeton.kernel.declare import Act, Page
from jeton.kernel.ids import FolderId
from jeton.kernel.rights import PERSON, OnTrash
from jeton.kit.text import sentence
from jeton.web.forms import Form

_LIST = "/trash"
_ONE = "/trash/{trash_id}"


def _page(form: Form) -> ViewTrash:
    return ViewTrash(others=form.query.get("others") == "1", page=_number(form.query.get("page", "1")[:6]) or 1)


def _one(form: Form) -> ViewEntry:
    within = _number(form.query.get("in", ""))
    return ViewEntry(entry=_number(form.path["trash_id"]), within=FolderId(within) if within else None)


def _destroy(form: Form) -> OneTrash:
    return OneTrash(entry=_number(form.path["trash_id"]))


def _restore(form: Form) -> Restore:
    parent = _number(form.text("parent_id"))
    return Restore(
        entry=_number(form.path["trash_id"]),
        parent=FolderId(parent) if parent else None,
        name=form.typed("name"),
    )


def _empty(_form: Form) -> EmptyTrash:
    return EmptyTrash()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


PAGES = (
    Page(
        name="trash",
        path=_LIST,
        right=PERSON,
        template="documents/trash.html",
        reads=_page,
        show=trash_view.view_trash,
        acts={
            "empty": Act(
                reads=_empty,
                call=trash.empty,
                then=f"{_LIST}?done={{done}}",
                notice=sentence("Your trash is empty."),
            )
        },
    ),
    Page(
        name="trash.entry",
        path=_ONE,
        right=OnTrash("entry"),
        template="documents/trashed.html",
        reads=_one,
        show=trash_view.view_entry,
        acts={
            "restore": Act(
                reads=_restore,
                call=trash_view.restore,
                then=f"{_LIST}?done={{done}}",
                notice=sentence("It is back in its folder."),
            ),
            "destroy": Act(
                reads=_destroy,
                call=trash.destroy,
                then=f"{_LIST}?done={{done}}",
                notice=sentence("It is gone for good."),
            ),
        },
    ),
)
