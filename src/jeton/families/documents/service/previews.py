"""What is seen of a file without downloading it. Source: wire/files.md sections 3, 5 and 7."""

from jeton.families.documents.model.files import OpenFile
from jeton.families.documents.model.previews import THUMBNAIL_SIDE, SeeFile
from jeton.kernel.blobs import Shown
from jeton.kernel.caller import Caller
from jeton.kernel.ids import FileId
from jeton.kernel.locks import check_lock
from jeton.kernel.ports import Work
from jeton.kernel.previews import AS_TEXT, ContentKind, Facts, NoPreview, Unmade
from jeton.kernel.tree import File, Right

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}


def preview(work: Work, caller: Caller, command: SeeFile) -> Shown | Unmade:
    """See a file: a drawing of an image or of a PDF's first page; a text's beginning.

    Raises: NoSuchFile, FileLocked, NoPreview.
    """
    return _shown(work, _in_sight(work, caller, command.file), command.side, as_text=True)


def thumbnail(work: Work, caller: Caller, command: SeeFile) -> Shown | Unmade:
    """See a small drawing of a file, of a text too. Raises NoSuchFile, FileLocked, NoPreview."""
    return _shown(work, _in_sight(work, caller, command.file), command.side, as_text=False)


def count_pages(work: Work, caller: Caller, command: OpenFile) -> Facts | Unmade:
    """Count the pages of a file: 0 where there are none. Raises NoSuchFile, FileLocked."""
    file = _in_sight(work, caller, command.file)
    return work.previews.facts(file.blob) or Unmade(file.blob, file.size_bytes, THUMBNAIL_SIDE)


def _in_sight(work: Work, caller: Caller, file: FileId) -> File:
    """The file, unless somebody keeps its bytes to themselves: then they are not seen either."""
    found = work.doors.file(caller, file, Right.READ)
    check_lock(found, caller.principal, Right.DOWNLOAD)
    return found


def _shown(work: Work, file: File, side: int, *, as_text: bool) -> Shown | Unmade:
    facts = work.previews.facts(file.blob)
    if facts is not None and facts.kind is ContentKind.OTHER:
        raise NoPreview
    is_text = as_text and facts is not None and facts.kind is ContentKind.TEXT
    kept = work.previews.rendition(file.blob, AS_TEXT if is_text else side) if facts is not None else None
    if kept is None:
        return Unmade(file.blob, file.size_bytes, side, as_text)
    return Shown(
        file=file.id,
        blob=kept.blob,
        size_bytes=kept.size_bytes,
        name=f"{file.name}.{_ENDINGS.get(kept.media_type, 'txt')}",
        sha256=kept.sha256,
        modified_at=file.modified_at,
        media_type=kept.media_type,
        is_ours=not is_text,
    )
