"""Calls on folders and roots. Source: wire/files.md sections 4 and 8.3."""

from jeton.families.documents.model import READ, WRITE
from jeton.families.documents.model.folders import FixedTop, LimitsNotYours, NoSuchRoot, TooManyRows, WouldLoop
from jeton.families.documents.model.landing import OtherSpace
from jeton.families.documents.operations.landing import LANDING
from jeton.families.documents.service import folders
from jeton.families.documents.wire import tree as wire
from jeton.kernel.declare import Body, Operation
from jeton.kernel.doors import NoSuchFolder, RightMissing
from jeton.kernel.locks import FileLocked
from jeton.kernel.problems import BeyondOwnScopes
from jeton.kernel.quotas import QuotaBelowUse
from jeton.kernel.rights import ANYONE, OnFolder
from jeton.kernel.tree import Right
from jeton.wire.documents import FolderOut, RootOut, TrashItemOut

_FOLDERS = "vendor: folders"
_ROOTS = "vendor: roots"

OPERATIONS = (
    Operation(
        name="folders.roots",
        method="GET",
        path="/api/folders",
        scope=READ,
        right=ANYONE("gives what the caller may see, and nothing else"),
        takes=wire.ListRootsIn,
        gives=list[RootOut],
        problems=(TooManyRows,),
        call=folders.list_roots,
        is_long=folders.is_deep,
        weighs=folders.weighs,
        source=_FOLDERS,
    ),
    Operation(
        name="roots.list",
        method="GET",
        path="/api/roots",
        scope=READ,
        right=ANYONE("gives what the caller may see, and nothing else"),
        takes=wire.RootsIn,
        gives=list[RootOut],
        problems=(TooManyRows,),
        call=folders.list_roots,
        is_long=folders.is_deep,
        weighs=folders.weighs,
        source=_ROOTS,
    ),
    Operation(
        name="roots.open",
        method="GET",
        path="/api/root/{type}",
        scope=READ,
        right=ANYONE("gives what the caller may see, and nothing else"),
        takes=wire.OneRootIn,
        gives=RootOut,
        problems=(NoSuchRoot, TooManyRows),
        call=folders.open_root,
        is_long=folders.is_deep,
        weighs=folders.weighs,
        source=_ROOTS,
    ),
    Operation(
        name="roots.portal",
        method="GET",
        path="/api/root/portal/{filter}",
        scope=READ,
        right=ANYONE("gives what the caller may see, and nothing else"),
        takes=wire.PortalIn,
        gives=RootOut,
        problems=(NoSuchRoot, TooManyRows),
        call=folders.open_root,
        is_long=folders.is_deep,
        weighs=folders.weighs,
        source=_ROOTS,
    ),
    Operation(
        name="folders.open",
        method="GET",
        path="/api/folder/{folder_id}",
        scope=READ,
        right=OnFolder(Right.NONE, "folder"),
        takes=wire.OpenFolderIn,
        gives=FolderOut,
        problems=(NoSuchFolder, RightMissing, TooManyRows),
        call=folders.open_folder,
        is_long=folders.is_deep,
        weighs=folders.weighs,
        source=_FOLDERS,
        by_session=True,
    ),
    Operation(
        name="folders.create",
        method="POST",
        path="/api/folder",
        scope=WRITE,
        right=OnFolder(Right.WRITE, "parent"),
        takes=wire.CreateFolderIn,
        gives=FolderOut,
        body=Body.JSON,
        status=201,
        problems=(NoSuchFolder, RightMissing, *LANDING),
        call=folders.create_folder,
        source=_FOLDERS,
        by_session=True,
    ),
    Operation(
        name="folders.change",
        method="PUT",
        path="/api/folder/{folder_id}",
        scope=WRITE,
        right=OnFolder(Right.EDIT, "folder"),
        takes=wire.ChangeFolderIn,
        gives=FolderOut,
        body=Body.JSON,
        problems=(
            NoSuchFolder,
            RightMissing,
            FileLocked,
            *LANDING,
            WouldLoop,
            FixedTop,
            OtherSpace,
            LimitsNotYours,
            QuotaBelowUse,
        ),
        call=folders.change_folder,
        source=_FOLDERS,
    ),
    Operation(
        name="folders.delete",
        method="DELETE",
        path="/api/folder/{folder_id}",
        scope=WRITE,
        right=OnFolder(Right.DELETE, "folder"),
        takes=wire.DeleteFolderIn,
        gives=TrashItemOut,
        problems=(NoSuchFolder, RightMissing, FileLocked, BeyondOwnScopes, FixedTop),
        call=folders.delete_folder,
        source=_FOLDERS,
    ),
)
