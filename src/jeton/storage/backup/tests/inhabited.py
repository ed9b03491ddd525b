"""A platform where people live, and what is done with its backups: for the tests beside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jeton.kernel.factors import Passkey
from jeton.kernel.ids import BlobId, PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kit.clock import Clock
from jeton.kit.mint import SystemMint
from jeton.storage.backup.create import create
from jeton.storage.backup.manifest import Manifest
from jeton.storage.backup.restore import restore
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.sql.check import check_database
from jeton.storage.sql.engines import open_beside
from jeton.storage.work import SqlWork
from jeton.testing.pictures import png
from jeton.testing.world import BEGINNING, World

HERE = {"commits", "blob_holds"}
"""Tables of what goes on in one database."""


def silent(_text: str) -> None:
    """For whoever does not ask how far it is."""


def put(world: World, token: str, folder: int | str, name: str, content: bytes) -> int:
    """A file, or a new version of one."""
    made = world.send(
        "POST", "/api/file/upload", token=token, data={"folderId": str(folder)}, files={"targetFile": (name, content)}
    )
    assert made.status_code in {200, 201}, made.text
    return int(made.json()["id"])


def inhabit(world: World) -> str:
    """Fill a platform through its doors; a token that was given there."""
    ana, ben = world.person("ana"), world.person("ben", is_active=False)
    group = world.group("Équipe “nuit”", members=[ana, ben], delegates=[ana])
    token = world.token("all")

    def call(method: str, path: str, body: object = None) -> Any:
        answer = world.send(method, path, token=token, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    inner = top = call("POST", "/api/folder", {"parent_id": 1, "name": "Bilans"})["id"]
    for name in ("2026", "février", "\N{SMILING FACE WITH SMILING EYES} d'“ici”"):
        inner = call("POST", "/api/folder", {"parent_id": inner, "name": name})["id"]
    first = put(world, token, inner, "rapport.pdf", b"%PDF" + bytes(range(256)) * 5000)
    assert put(world, token, inner, "rapport.pdf", b"second version") != first
    put(world, token, inner, "vide.txt", b"")
    put(world, token, top, "seul.txt", b"all alone")
    gone = put(world, token, top, "parti.txt", b"thrown away")
    call("DELETE", f"/api/file/{gone}?trash=1")
    moved = call("POST", "/api/folder", {"parent_id": 1, "name": "Plus jeune que son contenu"})["id"]
    call("PUT", f"/api/folder/{top}", {"parent_id": moved})  # now a child is older than its parent
    for target in (ana.id, group.id):
        call("POST", "/api/right", {"folder_id": int(inner), "target_id": target, "read": True, "download": True})
    world.write(lambda work: more(work, ana))
    return token


def more(work: Work, person: User) -> None:
    """What has no call of the API."""
    work.people.set_picture(PrincipalId(person.id), png())
    work.tickets.issue("password", b"\x00\xff" * 16, subject=str(person.id), expires_at=work.now + 1)
    work.factors.keep_codes(person.id, [b"\x00\x01" * 16, b"\xff" * 32])
    work.factors.spend_code(person.id, b"\xff" * 32, work.now)
    work.factors.add_passkey(Passkey(7, person.id, b"\x00id", b"\xffkey", 0, "Clé", work.now, None))
    work.blobs.intend(BlobId(work.mint.number(work.now)), work.now)


def back_up(
    directory: Path,
    folder: Path,
    url: str | None,
    progress: Callable[[str], None] = silent,
    clock: Clock = lambda: BEGINNING,
) -> Manifest:
    """`jeton backup create`."""
    works = open_beside(folder, url, clock, SystemMint())
    try:
        return create(directory, folder, url, DiskBlobs(folder / "blobs"), works, clock, progress)
    finally:
        works.close()


def bring_back(directory: Path, folder: Path, url: str | None = None) -> Manifest:
    """`jeton backup restore`."""
    return restore(directory, folder, url, folder / "blobs", silent)


def examine(folder: Path, url: str | None) -> list[str]:
    """`jeton doctor`."""
    works = open_beside(folder, url, lambda: BEGINNING, SystemMint())

    def look(work: Work) -> list[str]:
        assert isinstance(work, SqlWork)
        return check_database(work, DiskBlobs(folder / "blobs"))

    try:
        return works.read(look)
    finally:
        works.close()


def every_byte(folder: Path) -> dict[str, bytes]:
    """What lies in a folder of blobs, or in a backup."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
