"""The only way to hold a node. Every slice and the console pass through here; what a caller may not see is not there.

A door turns an id into a folder or a file, for this caller and this right. Services never look a node up themselves:
the tree they are given takes nodes, not ids.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.counts import NOTHING, added, hidden_counts
from jeton.kernel.entries import EntriesToOne, Entry, Said, levels_on, rights_below
from jeton.kernel.ids import FileId, FolderId, PrincipalId
from jeton.kernel.locks import FileLocked, FileLockedBelow, LockKind, bars, check_lock
from jeton.kernel.problems import Conflict, Forbidden, Unknown
from jeton.kernel.tree import File, Folder, Lineage, Right, RootType, Sight, Space, Totals
from jeton.kit.text import sentence


class NoSuchFolder(Unknown):
    """No folder under this id that the caller may see."""

    code = "no_such_folder"
    sentence = sentence("There is no such folder.")


class NoSuchFile(Unknown):
    """No file under this id that the caller may see."""

    code = "no_such_file"
    sentence = sentence("There is no such file.")


class RightMissing(Forbidden):
    """The node is visible, but this is not permitted on it."""

    code = "right_missing"
    sentence = sentence("You do not have the right to do this here: {right} is missing.")


class RightsNotYours(Forbidden):
    """The folder is visible, but who has which right there is not for the caller to see or to say."""

    code = "rights_not_yours"
    sentence = sentence("Only administrators, and the owner of a private space, give rights on its folders.")


class NoSuchRight(Unknown):
    """No entry of rights under this id that the caller may see."""

    code = "no_such_right"
    sentence = sentence("There is no such right.")


class OldVersion(Conflict):
    """The id is that of an old version, and only the current one can be changed."""

    code = "old_version"
    sentence = sentence("This id is an old version of the file; its current one is {current}.")


class TreeByIds(Protocol):
    """What the doors ask storage: nodes by id, whoever is asking. Nobody else is given this."""

    def folder(self, folder: FolderId) -> tuple[Folder, Lineage] | None:
        """A live folder and where it hangs; None when there is none or it is in the trash."""

    def file(self, version: FileId) -> tuple[File, Lineage, FileId] | None:
        """The file as that version shows it, where it hangs, and the id of its current version."""

    def totals(self, folders: Sequence[FolderId]) -> Mapping[FolderId, Totals]:
        """The counts of these folders, whoever may see them."""

    def tops(self, owner: int) -> Sequence[Folder]:
        """The company root, then the private root of this person if there is one."""

    def locks_below(self, folder: FolderId, besides: PrincipalId) -> Sequence[LockKind]:
        """The kinds of locks that others than somebody hold below a folder, at any depth."""


class Root(NamedTuple):
    """One of the highest folders that somebody sees, and what it is to them."""

    folder: Folder
    place: Lineage
    type: RootType


_RIGHTS: Final = tuple(Right(number) for number in range(Right.ALL + 1))


def standing(caller: Caller, lineage: Lineage) -> Right | None:
    """What a caller may do throughout a space by who they are; None when the entries of its folders say.

    Source: decisions.md, "Principals" and "Rights": administrators and Server applications reach the whole company
    space; a person's private space is that person's, and whoever's they let in; an application is let in nowhere.
    """
    if lineage.space is Space.COMPANY:
        if caller.administers:
            return Right.ALL
    elif caller.kind is CallerKind.PERSON and lineage.space_owner == caller.principal:
        return Right.ALL
    return None if caller.kind is CallerKind.PERSON else Right.NONE


class Doors:
    """Doors for one work: what it found stays found until the work ends."""

    __slots__ = ("_changed", "_entries", "_files", "_folders", "_person", "_said", "_tree")

    def __init__(self, tree: TreeByIds, entries: EntriesToOne) -> None:
        self._tree = tree
        self._entries = entries
        self._folders: dict[FolderId, tuple[Folder, Lineage] | None] = {}
        self._files: dict[FileId, tuple[File, Lineage, FileId] | None] = {}
        self._changed: tuple[PrincipalId, Mapping[FolderId, Totals]] | None = None
        self._person = PrincipalId(0)
        self._said: dict[FolderId, list[Said]] = {}

    def folder(self, caller: Caller, folder: FolderId, right: Right) -> Folder:
        """The folder, for someone who sees it and has this right in it.

        Raises: NoSuchFolder (none, or out of sight); RightMissing (in sight, not permitted).
        """
        return self.folder_and_place(caller, folder, right)[0]

    def folder_and_place(
        self, caller: Caller, folder: FolderId, right: Right, *, archived: bool = False
    ) -> tuple[Folder, Lineage]:
        """As `folder`, with where it hangs. What of that the caller sees is told by `sight`.

        What is in the archive is found there only (`archived`), and what is in the tree in the tree.
        """
        found = self._known(folder)
        if found is None or (found[1].archive is not None) is not archived:
            raise NoSuchFolder
        held = self._rights(caller, found[1], folder)
        if not held:
            raise NoSuchFolder
        _admit(held, right)
        return found

    def archive_and_place(self, caller: Caller, folder: FolderId, right: Right) -> tuple[Folder, Lineage]:
        """A folder of the archive; or one of the tree, which stands for all that was archived from it."""
        try:
            return self.folder_and_place(caller, folder, right, archived=True)
        except NoSuchFolder:
            return self.folder_and_place(caller, folder, right)

    def folder_to_give(self, caller: Caller, folder: FolderId) -> tuple[Folder, Lineage]:
        """The folder, for someone who may say who has which right in it: who holds its space.

        Raises: NoSuchFolder; RightsNotYours.
        """
        found = self.folder_and_place(caller, folder, Right.NONE)
        if not standing(caller, found[1]):
            raise RightsNotYours
        return found

    def entry_to_give(self, caller: Caller, entry: int) -> tuple[Entry, Folder, Lineage]:
        """An entry of rights and its folder, for someone who may give rights there.

        Raises: NoSuchRight (none, or on a folder out of sight); RightsNotYours.
        """
        found = self._entries.find(entry)
        if found is None:
            raise NoSuchRight
        try:
            return found, *self.folder_to_give(caller, found.folder)
        except NoSuchFolder:
            raise NoSuchRight from None

    def file(self, caller: Caller, file: FileId, right: Right) -> File:
        """The file as this version shows it, for someone who has this right on it.

        Raises: NoSuchFile (none, or in a folder that they may not read); RightMissing; FileLocked (somebody else's lock
        bars what needs the right).
        """
        return self.file_and_place(caller, file, right)[0]

    def file_and_place(
        self, caller: Caller, file: FileId, right: Right, *, archived: bool = False
    ) -> tuple[File, Lineage]:
        """As `file`, with where it hangs; in the tree, or (`archived`) in the archive."""
        found = self._file(file)
        if (found[1].archive is not None) is not archived:
            raise NoSuchFile
        held = self._rights(caller, found[1], None)
        if Right.READ not in held:
            raise NoSuchFile
        _admit(held, right)
        check_lock(found[0], caller.principal, right)
        return found[0], found[1]

    def versions(self, caller: Caller, file: FileId, right: Right) -> tuple[File, File, Lineage]:
        """The file as this version shows it, as its current one does, and where it hangs. Raises as `file`."""
        shown, place = self.file_and_place(caller, file, right)
        current = self._file(file)[2]
        return shown, shown if current == file else self._file(current)[0], place

    def brought_file(self, caller: Caller, file: FileId) -> tuple[File, Lineage]:
        """A file that the caller is known to have brought in, for which they need not be able to read it.

        Raises: NoSuchFile (gone, or in a folder out of sight).
        """
        found = self._file(file)
        if found[1].archive is not None or not self._rights(caller, found[1], None):
            raise NoSuchFile
        return found[0], found[1]

    def current_file(
        self, caller: Caller, file: FileId, right: Right, *, archived: bool = False
    ) -> tuple[File, Lineage]:
        """The file, when the id is its current version's; in the tree, or (`archived`) in the archive.

        Raises: NoSuchFile; RightMissing; FileLocked; OldVersion (409 naming the current one).
        """
        held = self.file_and_place(caller, file, right, archived=archived)
        current = self._file(file)[2]
        if current != file:
            raise OldVersion(current=current)
        return held

    def file_to_release(self, caller: Caller, file: FileId) -> File:
        """The file, for someone who may end its lock: its holder, or who holds the space.

        Raises: NoSuchFile; FileLocked.
        """
        found, place = self.file_and_place(caller, file, Right.READ)
        lock = found.lock
        if lock is not None and lock.owner != caller.principal and not standing(caller, place):
            raise FileLocked(owner=lock.owner_name)
        return found

    def sight(self, caller: Caller, node: Folder | File, place: Lineage) -> Sight:
        """How a node that one holds looks to the caller: its place cut to what they see, and what they may do."""
        by_standing = standing(caller, place)
        if by_standing is not None:
            gives = bool(by_standing) and place.archive is None
            return Sight(place.above, by_standing, not place.above, gives, caller.principal)
        is_folder = isinstance(node, Folder)
        way = [folder.id for folder in place.above]
        levels = self._levels(caller, [*way, node.id] if isinstance(node, Folder) else way)
        over = levels[:-1] if is_folder else levels
        seen = 0
        for held in reversed(over):
            if not held:
                break
            seen += 1
        above = place.above[len(place.above) - seen :]
        return Sight(above, _RIGHTS[levels[-1]], not above, False, caller.principal)

    def children(
        self, caller: Caller, place: Lineage, parents: Mapping[FolderId, Right], folders: Iterable[Folder]
    ) -> dict[FolderId, Right]:
        """Those of the `folders` that the caller sees, with what they may do there.

        `parents` says what they may do in the folders that hold these; `place` is anywhere in the same space.
        """
        by_standing = standing(caller, place)
        if by_standing is not None:
            return dict.fromkeys((folder.id for folder in folders), by_standing)
        within = {folder.id: parents[folder.parent].value for folder in folders if folder.parent is not None}
        self._hear(caller, list(within))
        held = {folder: rights_below(inherited, self._said[folder]) for folder, inherited in within.items()}
        return {folder: _RIGHTS[rights] for folder, rights in held.items() if rights}

    def counted(self, caller: Caller, place: Lineage, folders: Sequence[Folder]) -> Sequence[Folder]:
        """These folders, all in one space and in sight, with counts of what the caller sees and nothing else."""
        if standing(caller, place) is not None:
            return folders
        if place.archive is not None:  # what is hidden there is not told apart: then nothing is counted
            hides = self._entries.hides(caller.principal)
            return [folder._replace(totals=NOTHING) for folder in folders] if hides else folders
        changed = self._hidden(caller)
        if not changed:
            return folders
        return [
            folder._replace(totals=added(folder.totals, changed[folder.id])) if folder.id in changed else folder
            for folder in folders
        ]

    def shared(self, caller: Caller, place: Lineage, folders: Collection[FolderId]) -> frozenset[FolderId]:
        """Those of the folders, all in this one space and in sight, that their owner shares from a private space.

        Whoever holds the space is told of every entry that lets somebody in; others of those that let them in.
        """
        if place.space is not Space.PRIVATE:
            return frozenset()
        if standing(caller, place) is not None:
            return frozenset(self._entries.given_on(list(folders)))
        return frozenset(folder for folder in folders if any(said.rights for said in self._said.get(folder, ())))

    def throughout(self, caller: Caller, node: Folder | File, place: Lineage, right: Right) -> None:
        """Ask a right on a file, or in a folder and in all that is below it. Raises RightMissing; FileLocked."""
        if isinstance(node, File):
            _admit(self._rights(caller, place, None), right)
            check_lock(node, caller.principal, right)
            return
        folder = node
        _admit(self._rights(caller, place, folder.id), right)
        if standing(caller, place) is None:
            said: dict[FolderId, list[Said]] = {}
            for word in self._entries.said_below(caller.principal, folder.id):
                said.setdefault(word.folder, []).append(word)
            for words in said.values():
                _admit(_RIGHTS[rights_below(0, words)], right)
        if any(bars(kind, right) for kind in self._tree.locks_below(folder.id, caller.principal)):
            raise FileLockedBelow

    def tops(self, caller: Caller) -> list[Root]:
        """The highest folders that this caller sees: the company's, their own, those of people who let them in."""
        is_person = caller.kind is CallerKind.PERSON
        roots = []
        for top in self._tree.tops(caller.principal if is_person else 0):
            held = self._known(top.id)
            if held is not None and standing(caller, held[1]):
                roots.append(Root(*held, RootType(held[1].space.value)))
        if is_person:
            roots += self._given_roots(caller)
        roots.sort(key=lambda root: (_ORDER[root.type], root.folder.name, root.folder.id))
        return roots

    def _given_roots(self, caller: Caller) -> Iterable[Root]:
        """Folders that somebody may reach by an entry, while the folder above is out of their sight."""
        places = [
            (folder, place)
            for folder, place in self._entries.places(caller.principal)
            if standing(caller, place) is None
        ]
        self._hear(caller, [folder for number, place in places for folder in (*(a.id for a in place.above), number)])
        for folder, place in places:
            levels = self._levels(caller, [*(ancestor.id for ancestor in place.above), folder])
            if levels[-1] and not any(levels[-2:-1]) and (held := self._known(folder)):
                yield Root(*held, RootType.COMPANY if place.space is Space.COMPANY else RootType.SHARED)

    def _hidden(self, caller: Caller) -> Mapping[FolderId, Totals]:
        """How the counts that the caller is shown differ from those that are kept; asked once a work."""
        if self._changed is None or self._changed[0] != caller.principal:
            ways: list[list[FolderId]] = []
            if self._entries.hides(caller.principal):
                places = self._entries.places(caller.principal)
                ways = [[*(above.id for above in place.above), folder] for folder, place in places]
                self._hear(caller, list(dict.fromkeys(folder for way in ways for folder in way)))
            kept = self._tree.totals([way[-1] for way in ways]) if ways else {}
            self._changed = caller.principal, hidden_counts(ways, self._said, kept)
        return self._changed[1]

    def _rights(self, caller: Caller, place: Lineage, folder: FolderId | None) -> Right:
        """What the caller may do in a folder, or (None) in the one that holds a file."""
        by_standing = standing(caller, place)
        if by_standing is not None:
            return by_standing
        way = [ancestor.id for ancestor in place.above]
        levels = self._levels(caller, way if folder is None else [*way, folder])
        return _RIGHTS[levels[-1]] if levels else Right.NONE  # a file whose folder is gone, in the archive

    def _levels(self, caller: Caller, way: Sequence[FolderId]) -> list[int]:
        """What the caller may do in each folder on a way down from a top."""
        self._hear(caller, way)
        return levels_on(way, self._said)

    def _known(self, folder: FolderId) -> tuple[Folder, Lineage] | None:
        """A folder with where it hangs, read once a work."""
        if folder not in self._folders:
            self._folders[folder] = self._tree.folder(folder)
        return self._folders[folder]

    def _hear(self, caller: Caller, folders: Sequence[FolderId]) -> None:
        """Read what the entries of these folders say to the caller, once."""
        if caller.principal != self._person:
            self._person = caller.principal
            self._said = {}
        unheard = [folder for folder in folders if folder not in self._said]
        if unheard:
            self._said.update((folder, []) for folder in unheard)
            for said in self._entries.said(caller.principal, unheard):
                self._said[said.folder].append(said)

    def _file(self, file: FileId) -> tuple[File, Lineage, FileId]:
        if file not in self._files:
            self._files[file] = self._tree.file(file)
        found = self._files[file]
        if found is None:
            raise NoSuchFile
        return found


_ORDER: Final = {RootType.COMPANY: 0, RootType.PRIVATE: 1, RootType.SHARED: 2}


def _admit(held: Right, needed: Right) -> None:
    missing = needed.value & ~held.value  # plain numbers: flags cost microseconds, and each call passes here
    if missing:
        raise RightMissing(right=Right(missing).name)
