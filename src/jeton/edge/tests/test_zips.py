"""Archives made while they are sent: their length is known before, whatever is in them (APPNOTE 4.3 to 4.5)."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jeton.edge.zips import zip_chunks, zip_size
from jeton.kernel.blobs import BlobReader, Bundled
from jeton.kernel.ids import BlobId
from jeton.kernel.problems import ContentLost
from jeton.kit.clock import SECOND

DATE = 1_770_000_000 * SECOND


class Zeros:
    """Blobs of as many zeros as their id says; how many are open is counted."""

    def __init__(self, *, lost: int = -1, short: bool = False) -> None:
        self.open_now = 0
        self.lost = lost
        self.short = short

    def open(self, blob: BlobId) -> BlobReader | None:
        if blob == self.lost:
            return None
        self.open_now += 1
        return _Zeros(self, blob)


_ZEROS = bytes(1 << 20)


class _Zeros:
    def __init__(self, blobs: Zeros, size: int) -> None:
        self._blobs = blobs
        self.size_bytes = size

    def read(self, offset: int, count: int) -> bytes:
        return _ZEROS[: count - self._blobs.short]

    def close(self) -> None:
        self._blobs.open_now -= 1


def file(path: str, size: int, modified_at: int = DATE) -> Bundled:
    return Bundled(path, modified_at, BlobId(size), size)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
PATHS = st.lists(NAMES, max_size=8, unique=True)
INSTANTS = st.integers(-11_600_000_000 * SECOND, 250_000_000_000 * SECOND)


@given(PATHS, st.data())
@settings(max_examples=60, deadline=None)
def test_the_length_that_is_announced_is_the_length_that_comes(paths: list[str], data: st.DataObject) -> None:
    entries = [
        Bundled(path + "/", data.draw(INSTANTS), None, 0)
        if data.draw(st.booleans())
        else file(path, data.draw(st.integers(0, 3_000_000)), data.draw(INSTANTS))
        for path in paths
    ]
    whole = b"".join(zip_chunks(entries, Zeros().open))
    assert len(whole) == zip_size(entries)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert len(archive.infolist()) == len(entries)


def test_names_are_unicode_and_dates_are_kept(tmp_path: object) -> None:
    entries = [Bundled("Été/", DATE, None, 0), file("Été/日本.txt", 5), file("old", 1, 0), file("far", 1, 2**55)]
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_chunks(entries, Zeros().open)))) as archive:
        first, second, old, far = archive.infolist()
    assert (first.filename, first.is_dir(), second.filename) == ("Été/", True, "Été/日本.txt")
    assert second.flag_bits & 0x800
    assert second.date_time == (2026, 2, 2, 2, 40, 0)
    assert (old.date_time[0], far.date_time[0]) == (1980, 2107)


def test_large_contents_and_what_follows_them_take_64_bits() -> None:
    entries = [file("large", 2**31 + 10), Bundled("after/", DATE, None, 0), file("after/small", 3)]
    size, tail = 0, b""
    for chunk in zip_chunks(entries, Zeros().open):
        size += len(chunk)
        tail = (tail + chunk)[-1024:]
    assert size == zip_size(entries)
    assert b"PK\x06\x06" in tail
    assert b"PK\x06\x07" in tail


def test_bytes_that_are_gone_break_the_archive_off() -> None:
    for blobs in (Zeros(lost=7), Zeros(short=True)):
        came = zip_chunks([file("one", 3_000_000), file("two", 7)], blobs.open)
        with pytest.raises(ContentLost):
            b"".join(came)
        assert blobs.open_now == 0


def test_whoever_goes_away_leaves_no_blob_open() -> None:
    blobs = Zeros()
    came: Iterator[bytes] = zip_chunks([file("one", 30_000_000)], blobs.open)
    assert len(next(came)) >= 1 << 20
    assert blobs.open_now == 1
    came.close()  # type: ignore[attr-defined] # a generator
    assert blobs.open_now == 0
