"""Large listings: a folder of ten thousand files, and a tree of a hundred thousand nodes at once."""

import os
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.aims import Aim, print_aims
from benchmarks.deep import Api
from benchmarks.servers import Home, Server, jeton, make_platform, token_of
from benchmarks.sockets import on_the_client_core

FILES: Final = 10_000
IN_A_FOLDER: Final = 99
WIDE: Final = 10
"""Folders in a folder, on three levels."""
NODES: Final = 100_110
RUNS: Final = 5
_CHUNK_BYTES: Final = 1024 * 1024
_MOST_FLAT_MS: Final = 60
_MOST_TREE_S: Final = 2
_MOST_GROWTH_MB: Final = 150


class Listed(NamedTuple):
    """What one listing took: until its first byte, until its last, and of the server's processor; and what came."""

    first_s: float
    whole_s: float
    cpu_s: float
    size_mb: float


class Listings(NamedTuple):
    """The median of some runs of each, and by how much memory grew with the tree."""

    flat: Listed
    tree: Listed
    growth_mb: float


def measure_listings(home: Home) -> Listings:
    """Plant both through the API, and list them some times."""
    application = make_platform(home)
    with jeton(home) as server, on_the_client_core():
        token = token_of(server.url, application)
        api = Api(server.url, token)
        flat, top = _flat(api), _tree(api)
        _list(server, token, f"/folder/{flat}?depth=1")  # warm
        listed = [_list(server, token, f"/folder/{flat}?depth=1") for _ in range(RUNS)]
        before_mb = server.peak_memory_mb()
        trees = [_list(server, token, f"/folder/{top}?depth=-1") for _ in range(RUNS)]
        return Listings(_median(listed), _median(trees), server.peak_memory_mb() - before_mb)


def print_listings(listings: Listings) -> None:
    """Both lines."""
    flat, tree = listings.flat, listings.tree
    print("\n| listing | first byte ms | whole ms | server's CPU ms | MB | memory grows by MB |")
    print("|---|--:|--:|--:|--:|--:|")
    for what, one, growth in (
        (f"a folder of {FILES:,} files", flat, ""),
        (f"a tree of {NODES:,} nodes, depth=-1", tree, f"{listings.growth_mb:.0f}"),
    ):
        times = f"{one.first_s * 1000:.0f} | {one.whole_s * 1000:.0f} | {one.cpu_s * 1000:.0f}"
        print(f"| {what} | {times} | {one.size_mb:.1f} | {growth} |")


def listing_aims(listings: Listings) -> list[Aim]:
    """What was aimed at with them."""
    flat_ms, tree_s, growth_mb = listings.flat.cpu_s * 1000, listings.tree.whole_s, listings.growth_mb
    return [
        Aim(f"a folder of {FILES:,} files: under {_MOST_FLAT_MS} ms of the server", f"{flat_ms:.0f} ms",
            is_met=flat_ms < _MOST_FLAT_MS),
        Aim(f"a tree of {NODES:,} nodes: under {_MOST_TREE_S} s", f"{tree_s:.2f} s", is_met=tree_s < _MOST_TREE_S),
        Aim(f"a tree of {NODES:,} nodes: memory grows by less than {_MOST_GROWTH_MB} MB", f"{growth_mb:.0f} MB",
            is_met=growth_mb < _MOST_GROWTH_MB),
    ]  # fmt: skip


def _flat(api: Api) -> int:
    folder = int(api("POST", "/folder", {"parent_id": 1, "name": "flat"})["id"])
    file = api.upload(folder, "original.txt")
    for number in range(1, FILES):
        api("PUT", f"/file/{file}/copy", {"name": f"document number {number:05}.txt"})
    return folder


def _tree(api: Api) -> int:
    """The top of a tree that is made by copying what is there: ten of a folder, ten of these, ten of those."""
    made = int(api("POST", "/folder", {"parent_id": 1, "name": "leaf"})["id"])
    for number in range(IN_A_FOLDER):
        api.upload(made, f"document number {number:02}.txt")
    for level in ("rows", "shelves", "rooms"):
        top = int(api("POST", "/folder", {"parent_id": 1, "name": level})["id"])
        for number in range(WIDE):
            api("PUT", f"/folder/{made}/copy", {"parent_id": top, "name": f"folder {number}"})
        made = top
    return made


def _list(server: Server, token: str, path: str) -> Listed:
    call = urllib.request.Request(f"{server.url}/api{path}", headers={"Authorization": f"Bearer {token}"})
    before_s, began = server.cpu_s(), time.perf_counter()
    with urllib.request.urlopen(call) as answer:
        size = len(answer.read(1))
        first_s = time.perf_counter() - began
        while part := answer.read(_CHUNK_BYTES):
            size += len(part)
    return Listed(first_s, time.perf_counter() - began, server.cpu_s() - before_s, size / 1e6)


def _median(several: list[Listed]) -> Listed:
    return Listed(*(statistics.median(values) for values in zip(*several, strict=True)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="jeton-bench-") as name:
        print(f"{os.cpu_count()} cores")
        listed = measure_listings(Home(Path(name) / "large"))
    print_listings(listed)
    print_aims("aim", listing_aims(listed))
