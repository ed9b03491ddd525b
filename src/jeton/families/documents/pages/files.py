"""The pages of files: places, a folder, one file, and where something goes."""

from typing import Final

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
from jeton.families.documents.model.files import ChangeFile, OpenFile
from jeton.families.documents.model.locks import ReleaseLock, TakeLock
from jeton.families.documents.model.versions import OneVersion
from jeton.families.documents.service import browsing, file_view, files, locks, versions
from jeton.kernel.declare import Act, Page
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.locks import LockKind
from jeton.kernel.rights import PERSON, OnFile, OnFolder
from jeton.kernel.tree import Right, SeenFile
from jeton.kit.text import sentence
from jeton.web.forms import Form

_PLACES: Final = "/files"
_FOLDER: Final = "/files/{folder_id}"
_MOVE: Final = "/files/{folder_id}/move"
_FILE: Final = "/files/file/{file_id}"
_ORDERS: Final = {order.value: order for order in Order}
_KINDS: Final = {kind.value: kind for kind in LockKind}
_MOST_TICKED: Final = 1000


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _folder(form: Form) -> FolderId:
    return FolderId(_number(form.path["folder_id"]))


def _file(form: Form) -> FileId:
    return FileId(_number(form.path["file_id"]))


def _places(_form: Form) -> ViewPlaces:
    return ViewPlaces()


def _browse(form: Form) -> BrowseFolder:
    return BrowseFolder(
        folder=_folder(form),
        order=_ORDERS.get(form.query.get("order", ""), Order.NAME),
        is_reversed=form.query.get("reversed") == "1",
        page=_number(form.query.get("page", "1")[:6]) or 1,
        undo=_entries(form.query.get("undo", "")),
    )


def _entries(text: str) -> tuple[int, ...]:
    return tuple(number for part in text.split(",")[:_MOST_TICKED] if (number := _number(part)))


def _ticked(names: list[str], kind: str) -> tuple[int, ...]:
    """The ids in the names of boxes such as `file-12`: each box has a name of its own, so none stands there twice."""
    numbers = (_number(name.removeprefix(f"{kind}-")) for name in names if name.startswith(f"{kind}-"))
    return tuple(number for number in numbers if number)[:_MOST_TICKED]


def _files_of(names: list[str]) -> tuple[FileId, ...]:
    return tuple(FileId(number) for number in _ticked(names, "file"))


def _folders_of(names: list[str]) -> tuple[FolderId, ...]:
    return tuple(FolderId(number) for number in _ticked(names, "folder"))


def _make(form: Form) -> MakeHere:
    return MakeHere(folder=_folder(form), name=form.typed("name"))


def _rename(form: Form) -> RenameHere:
    file, folder = _number(form.text("file_id")), _number(form.text("subfolder_id"))
    return RenameHere(
        folder=_folder(form),
        name=form.typed("name"),
        file=FileId(file) if file else None,
        subfolder=FolderId(folder) if folder else None,
    )


def _boxes(form: Form) -> Ticked:
    names = list(form.fields)
    return Ticked(folder=_folder(form), files=_files_of(names), folders=_folders_of(names))


def _undo(form: Form) -> Undo:
    return Undo(folder=_folder(form), entries=_entries(form.text("entries")))


def _choose(form: Form) -> ChoosePlace:
    names, within = list(form.query), _number(form.query.get("in", ""))
    return ChoosePlace(
        folder=_folder(form),
        files=_files_of(names),
        folders=_folders_of(names),
        within=FolderId(within) if within else None,
    )


def _put(form: Form) -> PutInto:
    names = list(form.fields)
    return PutInto(
        folder=_folder(form),
        files=_files_of(names),
        folders=_folders_of(names),
        target=FolderId(_number(form.text("target_id"))),
    )


def _open(form: Form) -> OpenFile:
    return OpenFile(file=_file(form))


def _rename_file(form: Form) -> ChangeFile:
    return ChangeFile(file=_file(form), name=form.typed("name"))


def _version(form: Form) -> OneVersion:
    return OneVersion(file=FileId(_number(form.text("version_id"))))


def _take(form: Form) -> TakeLock:
    return TakeLock(file=_file(form), kind=_KINDS.get(form.text("kind"), LockKind.WRITE))


def _release(form: Form) -> ReleaseLock:
    return ReleaseLock(file=_file(form))


def _after_deleting(deleted: browsing.Deleted) -> str:
    undo = f"&undo={','.join(map(str, deleted.entries))}" if deleted.entries else ""
    return f"/files/{deleted.folder}?done={{done}}{undo}"


def _to_move(ticked: Ticked) -> str:
    boxes = [f"file-{number}=1" for number in ticked.files] + [f"folder-{number}=1" for number in ticked.folders]
    return f"/files/{ticked.folder}/move?{'&'.join(boxes)}"


def _to_download(ticked: Ticked) -> str:
    files, folders = ",".join(map(str, ticked.files)), ",".join(map(str, ticked.folders))
    return f"/session/zip?files={files}&folders={folders}" if files or folders else f"/files/{ticked.folder}"


def _in_target(target: FolderId) -> str:
    return f"/files/{target}?done={{done}}"


def _at_file(seen: SeenFile) -> str:
    return f"/files/file/{seen.file.id}?done={{done}}"


PAGES = (
    Page(
        name="files",
        path=_PLACES,
        right=PERSON,
        template="documents/places.html",
        reads=_places,
        show=browsing.view_places,
    ),
    Page(
        name="files.folder",
        path=_FOLDER,
        right=OnFolder(Right.NONE, "folder"),
        template="documents/files.html",
        reads=_browse,
        show=browsing.browse,
        is_long=True,
        acts={
            "make": Act(
                reads=_make,
                call=browsing.make_folder,
                then=f"{_FOLDER}?done={{done}}",
                notice=sentence("The folder is made."),
            ),
            "rename": Act(
                reads=_rename,
                call=browsing.rename,
                then=f"{_FOLDER}?done={{done}}",
                notice=sentence("It has its new name."),
            ),
            "delete": Act(
                reads=_boxes,
                call=browsing.delete,
                then=_after_deleting,
                notice=sentence("It is in the trash."),
            ),
            "choose": Act(reads=_boxes, call=browsing.chosen, then=_to_move),
            "download": Act(reads=_boxes, call=browsing.chosen, then=_to_download),
            "undo": Act(
                reads=_undo,
                call=browsing.undo,
                then=f"{_FOLDER}?done={{done}}",
                notice=sentence("It is back in its folder."),
            ),
        },
    ),
    Page(
        name="files.move",
        path=_MOVE,
        right=OnFolder(Right.NONE, "folder"),
        template="documents/move.html",
        reads=_choose,
        show=browsing.choose_place,
        acts={
            "move": Act(
                reads=_put, call=browsing.move, then=_in_target, notice=sentence("It is moved, and you are with it.")
            ),
            "copy": Act(reads=_put, call=browsing.copy, then=_in_target, notice=sentence("The copy is here.")),
        },
    ),
    Page(
        name="files.file",
        path=_FILE,
        right=OnFile(Right.READ, "file"),
        template="documents/file.html",
        reads=_open,
        show=file_view.view_file,
        is_long=True,
        acts={
            "rename": Act(
                reads=_rename_file,
                call=files.change_file,
                then=_at_file,
                notice=sentence("It has its new name."),
            ),
            "restore": Act(
                reads=_version,
                call=versions.restore_version,
                then=_at_file,
                notice=sentence("The older version is the current one again; what it replaced is kept below."),
            ),
            "destroy": Act(
                reads=_version,
                call=versions.delete_version,
                then=f"{_FILE}?done={{done}}",
                notice=sentence("The version is gone for good."),
            ),
            "lock": Act(
                reads=_take,
                call=locks.take_lock,
                then=f"{_FILE}?done={{done}}",
                notice=sentence("The file is locked: nobody else changes it."),
            ),
            "release": Act(
                reads=_release,
                call=locks.release_lock,
                then=f"{_FILE}?done={{done}}",
                notice=sentence("The lock is gone."),
            ),
        },
    ),
)
