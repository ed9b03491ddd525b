"""People's pictures: shared by the calls on users and on one's own account."""

from typing import Final

from jeton.kernel.caller import Caller
from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import Picture, Work, Workshop
from jeton.kernel.problems import Unknown
from jeton.kit.text import sentence

PICTURE_SIDE: Final = 256
SMALLEST_PICTURE: Final = 32


class NoPicture(Unknown):
    """The person has no picture: a client shows what it likes instead."""

    code = "no_picture"
    sentence = sentence("This person has no picture.")


def drawn_picture(workshop: Workshop, content: bytes) -> bytes:
    """The image decoded and drawn anew, for `prepare` steps. Raises Invalid."""
    return workshop.picture(content, smallest=SMALLEST_PICTURE, side=PICTURE_SIDE, field="picture")


def picture_of_person(work: Work, user: PrincipalId) -> Picture:
    """The person's picture as PNG. Raises NoPicture."""
    png = work.people.picture(user)
    if png is None:
        raise NoPicture
    return Picture(content=png)


def keep_picture(work: Work, caller: Caller, user: PrincipalId, png: bytes | None) -> None:
    """Keep a drawn picture, or with None forget the one that is there; without one, that is well too."""
    work.people.set_picture(user, png)
    action = "user.picture_removed" if png is None else "user.picture_changed"
    work.audit.record(caller, action, str(user))
