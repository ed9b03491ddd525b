"""What comes in about copies: where to and under which name. Ours; ids as integers or strings."""

from jeton.families.documents.model.copies import CopyFile, CopyFolder
from jeton.kernel.ids import FileId, FolderId
from jeton.wire.shapes import Body
from jeton.wire.types import WireId


class CopyFileIn(Body, frozen=True):
    """Into another folder, or under another name beside the original."""

    file_id: WireId
    parent_id: WireId | None = None
    name: str | None = None

    def command(self) -> CopyFile:
        return CopyFile(file=FileId(int(self.file_id)), parent=_folder(self.parent_id), name=self.name)


class CopyFolderIn(Body, frozen=True):
    """Into another folder, or under another name beside the original."""

    folder_id: WireId
    parent_id: WireId | None = None
    name: str | None = None

    def command(self) -> CopyFolder:
        return CopyFolder(folder=FolderId(int(self.folder_id)), parent=_folder(self.parent_id), name=self.name)


def _folder(number: WireId | None) -> FolderId | None:
    return None if number is None else FolderId(int(number))
