"""tus-js-client, from npm: the client of the protocol's own authors, over connections that are cut in the middle."""

import hashlib
import random
from pathlib import Path

import pytest

from jeton.testing.served import Served, jeton
from tests.interop.clients import Registered, register
from tests.interop.cuts import CuttingDoor
from tests.interop.scripts import run


@pytest.fixture(scope="module")
def carrier(served: Served) -> Registered:
    """A Server application that brings files."""
    return register(served, "--name", "Carrier", "--type", "server", "--scope", "files.readwrite")


@pytest.mark.parametrize("chunk_size", [None, 5 << 20], ids=["in one request", "in pieces of 5 MiB"])
def test_a_file_comes_whole_over_connections_that_are_cut(
    served: Served, carrier: Registered, tmp_path: Path, chunk_size: int | None
) -> None:
    content = random.Random(1).randbytes(24 << 20)
    (tmp_path / "file").write_bytes(content)
    name = f"{chunk_size}.bin"
    token = served.token(carrier._asdict())
    with CuttingDoor(served.port, every_bytes=3_500_000, most_cuts=5) as door:
        told = run(
            "tus/upload",
            carrier,
            token=token,
            door=door.url,
            path=str(tmp_path / "file"),
            size=len(content),
            called=name,
            **({"chunkSize": chunk_size} if chunk_size else {}),
        )
        assert (door.cuts, door.sent_bytes < 2 * len(content)) == (5, True)
    assert told["status"] == 200
    assert (told["file"]["name"], told["file"]["size"]) == (name, len(content))
    assert told["file"]["hash"] == hashlib.md5(content).hexdigest()
    assert told["again"]["id"] == told["file"]["id"]
    assert told["offsets"] == sorted(told["offsets"])
    assert told["offsets"][-1] > 0, "nothing of what came before a cut was kept"
    done = jeton(served.data, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
