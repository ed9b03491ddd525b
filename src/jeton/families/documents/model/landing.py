"""What may be wrong where something lands: its name, its place, the room for it. Source: wire/files.md section 9."""

from typing import Final

from jeton.kernel.problems import Conflict, FieldError, Forbidden, Invalid, NoSpace
from jeton.kernel.tree import NameFault, Strictness, name_fault
from jeton.kit.text import sentence

_NAME_SENTENCES: Final = {
    NameFault.EMPTY: sentence("Give a name."),
    NameFault.DOTS: sentence("“.” and “..” are not names."),
    NameFault.CHARACTER: sentence('A name cannot hold / \\ : * ? " < > | nor control characters.'),
    NameFault.BLANKS: sentence("A name cannot begin or end with a blank."),
    NameFault.LENGTH: sentence("A name has at most 255 bytes."),
}


class BadName(Invalid):
    """A name that cannot be given."""

    code = "bad_name"
    sentence = sentence("This name cannot be given.")


class NameTaken(Forbidden):
    """Something of this name is there already. Clients look for the French words, so both languages are told."""

    code = "name_taken"
    sentence = sentence("An item with this name already exists.")
    bilingual = True


class OtherSpace(Conflict):
    """From one space into another."""

    code = "other_space"
    sentence = sentence("Nothing can be moved from one space into another.")


class OverQuota(NoSpace):
    """The folder's quota would be exceeded."""

    code = "over_quota"
    sentence = sentence("The quota of the folder “{folder}” ({quota} bytes) would be exceeded.")


class OverQuotaAbove(OverQuota):
    """The quota of a folder that the caller does not see would be exceeded."""

    sentence = sentence("The quota of a folder above this one would be exceeded.")


class NoRoomLeft(OverQuota):
    """More comes than the quotas leave room for."""

    sentence = sentence("The quota of this folder, or of one above it, would be exceeded.")


def check_name(name: str, strictness: Strictness) -> None:
    """Raises BadName."""
    fault = name_fault(name, strictness)
    if fault is not None:
        raise BadName(FieldError("name", f"name_{fault.value}", _NAME_SENTENCES[fault]))
