"""Run, never imported: decode one picture from standard input, write it anew to standard output.

    python -I -S -B picture_child.py <folder of Pillow> <smallest> <side>

Exits 0 with a PNG; 3 when it cannot or will not be read; 4 when too small, with width and height on standard output.
Nothing of ours is imported here, and limits stand before the first byte is read.
"""

import resource
import sys
from io import BytesIO

UNREADABLE = 3
TOO_SMALL = 4
MOST_PIXELS = 16_777_216
LONGEST_SIDE = 10_000
MEMORY_BYTES = 512 * 1024 * 1024
CPU_S = 3

resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))

sys.path.append(sys.argv[1])

from PIL import Image, ImageOps, TiffImagePlugin, WebPImagePlugin  # noqa: E402, F401 - after the limits; EXIF is read as TIFF

Image.preinit()
# All modules are there: from here on no file, socket or pipe can be opened.
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def drawn_anew(content: bytes, smallest: int, side: int) -> bytes:
    """The picture on a transparent square. Exits when it is too small; raises anything when it is bad."""
    with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
        width, height = picture.size
        if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
            raise ValueError("too many pixels")
        if getattr(picture, "n_frames", 1) != 1:
            raise ValueError("it moves")
        if min(width, height) < smallest:
            sys.stdout.write(f"{width} {height}")
            sys.stdout.flush()
            sys.exit(TOO_SMALL)
        picture.draft("RGB", (side * 2, side * 2))  # a JPEG is decoded no larger than needed
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        small = ImageOps.contain(upright.convert("RGBA"), (side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    canvas.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    out = BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    """One picture, then out."""
    content = sys.stdin.buffer.read()
    try:
        png = drawn_anew(content, int(sys.argv[2]), int(sys.argv[3]))
    except Exception:
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main()
