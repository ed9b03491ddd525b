"""Files and folders alike, for calls that take the id of either: through the doors, like all that hold a node."""

from dataclasses import dataclass

from jeton.kernel.caller import Caller
from jeton.kernel.doors import Doors, NoSuchFile, NoSuchFolder
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.problems import Unknown
from jeton.kernel.rights import Reach
from jeton.kernel.tree import File, Folder, Lineage, NodeKind, Right
from jeton.kit.text import sentence


class NoSuchObject(Unknown):
    """No folder under this id, and no version of a file, that the caller may see."""

    code = "no_such_object"
    sentence = sentence("There is no such file or folder.")


def object_and_place(doors: Doors, caller: Caller, number: int, kind: NodeKind | None) -> tuple[Folder | File, Lineage]:
    """A folder that the caller sees, or a file that they may read; of the two, `kind` says which is meant.

    Folders and versions share their numbers, so that a number alone names one object. Raises NoSuchObject.
    """
    try:
        if kind is not NodeKind.FILE:
            return doors.folder_and_place(caller, FolderId(number), Right.NONE)
    except NoSuchFolder:
        if kind is NodeKind.FOLDER:
            raise NoSuchObject from None
    try:
        return doors.file_and_place(caller, FileId(number), Right.READ)
    except NoSuchFile:
        raise NoSuchObject from None


@dataclass(frozen=True, slots=True)
class OnObject:
    """Sight of the folder, or reading of the file, whose id the command holds under `field`; its `kind` may say which
    of the two is meant."""

    field: str

    @property
    def words(self) -> str:
        return f"sight of {self.field}"

    def check(self, caller: Caller, command: object, reach: Reach) -> None:
        """Goes through the doors: NoSuchObject."""
        object_and_place(reach.doors, caller, getattr(command, self.field), getattr(command, "kind"))  # noqa: B009
