"""Calls on the archive. Source: wire/files.md section 8.7; the download is ours, so that who may read still can."""

from jeton.families.documents.model import READ_ARCHIVE, WRITE_ARCHIVE
from jeton.families.documents.model.folders import FixedTop, TooManyRows, WouldLoop
from jeton.families.documents.model.landing import OtherSpace
from jeton.families.documents.model.trash import PlaceGone
from jeton.families.documents.operations.landing import LANDING
from jeton.families.documents.service import archive, folders
from jeton.families.documents.wire import archive as wire
from jeton.families.documents.wire.tree import ChangeFileIn, ChangeFolderIn, OneFileIn
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFile, NoSuchFolder, OldVersion, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.ports import Download
from jeton.kernel.problems import ContentLost
from jeton.kernel.rights import OnArchive, OnFile, OnFolder
from jeton.kernel.tree import Right
from jeton.wire.documents import FileOut, FolderOut

_ARCHIVE = "vendor: archive"
_OURS = "ours: what is archived can still be read"

OPERATIONS = (
    Operation(
        name="archives.archive_file",
        method="PUT",
        path="/api/file/{file_id}/archive",
        scope=WRITE_ARCHIVE,
        right=OnFile(Right.DELETE, "file"),
        takes=wire.ArchiveFileIn,
        gives=FileOut,
        body=Body.JSON,
        problems=(NoSuchFile, FileLocked, OldVersion, NoSuchFolder, RightMissing, *LANDING, OtherSpace),
        call=archive.archive_file,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.archive_folder",
        method="PUT",
        path="/api/folder/{folder_id}/archive",
        scope=WRITE_ARCHIVE,
        right=OnFolder(Right.DELETE, "folder"),
        takes=wire.ArchiveFolderIn,
        gives=FolderOut,
        body=Body.JSON,
        problems=(FileLocked, FixedTop, WouldLoop, NoSuchFolder, RightMissing, *LANDING, OtherSpace),
        call=archive.archive_folder,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.add_folder",
        method="POST",
        path="/api/archive/folder",
        scope=WRITE_ARCHIVE,
        right=OnArchive(Right.WRITE, "parent"),
        takes=wire.AddArchiveFolderIn,
        gives=FolderOut,
        body=Body.JSON,
        status=201,
        problems=(NoSuchFolder, RightMissing, *LANDING),
        call=archive.add_folder,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.open_file",
        method="GET",
        path="/api/archive/file/{file_id}",
        scope=READ_ARCHIVE,
        right=OnFile(Right.READ, "file", archived=True),
        takes=OneFileIn,
        gives=FileOut,
        problems=(NoSuchFile, RightMissing),
        call=archive.open_file,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.download_file",
        method="GET",
        path="/api/archive/file/{file_id}/download",
        scope=READ_ARCHIVE,
        right=OnFile(Right.DOWNLOAD, "file", archived=True),
        takes=OneFileIn,
        gives=Download,
        problems=(NoSuchFile, RightMissing, ContentLost),
        call=archive.download,
        source=_OURS,
    ),
    Operation(
        name="archives.open_folder",
        method="GET",
        path="/api/archive/folder/{folder_id}",
        scope=READ_ARCHIVE,
        right=OnArchive(Right.NONE, "folder"),
        takes=wire.OpenArchiveFolderIn,
        gives=FolderOut,
        problems=(NoSuchFolder, RightMissing, TooManyRows),
        call=archive.open_folder,
        is_long=folders.is_deep,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.change_file",
        method="PUT",
        path="/api/archive/file/{file_id}",
        scope=WRITE_ARCHIVE,
        right=OnFile(Right.EDIT, "file", archived=True),
        takes=ChangeFileIn,
        gives=FileOut,
        body=Body.JSON,
        problems=(NoSuchFile, OldVersion, NoSuchFolder, RightMissing, *LANDING, OtherSpace),
        call=archive.change_file,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.change_folder",
        method="PUT",
        path="/api/archive/folder/{folder_id}",
        scope=WRITE_ARCHIVE,
        right=OnFolder(Right.EDIT, "folder", archived=True),
        takes=ChangeFolderIn,
        gives=FolderOut,
        body=Body.JSON,
        problems=(WouldLoop, NoSuchFolder, RightMissing, *LANDING, OtherSpace),
        call=archive.change_folder,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.delete_file",
        method="DELETE",
        path="/api/archive/file/{file_id}",
        scope=WRITE_ARCHIVE,
        right=OnFile(Right.DELETE, "file", archived=True),
        takes=wire.DeleteArchivedFileIn,
        gives=None,
        problems=(NoSuchFile, RightMissing, OldVersion),
        call=archive.delete_file,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.delete_folder",
        method="DELETE",
        path="/api/archive/folder/{folder_id}",
        scope=WRITE_ARCHIVE,
        right=OnFolder(Right.DELETE, "folder", archived=True),
        takes=wire.DeleteArchivedFolderIn,
        gives=None,
        problems=(NoSuchFolder, RightMissing),
        call=archive.delete_folder,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.unarchive_file",
        method="PUT",
        path="/api/archive/file/{file_id}/unarchive",
        scope=WRITE_ARCHIVE,
        right=OnFile(Right.DELETE, "file", archived=True),
        takes=wire.UnarchiveFileIn,
        gives=FileOut,
        body=Body.JSON,
        problems=(NoSuchFile, OldVersion, PlaceGone, NoSuchFolder, RightMissing, *LANDING, OtherSpace),
        call=archive.unarchive_file,
        source=_ARCHIVE,
    ),
    Operation(
        name="archives.unarchive_folder",
        method="PUT",
        path="/api/archive/folder/{folder_id}/unarchive",
        scope=WRITE_ARCHIVE,
        right=OnFolder(Right.DELETE, "folder", archived=True),
        takes=wire.UnarchiveFolderIn,
        gives=FolderOut,
        body=Body.JSON,
        problems=(PlaceGone, NoSuchFolder, RightMissing, *LANDING, OtherSpace),
        call=archive.unarchive_folder,
        source=_ARCHIVE,
    ),
)
