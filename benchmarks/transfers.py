"""Bytes in and out: large files, many small ones, and a very large one, beside nginx's static files and its `PUT`.

Ours come with everything that is done for them: a token judged, MD5 and SHA-256, every byte and row on the disk before
the answer. nginx's lie in the page cache when it answers.
"""

import argparse
import os
import statistics
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.aims import Aim, print_aims
from benchmarks.servers import Home, Server, jeton, make_platform, nginx, token_of
from benchmarks.sockets import Connection, blocks, on_the_client_core, send_each

MIB: Final = 1 << 20
PATCH_BYTES: Final = 16 * MIB
SMALL_BYTES: Final = 4 << 10
CONCURRENCY: Final = 16
STATIC: Final = "nginx, a static file"
PUT: Final = "nginx, PUT"
DOWNLOAD: Final = "download with a token"
FORM: Final = "upload in one form"
TUS: Final = f"upload by tus, {PATCH_BYTES // MIB} MiB a PATCH"
_BESIDE: Final = {STATIC: STATIC, DOWNLOAD: STATIC, PUT: PUT, FORM: PUT, TUS: PUT}
_AIMS: Final = {DOWNLOAD: 0.6, FORM: 0.5, TUS: 0.5}
_MOST_GROWTH_MIB: Final = 32
_MIB_OF_A_MB: Final = 1000 / 1024
"""The kernel counts in KiB, and a thousand of them are an MB here."""
_MARK: Final = "a-line-between-parts"


class Sizes(NamedTuple):
    """How much is moved, and how often."""

    large: int
    largest: int
    files: int
    runs: int


WHOLE: Final = Sizes(large=1 << 30, largest=10 << 30, files=1_000, runs=3)
QUICK: Final = Sizes(large=128 * MIB, largest=512 * MIB, files=200, runs=1)


class Moved(NamedTuple):
    """The median of some runs: files a second, and the server's processor time for one."""

    rate: float
    cpu_s: float


class Transfers(NamedTuple):
    """What was measured: one large file at a time, small ones at once, and what was resident during the largest."""

    sizes: Sizes
    large: Mapping[str, Moved]
    small: Mapping[str, Moved]
    before_mib: float
    most_mib: float

    @property
    def growth_mib(self) -> float:
        """By how much memory grew."""
        return self.most_mib - self.before_mib


class Ours:
    """Uploads and downloads with a token, each on a connection of its own."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._made = 0

    def form(self, size_bytes: int) -> None:
        """One file in one form."""
        begin, end = self._around()
        headers = {"Content-Type": f"multipart/form-data; boundary={_MARK}"}
        whole = len(begin) + size_bytes + len(end)
        with self._connected() as connection:
            connection.send("POST", "/api/file/upload", headers, (begin, *blocks(size_bytes), end), whole)

    def tus(self, size_bytes: int) -> int:
        """One file in several PATCHes, until it is there; its id."""
        asked = {"name": self._name(), "target": "1", "size": size_bytes}
        said = {"Tus-Resumable": "1.0.0"}
        with self._connected() as connection:
            key = str(connection.call("/api/file/tus", asked)[0]["sessionKey"])
            metadata = f"token {b64encode(key.encode()).decode()}"
            made = said | {"Upload-Length": str(size_bytes), "Upload-Metadata": metadata}
            connection.send("POST", "/api/tus", made)
            for offset in range(0, size_bytes, PATCH_BYTES):
                count = min(PATCH_BYTES, size_bytes - offset)
                headers = said | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                connection.send("PATCH", f"/api/tus/{key}", headers, blocks(count), count)
            return int(connection.call("/api/file/tus", {"token": key})["id"])

    def take(self, file: int) -> None:
        """Download a file."""
        with self._connected() as connection:
            connection.take(f"/api/file/{file}/download")

    def small_forms(self, count: int) -> list[bytes]:
        """As many whole requests, each with a small file."""
        told = {**self._headers, "Content-Type": f"multipart/form-data; boundary={_MARK}"}
        content = os.urandom(SMALL_BYTES)
        bodies = [content.join(self._around()) for _ in range(count)]
        return [_request("POST", "/api/file/upload", told, body) for body in bodies]

    def _connected(self) -> Connection:
        return Connection(self._url, self._headers)

    def _around(self) -> tuple[bytes, bytes]:
        part = f"--{_MARK}\r\nContent-Disposition: form-data; name="
        begin = f'{part}"folderId"\r\n\r\n1\r\n{part}"targetFile"; filename="{self._name()}"\r\n\r\n'
        return begin.encode(), f"\r\n--{_MARK}--\r\n".encode()

    def _name(self) -> str:
        self._made += 1
        return f"file {self._made}.bin"


class Plain:
    """The same of nginx."""

    def __init__(self, url: str) -> None:
        self._url = url

    def put(self, name: str, size_bytes: int) -> None:
        """Make a file, or replace it."""
        with Connection(self._url) as connection:
            connection.send("PUT", f"/files/{name}", {}, blocks(size_bytes), size_bytes)

    def take(self, name: str) -> None:
        """Download a file."""
        with Connection(self._url) as connection:
            connection.take(f"/files/{name}")

    def small_puts(self, count: int) -> list[bytes]:
        """As many whole requests, each with a small file of a new name."""
        content = os.urandom(SMALL_BYTES)
        return [_request("PUT", f"/files/{os.urandom(8).hex()}", {}, content) for _ in range(count)]


def measure_transfers(folder: Path, sizes: Sizes) -> Transfers:
    """Everything on one platform, nginx in turn with it."""
    home = Home(folder / "transfers")
    application = make_platform(home)
    with nginx(folder / "nginx-transfers") as plain, jeton(home) as server, on_the_client_core():
        ours, theirs = Ours(server.url, token_of(server.url, application)), Plain(plain.url)
        ours.form(MIB)  # warm
        before_mib = server.memory_mb() * _MIB_OF_A_MB
        ours.form(sizes.largest)
        most_mib = server.peak_memory_mb() * _MIB_OF_A_MB
        file = ours.tus(sizes.large)
        theirs.put("static", sizes.large)
        moves: dict[str, tuple[Server, Callable[[], object]]] = {
            STATIC: (plain, lambda: theirs.take("static")),
            DOWNLOAD: (server, lambda: ours.take(file)),
            PUT: (plain, lambda: theirs.put("large", sizes.large)),
            FORM: (server, lambda: ours.form(sizes.large)),
            TUS: (server, lambda: ours.tus(sizes.large)),
        }
        makes: dict[str, tuple[Server, Callable[[int], list[bytes]]]] = {
            PUT: (plain, theirs.small_puts),
            FORM: (server, ours.small_forms),
        }
        large: dict[str, list[Moved]] = {what: [] for what in moves}
        small: dict[str, list[Moved]] = {what: [] for what in makes}
        for _ in range(sizes.runs):
            for what, (asked, move) in moves.items():
                large[what].append(_moved(asked, 1, move))
            for what, (asked, make) in makes.items():
                send = partial(send_each, asked.url, make(sizes.files), concurrency=CONCURRENCY)
                small[what].append(_moved(asked, sizes.files, send))
        return Transfers(sizes, _medians(large), _medians(small), before_mib, most_mib)


def print_transfers(transfers: Transfers) -> None:
    """A table of each kind."""
    sizes, large, small = transfers.sizes, transfers.large, transfers.small
    print(f"\n| one file of {sizes.large // MIB:,} MiB | MiB a second | of nginx | server's CPU s |")
    print("|---|--:|--:|--:|")
    for what, moved in large.items():
        rate = moved.rate * sizes.large / MIB
        print(f"| {what} | {rate:,.0f} | {moved.rate / large[_BESIDE[what]].rate:.0%} | {moved.cpu_s:.2f} |")
    print(f"\n| {sizes.files:,} files of 4 KiB, {CONCURRENCY} at a time | files a second | of nginx | CPU us each |")
    print("|---|--:|--:|--:|")
    for what, moved in small.items():
        print(f"| {what} | {moved.rate:,.0f} | {moved.rate / small[PUT].rate:.0%} | {moved.cpu_s * 1e6:.0f} |")
    print("\n| one form with | resident before, MiB | at most, MiB | growth, MiB |")
    print("|---|--:|--:|--:|")
    memory = f"{transfers.before_mib:.0f} | {transfers.most_mib:.0f} | {transfers.growth_mib:.0f}"
    print(f"| {sizes.largest // MIB:,} MiB | {memory} |")


def transfer_aims(transfers: Transfers) -> list[Aim]:
    """What was aimed at with them."""
    large = transfers.large
    shares = {what: moved.rate / large[_BESIDE[what]].rate for what, moved in large.items()}
    growth, largest = transfers.growth_mib, f"{transfers.sizes.largest // MIB:,} MiB"
    return [
        *(Aim(f"{what}: {least:.0%} of nginx", f"{shares[what]:.0%}", is_met=shares[what] >= least)
          for what, least in _AIMS.items()),
        Aim(f"a form with {largest}: memory grows by less than {_MOST_GROWTH_MIB} MiB", f"{growth:.0f} MiB",
            is_met=growth < _MOST_GROWTH_MIB),
    ]  # fmt: skip


def _moved(server: Server, files: int, move: Callable[[], object]) -> Moved:
    os.sync()  # what others wrote before is not waited for now
    before_s, began = server.cpu_s(), time.perf_counter()
    move()
    return Moved(files / (time.perf_counter() - began), (server.cpu_s() - before_s) / files)


def _medians(taken: Mapping[str, list[Moved]]) -> dict[str, Moved]:
    return {
        what: Moved(*(statistics.median(values) for values in zip(*several, strict=True)))
        for what, several in taken.items()
    }


def _request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    told = {"Host": "localhost", **headers, "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transfers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short try, of which no figure means anything")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jeton-bench-") as name:
        measured = measure_transfers(Path(name), QUICK if given.quick else WHOLE)
    print_transfers(measured)
    print_aims("aim", transfer_aims(measured))
