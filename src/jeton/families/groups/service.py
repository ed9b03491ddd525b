"""The use cases on groups and their delegates. The console and the API share them."""

from collections.abc import Collection, Sequence

from jeton.families.groups.model import (
    MOST_DELEGATES,
    MOST_FAULTS,
    PAGE_SIZE,
    AddDelegate,
    BadDelegate,
    BadGroup,
    BeyondDelegates,
    ChangeDelegate,
    ChangeGroup,
    CreateGroup,
    DelegateThere,
    GroupPage,
    GroupRow,
    GroupSeen,
    GroupSettings,
    GroupsPage,
    GroupsSeen,
    ListGroups,
    OneDelegate,
    OneGroup,
    SomePeople,
    ViewGroup,
)
from jeton.kernel.caller import Caller
from jeton.kernel.groups import (
    MOST_MEMBERS,
    Delegate,
    Group,
    Member,
    NoSuchDelegate,
    NoSuchGroup,
    administers_group,
    group_name_fault,
    sees_group,
)
from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.problems import AdministratorRequired, FieldError
from jeton.kit.text import sentence

_MOST_FOUND = 20


def list_groups(work: Work, caller: Caller, command: ListGroups) -> GroupsSeen:
    """List the groups by name: all, or for an ordinary person those that they are in or administer."""
    seen_by = None if caller.administers else caller.principal
    return GroupsSeen(
        groups=work.groups.page(search=command.search, offset=command.offset, limit=command.limit, seen_by=seen_by),
        offset=command.offset,
        total=work.groups.count(search=command.search, seen_by=seen_by),
    )


def list_page(work: Work, caller: Caller, command: ListGroups) -> GroupsPage:
    """The console's list, page by page."""
    seen = list_groups(work, caller, command)
    sizes = work.groups.sizes([group.id for group in seen.groups])
    led = frozenset(work.groups.led_by(caller.principal))
    return GroupsPage(
        rows=[GroupRow(group, sizes.get(group.id, 0), caller.administers or group.id in led) for group in seen.groups],
        search=command.search,
        page=command.offset // command.limit + 1,
        pages=max(1, -(-seen.total // command.limit)),
        total=seen.total,
    )


def read(work: Work, caller: Caller, command: OneGroup) -> GroupSeen:
    """Read one group; its members are for those who administer it. Raises NoSuchGroup."""
    group = _find(work, command.group)
    shows_members = administers_group(work.groups, caller, group.id)
    return GroupSeen(group=group, members=work.groups.members(group.id) if shows_members else None)


def create(work: Work, caller: Caller, command: CreateGroup) -> GroupSeen:
    """Create a group of people. Raises BadGroup."""
    members = _kept_once(command.members)
    faults = _name_faults(work, command.name)
    faults += _member_faults(work, caller, members, total=len(members))
    if faults:
        raise BadGroup(*faults)
    group = Group(id=work.people.new_id(), name=command.name, created_at=work.now)
    work.groups.add(group)
    work.groups.admit(group.id, members)
    work.audit.record(caller, "group.created", str(group.id), name=group.name, added=_words(members))
    return GroupSeen(group=group, members=work.groups.members(group.id))


def change(work: Work, caller: Caller, command: ChangeGroup) -> GroupSeen:
    """Change a group; `members` replaces them all. A delegate changes members only, within bounds.

    Source: security.md AZ-10. Raises NoSuchGroup; BadGroup; AdministratorRequired; BeyondDelegates.
    """
    group = _find(work, command.group)
    faults: list[FieldError] = []
    renames = command.name is not None and command.name != group.name
    if command.name is not None and renames:
        if not caller.administers:
            raise AdministratorRequired
        faults += _name_faults(work, command.name, besides=group.id)
    before = {member.id: member for member in work.groups.members(group.id)}
    wanted = list(before) if command.members is None else _kept_once(command.members)
    added = [user for user in wanted if user not in before]
    faults += _member_faults(work, caller, added, total=len(wanted), of=group.id)
    if faults:
        raise BadGroup(*faults)
    still = set(wanted)
    removed = [member for member in before.values() if member.id not in still]
    _check_bounds(work, caller, added, removed)
    facts: dict[str, str | tuple[str, ...]] = {}
    if command.name is not None and renames:
        work.groups.rename(group.id, command.name)
        facts = {"name": command.name, "before": group.name}
    gone = [member.id for member in removed]
    work.groups.dismiss(group.id, gone)
    work.groups.admit(group.id, added)
    work.audit.record(caller, "group.changed", str(group.id), added=_words(added), removed=_words(gone), **facts)
    return read(work, caller, OneGroup(group=group.id))


def add_members(work: Work, caller: Caller, command: SomePeople) -> GroupSeen:
    """Take people in; twice is once. Raises as `change` does, and BadGroup for nobody."""
    if not command.users:
        raise BadGroup(FieldError("user_id", "missing", sentence("Choose at least one person.")))
    members = [member.id for member in work.groups.members(command.group)]
    return change(work, caller, ChangeGroup(group=command.group, members=(*members, *command.users)))


def remove_members(work: Work, caller: Caller, command: SomePeople) -> GroupSeen:
    """Take people out. Raises as `change` does."""
    members = [member.id for member in work.groups.members(command.group)]
    kept = tuple(member for member in members if member not in command.users)
    return change(work, caller, ChangeGroup(group=command.group, members=kept))


def delete(work: Work, caller: Caller, command: OneGroup) -> None:
    """Delete a group, with its delegates and the rights that it was given. Raises NoSuchGroup."""
    group = _find(work, command.group)
    work.groups.remove(group.id)
    work.audit.record(caller, "group.deleted", str(group.id), name=group.name)


def view(work: Work, caller: Caller, command: ViewGroup) -> GroupPage:
    """One group on the console, and who might be meant by what was typed. Raises NoSuchGroup."""
    group = _find(work, command.group)
    members = work.groups.members(group.id)
    inside = {member.id for member in members}
    pages = max(1, -(-len(members) // PAGE_SIZE))
    at = min(command.page, pages)
    return GroupPage(
        group=group,
        members=members[(at - 1) * PAGE_SIZE : at * PAGE_SIZE],
        page=at,
        pages=pages,
        total=len(members),
        delegates=work.groups.delegates(group.id),
        find=command.find,
        found=[(person, person.id in inside) for person in _found(work, caller, command.find)],
    )


def settings(work: Work, caller: Caller, command: ViewGroup) -> GroupSettings:
    """What administrators decide of a group. Raises NoSuchGroup."""
    group = _find(work, command.group)
    delegates = work.groups.delegates(group.id)
    leading = {delegate.user for delegate in delegates}
    return GroupSettings(
        group=group,
        delegates=delegates,
        find=command.find,
        found=[(person, person.id in leading) for person in _found(work, caller, command.find)],
    )


def list_delegates(work: Work, caller: Caller, command: OneGroup) -> Sequence[Delegate]:
    """List who administers a group. Raises NoSuchGroup."""
    return work.groups.delegates(_find(work, command.group).id)


def read_delegate(work: Work, caller: Caller, command: OneDelegate) -> Delegate:
    """Read one delegate. Raises NoSuchDelegate."""
    return _find_delegate(work, command.delegate)


def add_delegate(work: Work, caller: Caller, command: AddDelegate) -> Delegate:
    """Let a person administer a group. Raises BadDelegate; DelegateThere."""
    _check_delegate(work, command.group, command.user)
    number = work.groups.add_delegate(command.group, command.user)
    work.audit.record(caller, "delegate.created", str(number), group=command.group, user=command.user)
    return _find_delegate(work, number)


def change_delegate(work: Work, caller: Caller, command: ChangeDelegate) -> Delegate:
    """Hand a delegate's place to another person or group. Raises NoSuchDelegate; BadDelegate; DelegateThere."""
    before = _find_delegate(work, command.delegate)
    group = before.group if command.group is None else command.group
    user = before.user if command.user is None else command.user
    if (group, user) != (before.group, before.user):
        _check_delegate(work, group, user)
        work.groups.change_delegate(before.id, group=group, user=user)
    work.audit.record(
        caller, "delegate.changed", str(before.id), group=group, user=user, before=f"{before.group} {before.user}"
    )
    return _find_delegate(work, before.id)


def remove_delegate(work: Work, caller: Caller, command: OneDelegate) -> None:
    """Take a group out of a person's hands. Raises NoSuchDelegate."""
    delegate = _find_delegate(work, command.delegate)
    work.groups.remove_delegate(delegate.id)
    work.audit.record(caller, "delegate.deleted", str(delegate.id), group=delegate.group, user=delegate.user)


def _find(work: Work, group: PrincipalId) -> Group:
    found = work.groups.find(group)
    if found is None:
        raise NoSuchGroup
    return found


def _find_delegate(work: Work, delegate: int) -> Delegate:
    found = work.groups.find_delegate(delegate)
    if found is None:
        raise NoSuchDelegate
    return found


def _found(work: Work, caller: Caller, typed: str) -> Sequence[Member]:
    """Administrators search in the whole directory; a delegate must know the login or the address."""
    found: Sequence[User | None] = ()
    if typed and caller.administers:
        found = work.people.page(search=typed, offset=0, limit=_MOST_FOUND)
    elif typed:
        found = [work.people.find_by_identifier(typed)]
    known = {person.id: person for person in work.groups.people([user.id for user in found if user is not None])}
    return [known[user.id] for user in found if user is not None]


def _kept_once(users: Sequence[PrincipalId]) -> list[PrincipalId]:
    return list(dict.fromkeys(users))


def _words(users: Collection[PrincipalId]) -> tuple[str, ...]:
    return tuple(str(user) for user in users)


def _name_faults(work: Work, name: str, *, besides: PrincipalId | None = None) -> list[FieldError]:
    fault = group_name_fault(name)
    if fault is None and work.groups.taken_name(name, besides=besides):
        text = sentence("There is already a group named “{name}”. Choose another name.")
        fault = FieldError("login", "group_name_taken", text, {"name": name})
    return [] if fault is None else [fault]


def _member_faults(
    work: Work, caller: Caller, added: Sequence[PrincipalId], *, total: int, of: PrincipalId | None = None
) -> list[FieldError]:
    """What is wrong with new members: too many in all, a group among them, somebody unknown."""
    if total > MOST_MEMBERS:
        text = sentence("A group holds at most {most} people.")
        return [FieldError("members", "too_many", text, {"most": MOST_MEMBERS})]
    known = {person.id for person in work.groups.people(added)} if added else set()
    unknown = [user for user in added if user not in known]
    return [_stranger(work, caller, user, of) for user in unknown[:MOST_FAULTS]]


def _stranger(work: Work, caller: Caller, user: PrincipalId, of: PrincipalId | None) -> FieldError:
    if user == of:
        return FieldError("members", "group_in_itself", sentence("A group cannot be a member of itself."))
    group = work.groups.find(user)
    if group is not None and sees_group(work.groups, caller, user):
        text = sentence("A group holds people only: {id} is the group “{name}”.")
        return FieldError("members", "group_in_group", text, {"id": str(user), "name": group.name})
    return _no_such_user("members", user)


def _no_such_user(field: str, user: PrincipalId) -> FieldError:
    return FieldError(field, "no_such_user", sentence("There is no user {id}."), {"id": str(user)})


def _check_bounds(work: Work, caller: Caller, added: Sequence[PrincipalId], removed: Sequence[Member]) -> None:
    """A delegate acts on ordinary people. Not on themselves either: an entry of rights may cut a group off, so that
    even leaving it could be a gain.
    """
    if caller.administers:
        return
    entering = work.groups.people(added) if added else ()
    idle = [person for person in entering if not person.is_active]
    beyond = [person for person in (*entering, *removed) if person.is_administrator or person.id == caller.principal]
    outside = dict.fromkeys(str(person.id) for person in (*beyond, *idle))
    if outside:
        raise BeyondDelegates(users=", ".join(list(outside)[:MOST_FAULTS]))


def _check_delegate(work: Work, group: PrincipalId, user: PrincipalId) -> None:
    faults = []
    if work.groups.find(group) is None:
        text = sentence("There is no group {id}.")
        faults.append(FieldError("group_id", "no_such_group", text, {"id": str(group)}))
    people = work.groups.people([user])
    if not people:
        faults.append(_no_such_user("user_id", user))
    if faults:
        raise BadDelegate(*faults)
    if work.groups.is_delegate(group, user):
        raise DelegateThere(name=people[0].name)
    if len(work.groups.delegates(group)) >= MOST_DELEGATES:
        text = sentence("A group has at most {most} delegates.")
        raise BadDelegate(FieldError("user_id", "too_many", text, {"most": MOST_DELEGATES}))
