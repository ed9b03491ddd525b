"""Whoever asks for an upload may go at any moment: bytes that a row names stay, all others go."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from jeton.edge.intake import Desk
from jeton.edge.uploads import Upload, receive_form
from jeton.families.documents.model.uploads import UploadFile
from jeton.families.documents.service.uploads import upload as upload_file
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ports import Work
from jeton.kernel.tree import COMPANY_ROOT
from jeton.kernel.uploads import announce
from jeton.storage.blobs.disk import DiskBlobs
from jeton.testing.world import World
from jeton.web.requests import Headers, Inbox

FORM = (
    b'--x\r\nContent-Disposition: form-data; name="folderId"\r\n\r\n1\r\n'
    b'--x\r\nContent-Disposition: form-data; name="targetFile"; filename="a.txt"\r\n\r\nhello\r\n--x--\r\n'
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


async def cancelled(world: World, use: Callable[[UploadFile], Callable[[Work], object]]) -> None:
    """Take the form in, do something in the writer, and be cancelled while its answer is awaited."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": FORM, "more_body": False}

    async def admit(members: dict[str, str]) -> UploadFile:
        return UploadFile(folder=COMPANY_ROOT, name=members["name"])

    blobs = DiskBlobs(world.folder / "blobs")
    with ThreadPoolExecutor(2) as pool:
        upload = Upload(
            headers=Headers([(b"content-type", b"multipart/form-data; boundary=x")]),
            inbox=Inbox(receive),
            desk=Desk(works=world.running.works, blobs=blobs, pool=pool, judge=lambda work: None),
            admit=admit,
            begin=lambda _command: world.running.works.write(announce),
        )
        with suppress(asyncio.CancelledError):
            async with receive_form(upload) as command:
                await world.running.works.write(use(command))
                raise asyncio.CancelledError


def bytes_there(world: World) -> list[bytes]:
    return [path.read_bytes() for path in (world.folder / "blobs").rglob("*") if path.is_file()]


def test_bytes_of_a_file_that_was_kept_stay_though_nobody_heard_of_it(world: World) -> None:
    world.run(cancelled(world, lambda command: lambda work: upload_file(work, OPERATOR, command)))
    assert bytes_there(world) == [b"hello"]
    assert world.read(lambda work: work.blobs.doomed(work.now, 10)) == []


def test_bytes_that_nothing_names_go_and_none_is_forgotten(world: World) -> None:
    world.run(cancelled(world, lambda command: lambda work: None))
    assert bytes_there(world) == []
    assert world.read(lambda work: work.blobs.abandoned_since(work.now + 1, 10)) == []
