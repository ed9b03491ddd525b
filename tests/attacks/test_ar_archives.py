"""AR: archives made to hurt whoever takes them apart. Here nobody does: one that comes in stays one file, unread, and
those that we make hold what was asked for and nothing else.
"""

import ast
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

import jeton
from jeton.assembly.catalogue import find_catalogue
from jeton.testing.world import World

SOURCE: Final = Path(jeton.__file__).parent
OPENS_ARCHIVES: Final = {"tarfile", "zipimport", "bz2", "lzma", "py7zr", "rarfile", "patoolib"}
_COUNT = iter(range(10**6))


def zipped(*entries: tuple[str, bytes], mode: int = 0o100644) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def tarred(kind: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        entry = tarfile.TarInfo("../../escape")
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry)
    return made.getvalue()


def nested() -> bytes:
    inner = zipped(("zeros", bytes(30_000_000)))
    for level in range(5):
        inner = zipped(*((f"{level}-{number}.zip", inner) for number in range(4)))
    return inner


def overlapping() -> bytes:
    """Every entry of the directory is the same content: a quoted overlap."""
    plain = zipped(("a", bytes(1_000_000)))
    at = plain.index(b"PK\x01\x02")
    directory, end = plain[at:-22], plain[-22:]
    count = 200
    return (
        plain[:at] + directory * count + end[:8] + struct.pack("<HHI", count, count, len(directory) * count) + end[16:]
    )


def lying(entries: int, size: int) -> bytes:
    """A directory that tells other numbers than stand before the contents."""
    plain = bytearray(zipped(("a", b"x" * 1000)))
    struct.pack_into("<HH", plain, len(plain) - 14, entries, entries)
    struct.pack_into("<I", plain, plain.index(b"PK\x01\x02") + 24, size)
    return bytes(plain)


HOSTILE: Final[dict[str, Callable[[], bytes]]] = {
    "ar_01 upwards": lambda: zipped(("../../x", b"x"), ("/etc/x", b"x"), ("C:\\x", b"x"), ("\\\\host\\share\\x", b"x")),
    "ar_02 symlink": lambda: zipped(("link", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777),
    "ar_02 device": lambda: zipped(("zero", b""), mode=stat.S_IFCHR | 0o666),
    "ar_02 fifo": lambda: zipped(("pipe", b""), mode=stat.S_IFIFO | 0o666),
    "ar_02 tar symlink": lambda: tarred(tarfile.SYMTYPE),
    "ar_02 tar hardlink": lambda: tarred(tarfile.LNKTYPE),
    "ar_02 tar device": lambda: tarred(tarfile.CHRTYPE),
    "ar_02 tar fifo": lambda: tarred(tarfile.FIFOTYPE),
    "ar_03 swells": lambda: zipped(("bomb", bytes(100_000_000))),
    "ar_03 nested": nested,
    "ar_03 many": lambda: zipped(*((f"{number}", b"") for number in range(20_000))),
    "ar_04 overlap": overlapping,
    "ar_06 fewer": lambda: lying(0, 1000),
    "ar_06 more": lambda: lying(65_535, 0xFFFF_FFFF),
}


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token()


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_ar_01_ar_02_ar_03_ar_04_ar_06_an_archive_that_comes_in_stays_one_file_and_is_never_read(
    world: World, token: str, make: Callable[[], bytes]
) -> None:
    content = make()
    body = {"parent_id": 1, "name": f"in {next(_COUNT)}"}
    top = world.send("POST", "/api/folder", token=token, json=body).json()["id"]
    for name in ("hostile.zip", "hostile.docx", "hostile.tar.gz"):
        form = {"data": {"folderId": str(top)}, "files": {"targetFile": (name, content, "application/zip")}}
        number = world.send("POST", "/api/file/upload", token=token, **form).json()["id"]
        assert world.send("GET", f"/api/file/{number}/download", token=token).content == content
        assert world.send("GET", f"/api/preview/{number}", token=token).status_code == 404
        assert world.send("GET", f"/api/file/{number}", token=token).json()["size"] == len(content)
    told = world.send("GET", f"/api/folder/{top}?depth=-1", token=token).json()
    assert (told["nb_files"], told["nb_folders"], told["size"]) == (3, 0, 3 * len(content))
    ours = zipfile.ZipFile(io.BytesIO(world.send("GET", f"/api/zip?folders={top}", token=token).content))
    assert all(ours.read(name) == content for name in ours.namelist() if not name.endswith("/"))


def test_ar_01_ar_02_ar_03_ar_04_ar_06_there_is_nothing_that_takes_an_archive_apart() -> None:
    """No call says so, no library that could is there, and the one that makes archives is opened for writing only."""
    for operation in find_catalogue().operations:
        assert not any(word in operation.path for word in ("unzip", "extract", "unpack", "untar")), operation.name
    imported, opened = set(), []
    for file in SOURCE.rglob("*.py"):
        if "tests" in file.parts or file.is_relative_to(SOURCE / "testing"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    imported |= {name.name.partition(".")[0] for name in names}
                case ast.ImportFrom(module=str(module)):
                    imported.add(module.partition(".")[0])
                case ast.Attribute(attr=attr):
                    assert attr not in {"unpack_archive", "extractall"}, file
                case ast.Call(func=ast.Name(id="ZipFile"), args=[_, ast.Constant(value=mode), *_]):
                    opened.append(mode)
                case ast.Call(func=ast.Name(id="ZipFile")):
                    opened.append("read")
                case _:
                    pass
    assert imported & OPENS_ARCHIVES == set()
    assert set(opened) == {"w"}


def test_ar_02_ar_03_ar_04_ar_06_what_we_make_holds_plain_entries_side_by_side_as_long_as_they_say(
    world: World, token: str
) -> None:
    body = {"parent_id": 1, "name": f"out {next(_COUNT)}"}
    top = world.send("POST", "/api/folder", token=token, json=body).json()["id"]
    for name, content in (("zeros.bin", bytes(3_000_000)), ("link", b"/etc/passwd"), ("empty", b"")):
        form = {"data": {"folderId": str(top)}, "files": {"targetFile": (name, content)}}
        world.send("POST", "/api/file/upload", token=token, **form)
    world.send("POST", "/api/folder", token=token, json={"parent_id": top, "name": "inner"})
    sent = world.send("GET", f"/api/zip?folders={top}", token=token).content
    archive = zipfile.ZipFile(io.BytesIO(sent))
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    assert len(entries) == 5
    assert archive.testzip() is None
    for entry in entries:
        kind = stat.S_IFDIR if entry.is_dir() else stat.S_IFREG
        assert stat.S_IFMT(entry.external_attr >> 16) == kind, entry.filename
        assert entry.compress_type == zipfile.ZIP_STORED
        assert entry.compress_size == entry.file_size == len(archive.read(entry))
    ends = [entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size for entry in entries]
    assert all(end <= after.header_offset for end, after in zip(ends, entries[1:], strict=False))
    assert ends[-1] <= archive.start_dir
