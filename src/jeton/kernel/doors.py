"""The only way to hold a node. Every slice and the console pass through here; what a caller may not see is not there.

A door turns an id into a folder or a file, for this caller and this right. Services never look a node up themselves:
the tree they are given takes nodes, not ids.
"""

from collections.abc import Sequence
from typing import Protocol

from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.problems import Conflict, Forbidden, Unknown
from jeton.kernel.tree import File, Folder, Lineage, Right, Space
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

    def tops(self, owner: int) -> Sequence[Folder]:
        """The company root, then the private root of this person if there is one."""


def rights_in(caller: Caller, lineage: Lineage) -> Right:
    """What a caller may do at a place.

    Source: decisions.md, "Principals": administrators and Server applications reach the whole company space and
    nobody's private space; a person's private space is that person's alone.
    """
    if lineage.space is Space.COMPANY:
        return Right.ALL if caller.administers else Right.NONE
    if caller.kind is CallerKind.PERSON and lineage.space_owner == caller.principal:
        return Right.ALL
    return Right.NONE


class Doors:
    """Doors for one work: what it found stays found until the work ends."""

    __slots__ = ("_files", "_folders", "_tree")

    def __init__(self, tree: TreeByIds) -> None:
        self._tree = tree
        self._folders: dict[FolderId, tuple[Folder, Lineage] | None] = {}
        self._files: dict[FileId, tuple[File, Lineage, FileId] | None] = {}

    def folder(self, caller: Caller, folder: FolderId, right: Right) -> Folder:
        """The folder, for someone who has this right in it.

        Raises: NoSuchFolder (none, or out of sight); RightMissing (in sight, not permitted).
        """
        return self.folder_and_place(caller, folder, right)[0]

    def folder_and_place(self, caller: Caller, folder: FolderId, right: Right) -> tuple[Folder, Lineage]:
        """As `folder`, with where it hangs."""
        if folder not in self._folders:
            self._folders[folder] = self._tree.folder(folder)
        found = self._folders[folder]
        if found is None:
            raise NoSuchFolder
        _admit(rights_in(caller, found[1]), right, NoSuchFolder)
        return found

    def file(self, caller: Caller, file: FileId, right: Right) -> File:
        """The file as this version shows it, for someone who has this right on it.

        Raises: NoSuchFile; RightMissing.
        """
        return self.file_and_place(caller, file, right)[0]

    def file_and_place(self, caller: Caller, file: FileId, right: Right) -> tuple[File, Lineage]:
        """As `file`, with where it hangs."""
        found = self._file(file)
        _admit(rights_in(caller, found[1]), right, NoSuchFile)
        return found[0], found[1]

    def current_file(self, caller: Caller, file: FileId, right: Right) -> tuple[File, Lineage]:
        """The file, when the id is its current version's.

        Raises: NoSuchFile; RightMissing; OldVersion (409 naming the current one).
        """
        held = self.file_and_place(caller, file, right)
        current = self._file(file)[2]
        if current != file:
            raise OldVersion(current=current)
        return held

    def tops(self, caller: Caller) -> list[tuple[Folder, Space]]:
        """The highest folders that this caller may see, the company's first."""
        owner = caller.principal if caller.kind is CallerKind.PERSON else 0
        tops = []
        for folder in self._tree.tops(owner):
            held = self._folders.setdefault(folder.id, self._tree.folder(folder.id))
            if held is not None and rights_in(caller, held[1]):
                tops.append((held[0], held[1].space))
        return tops

    def _file(self, file: FileId) -> tuple[File, Lineage, FileId]:
        if file not in self._files:
            self._files[file] = self._tree.file(file)
        found = self._files[file]
        if found is None:
            raise NoSuchFile
        return found


def _admit(held: Right, needed: Right, hidden: type[Unknown]) -> None:
    if not held:
        raise hidden
    missing = needed.value & ~held.value  # plain numbers: flags cost microseconds, and each call passes here
    if missing:
        raise RightMissing(right=Right(missing).name)
