"""Small images for tests."""

import io

from PIL import Image


def png(*, side: int = 64, color: str = "#336699") -> bytes:
    """A square of one colour, as PNG."""
    made = io.BytesIO()
    Image.new("RGB", (side, side), color).save(made, "PNG")
    return made.getvalue()
