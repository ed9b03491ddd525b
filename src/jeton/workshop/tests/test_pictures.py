"""Pictures that strangers send."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from jeton.kernel.problems import FieldError, Invalid
from jeton.workshop.pictures import LARGEST_PICTURE_BYTES, square

_ROTATED = Image.Exif()
_ROTATED[274] = 6  # orientation: a quarter turn


def picture(media: str, size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(out, media, **options)
    return out.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int, pixels: bytes, *more: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = b"".join(more) + chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


def refusal(content: bytes) -> FieldError:
    with pytest.raises(Invalid) as caught:
        square(content, smallest=128, side=256)
    (error,) = caught.value.errors
    return error


@pytest.mark.parametrize(
    "content",
    [
        picture("PNG"),
        picture("PNG", mode="P"),
        picture("PNG", mode="I;16"),
        picture("PNG", mode="LA"),
        picture("PNG", exif=_ROTATED),
        picture("JPEG"),
        picture("JPEG", mode="CMYK"),
        picture("JPEG", exif=_ROTATED),
        picture("WEBP"),
        picture("WEBP", exif=_ROTATED),
        picture("PNG", (128, 128)),
        picture("JPEG", (4000, 4000)),
    ],
)
def test_a_picture_becomes_a_square_png(content: bytes) -> None:
    drawn = Image.open(BytesIO(square(content, smallest=128, side=256)))
    assert (drawn.format, drawn.size, drawn.mode) == ("PNG", (256, 256), "RGBA")


def test_the_whole_picture_stands_in_the_middle_of_a_transparent_square() -> None:
    drawn = Image.open(BytesIO(square(picture("PNG", (300, 150)), smallest=128, side=256)))
    assert drawn.getpixel((128, 128)) == (255, 0, 0, 255)
    assert drawn.getpixel((0, 70)) == (255, 0, 0, 255)
    assert drawn.getpixel((128, 20)) == (0, 0, 0, 0)


def test_co_03_what_follows_a_picture_is_left_behind() -> None:
    drawn = square(picture("PNG") + b"<script>alert(1)</script>", smallest=128, side=256)
    assert b"script" not in drawn


def test_a_picture_that_is_too_small_is_refused_with_its_size() -> None:
    error = refusal(picture("PNG", (90, 400)))
    assert (error.field, error.code) == ("logo", "picture_too_small")
    assert error.facts == {"width": 90, "height": 400, "smallest": 128}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='200' height='200'/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        picture("GIF"),
        picture("TIFF"),
        picture("BMP"),
        picture("PNG", (900, 900))[:-400],
        picture("JPEG", (900, 900))[:-400],
        picture("WEBP", (900, 900))[:-40],
        picture("PNG", save_all=True, append_images=[Image.new("RGB", (300, 200))]),
        picture("WEBP", save_all=True, append_images=[Image.new("RGB", (300, 200))]),
        png_of(50_000, 50_000, bytes(1_000_000)),
        png_of(20_000, 200, bytes(20_001 * 200)),
        png_of(200, 200, bytes(201 * 200), chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000)))),
        picture("PNG") + bytes(LARGEST_PICTURE_BYTES),
    ],
    ids=[
        "empty", "text", "svg", "html", "gif", "tiff", "bmp", "cut png", "cut jpeg", "cut webp", "moving png",
        "moving webp", "flood", "ribbon", "text bomb", "too many bytes",
    ],
)  # fmt: skip
def test_co_03_co_04_anything_else_is_refused_in_one_sentence(content: bytes) -> None:
    error = refusal(content)
    assert error.code == "picture_unreadable"
    assert error.sentence == "Use a PNG, JPEG or WebP image under 512 KB."
