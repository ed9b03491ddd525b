"""What comes in as a file's bytes. Source: wire/files.md section 6."""

from dataclasses import dataclass

from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Receipt
from jeton.kernel.problems import Conflict, Invalid
from jeton.kit.clock import Instant
from jeton.kit.text import sentence


class OtherContent(Invalid):
    """What came in is not what was announced."""

    code = "other_content"
    sentence = sentence("The bytes that came in do not match the announced {what}. Send the file again.")


class UploadLost(Conflict):
    """The upload took longer than uploads are kept."""

    code = "upload_lost"
    sentence = sentence("This upload took too long and was swept away. Send the file again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFile:
    """A file's bytes, under a name in a folder. `received` is filled once they are in."""

    folder: FolderId
    name: str
    announced_size: int | None = None
    announced_md5: str | None = None
    created_at: Instant | None = None
    modified_at: Instant | None = None
    received: Receipt | None = None
