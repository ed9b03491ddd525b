"""What comes in about archives. Source: wire/files.md section 7: comma-separated ids, and a name."""

import re
from typing import Final

from jeton.families.documents.model.zips import MOST_CHOSEN, FetchZip
from jeton.kernel.ids import FileId, FolderId
from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.text import sentence
from jeton.wire.shapes import Query

_IDS: Final = re.compile(r"[1-9][0-9]{0,18}(?:,[1-9][0-9]{0,18})*")
_LARGEST: Final = 2**63 - 1
_LONGEST_NAME: Final = 200


class FetchZipIn(Query, frozen=True):
    """What to put into the archive, and its name."""

    files: str = ""
    folders: str = ""
    name: str = ""

    def command(self) -> FetchZip:
        files, folders = _ids("files", self.files), _ids("folders", self.folders)
        if not 0 < len(files) + len(folders) <= MOST_CHOSEN:
            text = sentence("Say what to fetch: ids in files and folders, with commas between, at most {most} of them.")
            raise Invalid(FieldError("files", "selection", text, {"most": MOST_CHOSEN}))
        if len(self.name) > _LONGEST_NAME:
            text = sentence("The member {member} takes at most {most} characters.")
            raise Invalid(FieldError("name", "too_long", text, {"member": "name", "most": _LONGEST_NAME}))
        return FetchZip(
            files=tuple(FileId(number) for number in files),
            folders=tuple(FolderId(number) for number in folders),
            name=self.name or None,
        )


def _ids(member: str, text: str) -> tuple[int, ...]:
    """Each id once, in their order."""
    numbers = tuple(dict.fromkeys(int(part) for part in text.split(","))) if _IDS.fullmatch(text) else ()
    if (text and not numbers) or any(number > _LARGEST for number in numbers):
        problem = sentence("The member {member} takes ids with commas between, such as 12,15.")
        raise Invalid(FieldError(member, "bad_ids", problem, {"member": member}))
    return numbers
