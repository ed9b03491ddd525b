"""What one asks to see of a file. Source: wire/files.md sections 5 and 7."""

from dataclasses import dataclass
from typing import Final

from jeton.kernel.ids import FileId

SIDES: Final = (64, 128, 256, 512, 1024, 2048)
"""Drawings are kept at these sizes: what is asked is rounded up, so that nobody fills the disk with sizes between."""

THUMBNAIL_SIDE: Final = 256
PREVIEW_SIDE: Final = 1024

PICTURES: Final = (".bmp", ".gif", ".jpeg", ".jpg", ".pdf", ".png", ".webp")
"""How names end of what pages ask to have drawn. What it is, its bytes say: others are asked for in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeFile:
    """A drawing of a file, at most `side` pixels a side."""

    file: FileId
    side: int


def side_for(pixels: int) -> int:
    """The least kept size that holds what is asked; the largest for more."""
    return next((side for side in SIDES if side >= pixels), SIDES[-1])
