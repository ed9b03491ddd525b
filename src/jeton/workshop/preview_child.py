"""Run, never imported: look into one file from standard input, draw what can be seen of it to standard output.

    python -I -S -B preview_child.py <kind> <side> <folder of packages>...

`kind` is what its first bytes say that it is: `image`, `pdf` or `text`. Exits 0 with one line of JSON (what the file
tells of itself, and what follows), then an image of at most `side` pixels a side, or for a text and a side of 0 its
beginning; 3 when it cannot or will not be read. Nothing of ours is imported here, and limits stand before the first
byte is read: a decoder that hostile bytes take over has no file, no network, little memory and little time.
"""

import json
import re
import resource
import sys
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

UNREADABLE = 3
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 30_000
MEMORY_BYTES = 768 * 1024 * 1024
CPU_S = 6
TEXT_BYTES = 64 * 1024
LINES = 60
COLUMNS = 90
LONGEST_VALUE = 500
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_EXIF = {"title": 0x010E, "author": 0x013B, "creator": 0x0131, "date": 0x0132}
_PDF = {
    "author": "Author", "creator": "Creator", "date": "CreationDate", "keywords": "Keywords", "producer": "Producer",
    "subject": "Subject", "title": "Title",
}  # fmt: skip

resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))

sys.path.extend(sys.argv[3:])

from PIL import BmpImagePlugin, GifImagePlugin, Image, ImageDraw, ImageFont, ImageOps, TiffImagePlugin, WebPImagePlugin  # noqa: E402, F401 - after the limits; EXIF is read as TIFF

if sys.argv[1] == "pdf":
    import pypdfium2


def told(values: Mapping[str, Any]) -> dict[str, str]:  # whatever decoders give
    """What a file says of itself, as short clean texts; what it leaves out is left out."""
    kept = {}
    for name, value in values.items():
        text = "".join(letter if letter.isprintable() else " " for letter in str(value or "")).strip()
        if text:
            kept[name] = text[:LONGEST_VALUE]
    return kept


def asctime(*parts: int) -> str:
    """A date as the vendor shows it, in the style of C; empty for one that is none."""
    try:
        year, month, day, hour, minute, second = parts
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).strftime("%a %b %e %H:%M:%S %Y")
    except ValueError:
        return ""


def of_image(content: bytes, side: int) -> tuple[dict[str, Any], Image.Image]:
    """An image, its first one when it moves."""
    with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF", "BMP")) as picture:
        width, height = picture.size
        if max(width, height) > LONGEST_SIDE or (picture.format != "JPEG" and width * height > MOST_PIXELS):
            raise ValueError("too many pixels")
        exif = picture.getexif()
        meta = {name: exif.get(tag) for name, tag in _EXIF.items()}
        numbers = [int(number) for number in re.findall(r"\d+", str(meta["date"] or ""))[:6]]
        meta["date"] = asctime(*numbers) if len(numbers) == 6 else ""
        picture.draft("RGB", (side * 2, side * 2))  # a JPEG is decoded no larger than needed
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.load()
        picture.thumbnail((side * 2, side * 2), Image.Resampling.BOX, reducing_gap=None)
        upright = ImageOps.exif_transpose(picture)
        has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
        drawn = upright.convert("RGBA" if has_alpha else "RGB")
    drawn.thumbnail((side, side), Image.Resampling.LANCZOS)
    return {"pages": 1, "meta": told(meta)}, drawn


def of_pdf(content: bytes, side: int) -> tuple[dict[str, Any], Image.Image]:
    """The first page of a PDF. No script in it is run, nor is anything fetched that it names: neither is there."""
    document = pypdfium2.PdfDocument(content)
    pages = len(document)
    found = document.get_metadata_dict()
    meta = {name: found.get(key) for name, key in _PDF.items()}
    date = _PDF_DATE.match(str(meta["date"] or ""))
    given = [int(part) for part in date.groups() if part] if date else []
    meta["date"] = asctime(*given, *(1, 1, 0, 0, 0)[len(given) - 1 :]) if given else ""
    page = document[0]
    width, height = page.get_size()
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise ValueError("a page of no size")
    drawn = page.render(scale=min(side / width, side / height), may_draw_forms=False).to_pil().convert("RGB")
    drawn.thumbnail((side, side))
    return {"pages": pages, "meta": told(meta)}, drawn


def of_text(content: bytes, side: int) -> tuple[dict[str, Any], Image.Image | str]:
    """The beginning of a text, as it is when side is 0, or drawn."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    if encoding == "utf-16":
        content = content[: len(content) // 2 * 2]
    text = content.decode(encoding, errors="ignore" if len(content) >= TEXT_BYTES else "strict")
    facts: dict[str, Any] = {"pages": 1, "meta": {}}
    if not side:
        return facts, text
    # Pillow's own font knows no accents; in a thumbnail nobody misses them.
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    lines = [line.expandtabs(4)[:COLUMNS] for line in bare.splitlines()[:LINES]]
    page = Image.new("RGB", (720, 1018), "white")  # as tall as a sheet of A4
    shown = "\n".join("".join(letter if letter.isprintable() else " " for letter in line) for line in lines)
    ImageDraw.Draw(page).multiline_text((30, 30), shown, fill="black", font=ImageFont.load_default(14))
    page.thumbnail((side, side), Image.Resampling.LANCZOS)
    return facts, page


_LOOK = {"image": of_image, "pdf": of_pdf, "text": of_text}


def warm_up(kind: str) -> None:
    """Have every module loaded that is loaded when first used, then let nothing be opened any more."""
    Image.preinit()
    if kind == "image":
        for media in ("PNG", "JPEG", "WEBP", "GIF", "BMP"):
            sample = BytesIO()
            Image.new("RGB", (8, 8)).save(sample, media)
            of_image(sample.getvalue(), 4)
    elif kind == "pdf":
        document, sample = pypdfium2.PdfDocument.new(), BytesIO()
        document.new_page(8, 8)
        document.save(sample)
        of_pdf(sample.getvalue(), 4)
    else:
        of_text(b"\xff\xfea\0", 4)
        of_text(b"\xef\xbb\xbfa", 0)
    # From here on no file, socket or pipe can be opened.
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def main() -> None:
    """One file, then out."""
    kind, side = sys.argv[1], int(sys.argv[2])
    warm_up(kind)
    content = sys.stdin.buffer.read()
    try:
        facts, drawn = _LOOK[kind](content, side)
        if isinstance(drawn, str):
            facts["media_type"], out = "text/plain; charset=utf-8", drawn.encode()
        else:
            buffer = BytesIO()
            if drawn.mode == "RGBA":
                facts["media_type"] = "image/png"
                drawn.save(buffer, "PNG")
            else:
                facts["media_type"] = "image/jpeg"
                drawn.save(buffer, "JPEG", quality=85)
            out = buffer.getvalue()
    except Exception:
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + out)


if __name__ == "__main__":
    main()
