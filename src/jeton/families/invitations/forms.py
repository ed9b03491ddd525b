"""The console's forms on invitations."""

from jeton.families.invitations.model import InFolder, Invite, OneInvitation
from jeton.kernel.entries import INVITING, MODIFYING, READING
from jeton.kernel.ids import FolderId
from jeton.kernel.tree import Right
from jeton.web.forms import Form

_WORDS = {"read": READING, "modify": MODIFYING, "invite": INVITING}


def in_folder(form: Form) -> InFolder:
    """The folder that the path names."""
    return InFolder(folder=FolderId(_number(form.path["folder_id"])))


def invite(form: Form) -> Invite:
    """Somebody to invite: what is not ticked is not given, and to see comes with everything."""
    rights = READING
    for word, flags in _WORDS.items():
        if form.flag(word):
            rights |= flags
    return Invite(folder=in_folder(form).folder, rights=Right(rights), email=form.text("email"), name=form.text("name"))


def one(form: Form) -> OneInvitation:
    """The invitation that the form names."""
    return OneInvitation(invitation=_number(form.text("invitation_id")))


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number < 1 << 63 else 0
