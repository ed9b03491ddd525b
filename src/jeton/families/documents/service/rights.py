"""The use cases on rights: who was given what on which folder. Source: wire/files.md section 8.2; decisions.md."""

from collections.abc import Sequence

from jeton.families.documents.model.rights import (
    ChangeRight,
    GiveRight,
    ListRights,
    NoSuchTarget,
    OpenRight,
    OwnersOwn,
    RightThere,
)
from jeton.kernel.caller import Caller
from jeton.kernel.entries import Entry
from jeton.kernel.ports import Work
from jeton.kernel.problems import FieldError
from jeton.kernel.tree import Right, Space


def list_rights(work: Work, caller: Caller, command: ListRights) -> Sequence[Entry]:
    """List the entries that stand on a folder itself. Raises NoSuchFolder, RightsNotYours."""
    folder, _ = work.doors.folder_to_give(caller, command.folder)
    return work.entries.of_folder(folder)


def open_right(work: Work, caller: Caller, command: OpenRight) -> Entry:
    """Read one entry. Raises NoSuchRight, RightsNotYours."""
    return work.doors.entry_to_give(caller, command.entry)[0]


def give_right(work: Work, caller: Caller, command: GiveRight) -> Entry:
    """Give a user or a group rights on a folder.

    Raises: NoSuchFolder, RightsNotYours, NoSuchTarget, RightThere, OwnersOwn.
    """
    folder, place = work.doors.folder_to_give(caller, command.folder)
    target = work.entries.target(command.target)
    if target is None:
        fault = FieldError("target_id", NoSuchTarget.code, NoSuchTarget.sentence, {"target": command.target})
        raise NoSuchTarget(fault, target=command.target)
    if place.space is Space.PRIVATE and place.space_owner == command.target:
        raise OwnersOwn
    there = work.entries.on(folder.id, command.target)
    if there is not None:
        raise RightThere(target=there.target_name, entry=there.id)
    entry = work.entries.put(folder.id, command.target, command.rights, by=caller.principal, now=work.now)
    _record(work, caller, "right.given", Entry(entry, folder.id, command.target, *target, command.rights))
    return Entry(entry, folder.id, command.target, *target, command.rights)


def change_right(work: Work, caller: Caller, command: ChangeRight) -> Entry:
    """Change the flags of an entry. Raises NoSuchRight, RightsNotYours."""
    entry, folder, _ = work.doors.entry_to_give(caller, command.entry)
    changed = entry._replace(rights=(entry.rights | command.given) & ~command.taken)
    work.entries.put(folder.id, entry.target, changed.rights, by=caller.principal, now=work.now)
    _record(work, caller, "right.changed", changed)
    return changed


def withdraw_right(work: Work, caller: Caller, command: OpenRight) -> None:
    """Take an entry back: what comes from above holds again. Raises NoSuchRight, RightsNotYours."""
    entry, _, _ = work.doors.entry_to_give(caller, command.entry)
    work.entries.remove(entry.id)
    _record(work, caller, "right.withdrawn", entry)


def _record(work: Work, caller: Caller, action: str, entry: Entry) -> None:
    flags = " ".join((flag.name or "").lower() for flag in Right if flag in entry.rights) or "none"
    work.audit.record(caller, action, str(entry.folder), entry=entry.id, target=entry.target, rights=flags)
