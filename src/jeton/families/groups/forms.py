"""The console's forms on groups: they become the same commands that the API uses."""

from jeton.families.groups.model import (
    PAGE_SIZE,
    AddDelegate,
    ChangeGroup,
    CreateGroup,
    ListGroups,
    OneDelegate,
    OneGroup,
    SomePeople,
    ViewGroup,
)
from jeton.kernel.ids import PrincipalId
from jeton.web.forms import Form


def page(form: Form) -> ListGroups:
    """A page of the list."""
    return ListGroups(search=form.query.get("q", "")[:100], offset=(_page(form) - 1) * PAGE_SIZE, limit=PAGE_SIZE)


def nothing(_form: Form) -> None:
    """A page that asks for nothing."""


def one(form: Form) -> OneGroup:
    """The group that the path names."""
    return OneGroup(group=PrincipalId(_number(form.path["group_id"])))


def view(form: Form) -> ViewGroup:
    """The same, with a page of its members and what was typed to find people."""
    return ViewGroup(group=one(form).group, find=form.query.get("find", "").strip()[:100], page=_page(form))


def create(form: Form) -> CreateGroup:
    """A new group, empty."""
    return CreateGroup(name=form.text("login"))


def rename(form: Form) -> ChangeGroup:
    """Another name."""
    return ChangeGroup(group=one(form).group, name=form.text("login"))


def people(form: Form) -> SomePeople:
    """Whom to take in or out."""
    users = tuple(PrincipalId(_number(user)) for user in form.all("user_id"))
    return SomePeople(group=one(form).group, users=users)


def appoint(form: Form) -> AddDelegate:
    """A new delegate."""
    return AddDelegate(group=one(form).group, user=PrincipalId(_number(form.text("user_id"))))


def recall(form: Form) -> OneDelegate:
    """A delegate to take the group from."""
    return OneDelegate(delegate=_number(form.text("delegate_id")))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _page(form: Form) -> int:
    number = form.query.get("page", "1")
    return max(1, _number(number) if len(number) < 7 else 1)
