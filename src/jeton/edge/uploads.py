"""Two ways in for a file's bytes: a form with one file, and a body that is nothing else. Streamed while they come.

The token and the scope were judged before the first byte; the folder is judged as soon as it is known, which is before
the file when the fields stand first; everything is judged again by the writer. A blob is announced by a row before it
is written, and whatever is refused leaves neither bytes nor rows.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from jeton.edge.intake import Desk, Intake
from jeton.kernel.ports import Inflow
from jeton.kernel.uploads import announce
from jeton.web.multipart import BrokenMultipart, Field, FileBegin, FileChunk, FormReader, read_form
from jeton.web.requests import BodyCutShort, ClientGone, Headers, Inbox, refuse_compression

FILE_FIELD: Final = "targetFile"
SILENT_AFTER_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What one upload needs.

    `admit` judges what is known so far and gives the command; `begin` judges it in a writing work, and says where the
    bytes go.
    """

    headers: Headers
    inbox: Inbox
    desk: Desk
    admit: Callable[[dict[str, str]], Awaitable[Any]]
    begin: Callable[[Any], Awaitable[Inflow]]


@asynccontextmanager
async def receive_form(upload: Upload) -> AsyncIterator[Any]:
    """Take a form in; gives the command with what was taken.

    When the body of the `with` raises, the bytes are thrown away again.
    Raises: what `admit` and `begin` raise; BrokenMultipart, NotMultipart, FormTooLarge; NoSpace; ClientGone.
    """
    refuse_compression(upload.headers)
    reader = FormReader(upload.headers)
    fields: dict[str, str] = {}
    name, intake = None, None
    try:
        async for event in read_form(reader, upload.inbox.chunks()):
            if isinstance(event, FileChunk):
                if intake is not None:
                    await intake.add(event.content)
            elif isinstance(event, Field):
                if event.name in fields:
                    raise BrokenMultipart(why="a field stands there twice")
                fields[event.name] = event.value
            elif isinstance(event, FileBegin):
                if name is not None or event.name != FILE_FIELD:
                    raise BrokenMultipart(why=f"one file is expected, under the name {FILE_FIELD}")
                name = event.filename
                intake = Intake(upload.desk, await _inflow(upload, fields, name))
        if intake is None or name is None:
            raise BrokenMultipart(why=f"there is no file under the name {FILE_FIELD}")
        command = await upload.admit({**fields, "name": name})
        command = await _taken(command, intake)
        yield command
        intake.kept(command.taken)
    except BaseException:
        if intake is not None:
            await asyncio.shield(intake.give_up(is_cut=False))
        raise


async def _inflow(upload: Upload, fields: dict[str, str], name: str) -> Inflow:
    if "folderId" in fields:
        return await upload.begin(await upload.admit({**fields, "name": name}))
    return await upload.desk.works.write(announce)  # judged at the end, when it is known for where


@asynccontextmanager
async def receive_bytes(upload: Upload) -> AsyncIterator[Any]:
    """Take a bare body in; gives the command with what was taken.

    When the body of the `with` raises, the bytes are thrown away again; those that came before a cut may be kept.
    Raises: what `admit` and `begin` raise; TooManyBytes; OtherChecksum; NoSpace; ClientGone, BodyCutShort.
    """
    refuse_compression(upload.headers)
    command = await upload.admit({})
    intake = Intake(upload.desk, await upload.begin(command))
    try:
        await _read_into(intake, upload.inbox)
        command = await _taken(command, intake)
        yield command
        intake.kept(command.taken)
    except BaseException as error:
        is_cut = isinstance(error, ClientGone | BodyCutShort | asyncio.CancelledError)
        await asyncio.shield(intake.give_up(is_cut=is_cut))
        raise


async def _read_into(intake: Intake, inbox: Inbox) -> None:
    while not inbox.is_over:
        chunk = await inbox.next_within(SILENT_AFTER_S)
        if chunk is None:
            if intake.inflow.keeps_parts:
                await intake.pause()
            chunk = await inbox.next()
            await intake.go_on()
        await intake.add(chunk)


async def _taken(command: Any, intake: Intake) -> Any:  # the operation's own command
    taken, received = await intake.finish()
    return dataclasses.replace(command, inflow=intake.inflow, taken=taken, received=received)
