"""Files that strangers send, looked into: what is drawn, what is told, and what hostile ones gain (security.md DL)."""

import struct
import time
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from jeton.kernel.previews import ContentKind, Drawn
from jeton.workshop.previews import draw, kind_of


def image(media: str, size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(out, media, **options)
    return out.getvalue()


def pdf(pages: int = 1, **told: Any) -> bytes:
    out = BytesIO()
    sheets = [Image.new("RGB", (600, 800), "white") for _ in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], **told)
    return out.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def drawn(content: bytes, side: int = 256) -> Drawn:
    found = draw(kind_of(content), content, side)
    assert found is not None
    return found


@pytest.mark.parametrize("media", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_an_image_is_drawn_within_its_side(media: str) -> None:
    found = drawn(image(media))
    assert (found.facts.kind, found.facts.pages, found.media_type) == (ContentKind.IMAGE, 1, "image/jpeg")
    shown = Image.open(BytesIO(found.content))
    assert (shown.format, shown.size) == ("JPEG", (256, 171))


def test_an_image_one_can_see_through_stays_so_and_a_turned_one_is_upright() -> None:
    seen_through = drawn(image("PNG", mode="RGBA"))
    assert (seen_through.media_type, Image.open(BytesIO(seen_through.content)).mode) == ("image/png", "RGBA")
    turned = Image.Exif()
    turned[274] = 6
    turned[315] = "Ada"
    turned[306] = "2026:01:30 10:15:00"
    found = drawn(image("JPEG", exif=turned))
    assert Image.open(BytesIO(found.content)).size == (171, 256)
    assert found.facts.meta == {"author": "Ada", "date": "Fri Jan 30 10:15:00 2026"}
    assert b"Ada" not in found.content


def test_a_small_image_is_not_made_larger() -> None:
    assert Image.open(BytesIO(drawn(image("PNG", (20, 10))).content)).size == (20, 10)


def test_the_first_page_of_a_pdf_is_drawn_and_what_it_tells_is_told() -> None:
    found = drawn(pdf(3, title="Plan\n2026", author="Ada Martin", creationDate=time.gmtime(1_769_768_100)))
    assert (found.facts.kind, found.facts.pages, found.media_type) == (ContentKind.PDF, 3, "image/jpeg")
    assert found.facts.meta["title"] == "Plan 2026"
    assert found.facts.meta["author"] == "Ada Martin"
    assert found.facts.meta["date"] == "Fri Jan 30 10:15:00 2026"
    assert Image.open(BytesIO(found.content)).size == (192, 256)


def test_a_text_is_drawn_or_given_as_it_is() -> None:
    content = "Été\n\tdeux\n".encode()
    assert drawn(content).media_type == "image/jpeg"
    as_text = drawn(content, 0)
    assert (as_text.media_type, as_text.content) == ("text/plain; charset=utf-8", content)
    wide = drawn("\ufeffÉté".encode("utf-16-le"), 0)
    assert wide.content.decode().lstrip("\ufeff") == "Été"
    cut = ("é" * 40_000).encode()[: 64 * 1024 + 1]
    assert kind_of(cut) is ContentKind.TEXT
    assert drawn(cut, 0).content.decode() == "é" * (32 * 1024)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"II*\x00" + bytes(100),  # TIFF
        b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(100),  # JPEG 2000
        b"SIMPLE  =                    T" + bytes(2850),  # FITS
        b"\xc5\xd0\xd3\xc6" + bytes(100),  # EPS for DOS
        b"PK\x03\x04" + bytes(100),
        b"\x7fELF" + bytes(100),
        b"\xff\xfb\x90\x00" * 40,
        "café".encode("latin-1"),
    ],
)
def test_dl_09_what_is_not_on_the_list_is_not_looked_into(content: bytes) -> None:
    assert kind_of(content) is ContentKind.OTHER


def png_claiming(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    small = bytearray(image("JPEG", (16, 16)))
    place = small.index(b"\xff\xc0")
    small[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(small)


HOSTILE = {
    "large": png_claiming(50_000, 50_000),
    "long": png_claiming(40_000, 1),
    "large JPEG": jpeg_claiming(65_000, 65_000),
    "broken PNG": image("PNG")[:60],
    "broken PDF": pdf()[:200],
    "PDF in circles": b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9"
    b"99999>>endobj\ntrailer<</Root 1 0 R>>",
    "image named in another": b"BM" + b"\xff" * 200,
    "GIF of garbage": b"GIF89a" + b"\xff" * 500,
    "WebP of garbage": b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\x00" * 500,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_dl_09_hostile_files_are_refused_in_bounded_time(name: str) -> None:
    started = time.monotonic()
    assert draw(kind_of(HOSTILE[name]), HOSTILE[name], 256) is None
    assert time.monotonic() - started < 20


def test_the_largest_that_is_drawn_fits_its_bounds() -> None:
    for mode in ("L", "RGBA"):
        assert Image.open(BytesIO(drawn(image("PNG", (7000, 7000), mode)).content)).size == (256, 256)


def test_dl_09_a_page_that_takes_for_ever_is_given_up() -> None:
    """Forms that draw one another, each ten times: ten thousand million squares."""
    forms = [
        f"{n} 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</F {n + 1} 0 R>>>>/Length 60>>"
        f"stream\n{'/F Do ' * 10}\nendstream endobj"
        for n in range(4, 14)
    ]
    forms.append(
        "14 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Length 20>>"
        "stream\n0 0 500 700 re f    \nendstream endobj"
    )
    body = (
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</XObject<</F 4 0 R>>>>"
        "/Contents 15 0 R>>endobj\n"
        + "\n".join(forms)
        + "\n15 0 obj<</Length 6>>stream\n/F Do \nendstream endobj\ntrailer<</Root 1 0 R>>"
    )
    started = time.monotonic()
    found = draw(ContentKind.PDF, body.encode(), 256)
    assert found is None or len(found.content) < 100_000
    assert time.monotonic() - started < 28


def test_dl_10_entities_and_schemes_in_a_text_stay_text() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert drawn(bomb, 0).content == bomb
    markdown = b"<script>alert(1)</script>\n[x](javascript:alert(1)) ![](https://third.example/pixel)"
    assert (drawn(markdown, 0).content, drawn(markdown, 0).media_type) == (markdown, "text/plain; charset=utf-8")
