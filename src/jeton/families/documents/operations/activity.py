"""Calls on what was done to files and folders. Source: wire/files.md section 8.4."""

from jeton.families.documents.model import READ
from jeton.families.documents.service import activity
from jeton.families.documents.wire import activity as wire
from jeton.kernel.declare import Operation
from jeton.kernel.doors import NoSuchFile, NoSuchFolder, RightMissing
from jeton.kernel.rights import ANYONE, OnFile, OnFolder
from jeton.kernel.tree import Right
from jeton.wire.documents import FileOut

OPERATIONS = (
    Operation(
        name="activity.file",
        method="GET",
        path="/api/activity/file/{file_id}",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=wire.FileTimelineIn,
        gives=list[wire.ActivityOut],
        problems=(NoSuchFile,),
        call=activity.of_file,
        is_long=activity.always_long,
        source="vendor: activity",
    ),
    Operation(
        name="activity.folder",
        method="GET",
        path="/api/activity/folder/{folder_id}",
        scope=READ,
        right=OnFolder(Right.NONE, "folder"),
        takes=wire.FolderTimelineIn,
        gives=list[wire.ActivityOut],
        problems=(NoSuchFolder, RightMissing),
        call=activity.of_folder,
        is_long=activity.always_long,
        source="vendor: activity",
    ),
    Operation(
        name="files.timeline",
        method="GET",
        path="/api/file/{file_id}/timeline",
        scope=READ,
        right=OnFile(Right.READ, "file"),
        takes=wire.FileTimelineIn,
        gives=list[wire.TimelineEventOut],
        problems=(NoSuchFile,),
        call=activity.of_file,
        is_long=activity.always_long,
        source="vendor: files",
    ),
    Operation(
        name="folders.timeline",
        method="GET",
        path="/api/folder/{folder_id}/timeline",
        scope=READ,
        right=OnFolder(Right.NONE, "folder"),
        takes=wire.FolderTimelineIn,
        gives=list[wire.TimelineEventOut],
        problems=(NoSuchFolder, RightMissing),
        call=activity.of_folder,
        is_long=activity.always_long,
        source="vendor: folders",
    ),
    Operation(
        name="files.recent",
        method="GET",
        path="/api/file/activity",
        scope=READ,
        right=ANYONE("gives what the caller may see, and nothing else"),
        takes=wire.RecentFilesIn,
        gives=list[FileOut],
        call=activity.recent,
        is_long=activity.always_long,
        source="vendor: files",
    ),
)
