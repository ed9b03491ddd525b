"""Drawings of files that strangers sent: made in a child process of their own, kept only as what we drew anew.

What a file is, its first bytes say; never its name, nor what came with it. `preview_child.py` is a fresh interpreter
without our modules, environment, files, network or time. Source: security.md R15, R16, DL-09, DL-10.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from jeton.kernel.previews import HEAD_BYTES, ContentKind, Drawn, Facts
from jeton.kernel.problems import Busy

_CHILD: Final = Path(__file__).with_name("preview_child.py")
_UNREADABLE: Final = 3
_PATIENCE_S: Final = 30
"""The child gives up after 6 s of processor time; this only ends one that waits for something."""

_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")
_PDF_WITHIN: Final = 1024
_NOT_IN_TEXTS: Final = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def kind_of(head: bytes) -> ContentKind:
    """What a file is, by its first bytes: an image of a kind that is drawn, a PDF, a text in Unicode, or other."""
    if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return ContentKind.IMAGE
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return ContentKind.PDF
    return ContentKind.TEXT if head and _is_text(head) else ContentKind.OTHER


def _is_text(head: bytes) -> bool:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    if not _NOT_IN_TEXTS.isdisjoint(head):
        return False
    for cut in range(4 if len(head) >= HEAD_BYTES else 1):  # the head may end within a letter
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return len(head) > cut
    return False


def draw(kind: ContentKind, content: bytes, side: int) -> Drawn | None:
    """A drawing of at most `side` pixels a side and what the file tells of itself; None when nothing can be drawn.

    A text with a side of 0 gives its beginning as it is. Raises Busy when the machine is too slow just now.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-S", "-B", str(_CHILD), kind.value, str(side), *_packages()],
            input=content,
            capture_output=True,
            timeout=_PATIENCE_S,
            cwd="/",
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Busy(retry_after_s=30) from None
    if child.returncode == _UNREADABLE or child.returncode < 0:  # below zero: a limit, or a crash, ended it
        return None
    if child.returncode != 0:
        raise RuntimeError(f"the preview child failed: {child.stderr.decode(errors='replace')[-500:]}")
    line, _, drawn = child.stdout.partition(b"\n")
    told = json.loads(line)
    facts = Facts(kind, int(told["pages"]), {str(name): str(value) for name, value in told["meta"].items()})
    return Drawn(facts=facts, media_type=str(told["media_type"]), content=drawn)


def _packages() -> list[str]:
    """The folders that hold Pillow and PDFium, found without importing them here."""
    folders = []
    for name in ("PIL", "pypdfium2"):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"{name} is not installed")
        folders.append(str(Path(spec.origin).parent.parent))
    return list(dict.fromkeys(folders))
