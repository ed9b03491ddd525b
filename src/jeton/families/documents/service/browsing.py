"""What the console shows of folders, and does to what was ticked there; the use cases of the API do the work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from jeton.families.documents.model.browsing import (
    BrowseFolder,
    ChoosePlace,
    MakeHere,
    Order,
    PutInto,
    RenameHere,
    Ticked,
    Undo,
    ViewPlaces,
)
from jeton.families.documents.model.copies import CopyFile, CopyFolder
from jeton.families.documents.model.files import ChangeFile, DeleteFile
from jeton.families.documents.model.folders import ChangeFolder, CreateFolder, DeleteFolder
from jeton.families.documents.model.landing import NameTaken
from jeton.families.documents.model.previews import PICTURES
from jeton.families.documents.model.trash import Restore
from jeton.families.documents.service import copies, files, folders, trash
from jeton.families.documents.service.sharing import FLAGS
from jeton.kernel.caller import Caller
from jeton.kernel.doors import Root
from jeton.kernel.ids import FolderId
from jeton.kernel.locks import bars
from jeton.kernel.ports import Work
from jeton.kernel.problems import FieldError, Invalid
from jeton.kernel.trash import NoSuchTrash, reach
from jeton.kernel.tree import Ancestor, File, Folder, Right, SeenFile, SeenFolder
from jeton.kit.text import caseless, sentence

PAGE_SIZE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderView:
    """A page of a folder: its folders first, then its files. `count` is of all pages.

    `may` are the words of what one may do here (`kernel.tree.Right`, in small letters); `gives_rights` whether one says
    who may; `barred` the files that somebody else keeps locked; `drawn` those whose name promises a picture.
    """

    folder: Folder
    above: Sequence[Ancestor]
    is_top: bool
    may: frozenset[str]
    gives_rights: bool
    folders: Sequence[Folder]
    files: Sequence[File]
    barred: frozenset[int]
    drawn: frozenset[int]
    order: Order
    is_reversed: bool
    page: int
    pages: int
    count: int
    undo: tuple[int, ...]


class Deleted(NamedTuple):
    """What was put in the trash out of a folder."""

    folder: FolderId
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """Where what was ticked might go. `into` is the folder that is looked into; None before one is chosen."""

    folder: Folder
    ticked: Sequence[Folder | File]
    into: Folder | None
    above: Sequence[Ancestor]
    folders: Sequence[Folder]
    may_write: bool


def view_places(work: Work, caller: Caller, _command: ViewPlaces) -> Sequence[Root]:
    """The highest folders that one sees."""
    return work.doors.tops(caller)


def browse(work: Work, caller: Caller, command: BrowseFolder) -> FolderView:
    """A page of a folder. Raises NoSuchFolder."""
    folder, place = work.doors.folder_and_place(caller, command.folder, Right.NONE)
    sight = work.doors.sight(caller, folder, place)
    rights = {folder.id: sight.rights}
    inside, files_inside = work.tree.children([folder])
    seen = work.doors.children(caller, place, rights, inside)
    shown = work.doors.counted(caller, place, [child for child in inside if child.id in seen])
    readable = files_inside if Right.READ in sight.rights else ()
    ordered: list[Folder | File] = [*_ordered(shown, command), *_ordered(readable, command)]
    pages = max(1, -(-len(ordered) // PAGE_SIZE))
    page = min(max(1, command.page), pages)
    on_page = ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    files_on_page = [node for node in on_page if isinstance(node, File)]
    return FolderView(
        folder=work.doors.counted(caller, place, [folder])[0],
        above=sight.above,
        is_top=folder.parent is None,
        may=frozenset(word for word, flag in FLAGS.items() if flag in sight.rights),
        gives_rights=sight.may_give_rights,
        folders=[node for node in on_page if isinstance(node, Folder)],
        files=files_on_page,
        barred=frozenset(file.id for file in files_on_page if is_barred(file, caller, Right.EDIT)),
        drawn=frozenset(file.id for file in files_on_page if is_drawn(file, caller)),
        order=command.order,
        is_reversed=command.is_reversed,
        page=page,
        pages=pages,
        count=len(ordered),
        undo=tuple(entry for entry in command.undo if _is_within_reach(work, caller, entry)),
    )


def is_barred(file: File, caller: Caller, act: Right) -> bool:
    """Whether somebody else's lock keeps a person from changing a file, or from seeing its bytes."""
    return file.lock is not None and file.lock.owner != caller.principal and bars(file.lock.kind, act)


def is_drawn(file: File, caller: Caller) -> bool:
    """Whether a page shows a small picture of a file that one may read."""
    return file.name.lower().endswith(PICTURES) and not is_barred(file, caller, Right.DOWNLOAD)


def make_folder(work: Work, caller: Caller, command: MakeHere) -> SeenFolder:
    """Make a folder here. Raises as `folders.create_folder`; a taken name is told at its field."""
    try:
        return folders.create_folder(work, caller, CreateFolder(parent=command.folder, name=command.name))
    except NameTaken:
        raise _name_taken() from None


def rename(work: Work, caller: Caller, command: RenameHere) -> SeenFolder | SeenFile:
    """Give something here, or the folder itself, another name. Raises as the use cases of the API."""
    try:
        if command.file is not None:
            return files.change_file(work, caller, ChangeFile(file=command.file, name=command.name))
        folder = command.folder if command.subfolder is None else command.subfolder
        return folders.change_folder(work, caller, ChangeFolder(folder=folder, name=command.name))
    except NameTaken:
        raise _name_taken() from None


def chosen(_work: Work, _caller: Caller, command: Ticked) -> Ticked:
    """What was ticked, for a page that asks more about it."""
    return command


def delete(work: Work, caller: Caller, command: Ticked) -> Deleted:
    """Put what was ticked in the trash, all or nothing. Raises as the use cases of the API."""
    entries = [folders.delete_folder(work, caller, DeleteFolder(folder=folder)).id for folder in command.folders]
    entries += [files.delete_file(work, caller, DeleteFile(file=file)).id for file in command.files]
    return Deleted(command.folder, tuple(entries))


def undo(work: Work, caller: Caller, command: Undo) -> FolderId:
    """Bring back what was just deleted here. Raises as `trash.restore`."""
    for entry in command.entries:
        trash.restore(work, caller, Restore(entry=entry))
    return command.folder


def choose_place(work: Work, caller: Caller, command: ChoosePlace) -> PlaceView:
    """Look into a folder to which what was ticked might go. Raises NoSuchFolder, NoSuchFile."""
    folder, _ = work.doors.folder_and_place(caller, command.folder, Right.NONE)
    ticked: list[Folder | File] = [work.doors.folder(caller, number, Right.NONE) for number in command.folders]
    ticked += [work.doors.file(caller, number, Right.READ) for number in command.files]
    if command.within is None:
        tops = [root.folder for root in work.doors.tops(caller)]
        return PlaceView(folder=folder, ticked=ticked, into=None, above=(), folders=tops, may_write=False)
    into, place = work.doors.folder_and_place(caller, command.within, Right.NONE)
    sight = work.doors.sight(caller, into, place)
    inside, _ = work.tree.children([into])
    seen = work.doors.children(caller, place, {into.id: sight.rights}, inside)
    return PlaceView(
        folder=folder,
        ticked=ticked,
        into=into,
        above=sight.above,
        folders=[child for child in inside if child.id in seen and child.id not in command.folders],
        may_write=Right.WRITE in sight.rights,
    )


def move(work: Work, caller: Caller, command: PutInto) -> FolderId:
    """Move what was ticked into another folder, all or nothing. Raises as the use cases of the API."""
    for folder in command.folders:
        folders.change_folder(work, caller, ChangeFolder(folder=folder, parent=command.target))
    for file in command.files:
        files.change_file(work, caller, ChangeFile(file=file, parent=command.target))
    return command.target


def copy(work: Work, caller: Caller, command: PutInto) -> FolderId:
    """Copy what was ticked into another folder, all or nothing. Raises as the use cases of the API."""
    for folder in command.folders:
        copies.copy_folder(work, caller, CopyFolder(folder=folder, parent=command.target))
    for file in command.files:
        copies.copy_file(work, caller, CopyFile(file=file, parent=command.target))
    return command.target


def _is_within_reach(work: Work, caller: Caller, entry: int) -> bool:
    try:
        reach(work.trash, caller, entry)
    except NoSuchTrash:
        return False
    return True


def _ordered(nodes: Sequence[Folder | File], command: BrowseFolder) -> Sequence[Folder | File]:
    ordered = sorted(nodes, key=lambda node: (caseless(node.name), node.name))
    if command.order is Order.SIZE:
        ordered.sort(key=_size)
    elif command.order is Order.CHANGED:
        ordered.sort(key=lambda node: node.modified_at)
    return ordered[::-1] if command.is_reversed else ordered


def _size(node: Folder | File) -> int:
    return node.size_bytes if isinstance(node, File) else node.totals.size_bytes


def _name_taken() -> Invalid:
    text = sentence("There is already something of this name here. Choose another name.")
    return Invalid(FieldError("name", NameTaken.code, text))
