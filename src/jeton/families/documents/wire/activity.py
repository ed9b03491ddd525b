"""What comes in and goes out about what was done. Source: wire/files.md section 8.4; the numbers are ours."""

from datetime import datetime

from msgspec import UNSET, UnsetType

from jeton.families.documents.model.activity import (
    FARTHEST,
    MOST_EVENTS,
    MOST_FILES,
    USUAL_EVENTS,
    USUAL_FILES,
    FileTimeline,
    FolderTimeline,
    RecentFiles,
)
from jeton.families.documents.wire.tree import within
from jeton.kernel.activity import Event
from jeton.kernel.ids import FileId, FolderId
from jeton.wire.shapes import Query, Shape
from jeton.wire.types import WireId, WireInt, date_out


class FileTimelineIn(Query, frozen=True):
    """One file, and which of its events."""

    file_id: WireId
    offset: WireInt | UnsetType = UNSET
    limit: WireInt | UnsetType = UNSET

    def command(self) -> FileTimeline:
        return FileTimeline(
            file=FileId(int(self.file_id)),
            offset=within("offset", self.offset, 0, FARTHEST) or 0,
            limit=within("limit", self.limit, 1, MOST_EVENTS) or USUAL_EVENTS,
        )


class FolderTimelineIn(Query, frozen=True):
    """One folder, and which of its events."""

    folder_id: WireId
    offset: WireInt | UnsetType = UNSET
    limit: WireInt | UnsetType = UNSET

    def command(self) -> FolderTimeline:
        return FolderTimeline(
            folder=FolderId(int(self.folder_id)),
            offset=within("offset", self.offset, 0, FARTHEST) or 0,
            limit=within("limit", self.limit, 1, MOST_EVENTS) or USUAL_EVENTS,
        )


class RecentFilesIn(Query, frozen=True):
    """How many."""

    limit: WireInt | UnsetType = UNSET

    def command(self) -> RecentFiles:
        return RecentFiles(limit=within("limit", self.limit, 1, MOST_FILES) or USUAL_FILES)


class ActivityOut(Shape, frozen=True):
    """One event, shortly. `type`: 1 made, 2 version, 3 changed, 4 moved, 5 deleted, 6 restored from the trash, 7 read,
    8 lock, 9 archive, 10 rights.
    """

    date: datetime
    owner: str
    owner_id: int
    type: int

    @classmethod
    def of(cls, event: Event) -> "ActivityOut":
        line = event.line
        return cls(date=date_out(line.at), owner=line.actor_name, owner_id=line.actor, type=event.code.type)


class EventDataOut(Shape, frozen=True):
    """What an event says of its file or folder: the name it had then, and the bytes that came."""

    name: str | UnsetType = UNSET
    size: int | UnsetType = UNSET


class ExtendedOut(Shape, frozen=True):
    """A smaller event within one. There is none: each act is an event of its own."""


class TimelineEventOut(Shape, frozen=True):
    """One event. `type` as in an activity.

    `subtype`: of 1, 3, 4, 5 it is 1 for a file, 2 for a folder; 3 and 4 for those made as a copy, 3 for a file deleted
    by its folder's purge. Of a version: 1 uploaded, 2 an old one brought back, 3 deleted, 4 pruned. Of reading:
    1 downloaded, 2 link made, 3 link used. Of a lock: 1 taken, 2 released, 3 ended by another. Of the archive: 1 file
    put there, 2 folder, 3 file brought back, 4 folder. Of rights: 1 given, 2 changed, 3 withdrawn. Else 0.
    `env`: `api`, `console`, or empty for what the platform did.
    """

    id: int
    date: datetime
    type: int
    subtype: int
    owner: str
    owner_id: int
    env: str
    geo: str
    data: EventDataOut
    extended: tuple[ExtendedOut, ...] = ()

    @classmethod
    def of(cls, event: Event) -> "TimelineEventOut":
        line = event.line
        return cls(
            id=line.id,
            date=date_out(line.at),
            type=event.code.type,
            subtype=event.code.subtype,
            owner=line.actor_name,
            owner_id=line.actor,
            env="" if not line.actor else "api" if line.client_id else "console",
            geo="",
            data=EventDataOut(name=event.name or UNSET, size=UNSET if event.size_bytes is None else event.size_bytes),
        )
