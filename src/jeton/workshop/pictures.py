"""Pictures that strangers send: decoded in a child process of their own, kept only as what we drew anew.

A decoder is where hostile bytes win, so it runs where there is nothing to win: `picture_child.py`, a fresh interpreter
without our modules, environment, files or time. Here: start it, and say in the product's words what it answered.
Source: security.md R16, CO-03, CO-04; recipes.md, "Hostile pictures".
"""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from jeton.kernel.problems import FieldError, Invalid
from jeton.kit.text import sentence

LARGEST_PICTURE_BYTES: Final = 512 * 1024
_CHILD: Final = Path(__file__).with_name("picture_child.py")
_UNREADABLE: Final = 3
_TOO_SMALL: Final = 4
_PATIENCE_S: Final = 20
"""The child gives up after 3 s of processor time; this only ends one that waits for something."""


def square(content: bytes, *, smallest: int, side: int, field: str = "logo") -> bytes:
    """The picture, whole, in the middle of a transparent square of `side` pixels, as PNG.

    Takes: PNG, JPEG or WebP by its content, still, at least `smallest` pixels wide and high.
    Raises: Invalid: `picture_unreadable` (another format, broken, moving, over 512 KiB, or too many pixels);
    `picture_too_small`.
    """
    if len(content) > LARGEST_PICTURE_BYTES:
        raise _unreadable(field)
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-S", "-B", str(_CHILD), _packages(), str(smallest), str(side)],
            input=content,
            capture_output=True,
            timeout=_PATIENCE_S,
            cwd="/",
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(field) from None
    if child.returncode == 0:
        return child.stdout
    if child.returncode == _TOO_SMALL:
        width, height = (int(number) for number in child.stdout.split())
        raise Invalid(
            FieldError(
                field,
                "picture_too_small",
                sentence(
                    "This image is {width}×{height} pixels; at least {smallest}×{smallest} is needed."  # noqa: RUF001
                ),
                {"width": width, "height": height, "smallest": smallest},
            )
        )
    if child.returncode == _UNREADABLE or child.returncode < 0:  # below zero: a limit, or a crash, ended it
        raise _unreadable(field)
    raise RuntimeError(f"the picture child failed: {child.stderr.decode(errors='replace')[-500:]}")


def _unreadable(field: str) -> Invalid:
    return Invalid(FieldError(field, "picture_unreadable", sentence("Use a PNG, JPEG or WebP image under 512 KB.")))


def _packages() -> str:
    """The folder that holds Pillow, found without importing it here."""
    spec = find_spec("PIL")
    if spec is None or spec.origin is None:
        raise RuntimeError("Pillow is not installed")
    return str(Path(spec.origin).parent.parent)
