"""Uploads against one another, against rights and quotas that change, and against clients that go in the middle."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.edge import intake
from jeton.edge import uploads as edge_uploads
from jeton.families.documents.tests.uploading import OFFSET_STREAM, Api, md5
from jeton.kernel.ids import FolderId, TokenId
from jeton.testing.housekeeping import check
from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made
        assert check(made) == []


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)


def reserved(world: World, folder: int) -> int:
    return world.read(lambda work: work.tree.reserved(work.tree.reread_folder(FolderId(folder))))


def blobs(world: World) -> int:
    return sum(path.is_file() for path in (world.folder / "blobs").rglob("*"))


class Sender:
    """A PATCH whose bytes come when the test says so."""

    def __init__(
        self, world: World, api: Api, key: str, offset: int, *, length: int | None = None, checksum: str = ""
    ) -> None:
        self._sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        headers = [
            (b"host", b"127.0.0.1:8080"),
            (b"authorization", f"Bearer {api.token}".encode()),
            (b"tus-resumable", b"1.0.0"),
            (b"upload-offset", str(offset).encode()),
            (b"content-type", OFFSET_STREAM.encode()),
        ]
        if checksum:
            headers.append((b"upload-checksum", checksum.encode()))
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        scope = {
            "type": "http", "method": "PATCH", "path": f"/api/tus/{key}", "raw_path": f"/api/tus/{key}".encode(),
            "query_string": b"", "headers": headers, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        self.status = 0
        self._told: dict[bytes, bytes] = {}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self._told = dict(message["headers"])

        self._world = world
        self._call = asyncio.run_coroutine_threadsafe(self._run(world, scope, send), world.loop)

    async def _run(self, world: World, scope: dict[str, Any], send: Any) -> None:
        await world.running.app(scope, self._sent.get, send)

    def say(self, content: bytes, *, more: bool = True) -> None:
        self._put({"type": "http.request", "body": content, "more_body": more})

    def hang_up(self) -> None:
        self._put({"type": "http.disconnect"})

    def end(self) -> int:
        self._call.result(20)
        return self.status

    def _put(self, message: dict[str, Any]) -> None:
        self._world.loop.call_soon_threadsafe(self._sent.put_nowait, message)


def is_leased(world: World, key: str) -> bool:
    upload = world.read(lambda work: work.uploads.find(key))
    return upload is not None and upload.leased_until > world.now


def test_up_01_of_two_that_send_the_same_bytes_at_once_one_is_let_in(world: World, api: Api) -> None:
    key = api.begun(10)
    first = Sender(world, api, key, 0)
    first.say(b"first")
    assert world.until(lambda: is_leased(world, key))
    refused = api.patch(key, 0, b"other bytes"[:10])
    assert (refused.status_code, refused.json()["code"]) == (423, "in_use")
    first.say(b"first", more=False)
    assert first.end() == 204
    assert api.patch(key, 0, b"other bytes"[:10]).status_code == 409
    assert api.close_tus(key).json()["hash"] == md5(b"firstfirst")


def test_up_01_of_many_at_once_the_bytes_of_one_are_kept_whole(world: World, api: Api) -> None:
    contents = [bytes([number]) * 50_000 for number in range(12)]
    key = api.begun(50_000)

    async def all_of_them() -> list[httpx2.Response]:
        headers = {
            "Authorization": f"Bearer {api.token}", "Tus-Resumable": "1.0.0", "Upload-Offset": "0",
            "Content-Type": OFFSET_STREAM,
        }  # fmt: skip
        return await asyncio.gather(
            *(world.http.patch(f"/api/tus/{key}", content=content, headers=headers) for content in contents)
        )

    answers = world.run(all_of_them())
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 204
    assert set(statuses[1:]) <= {409, 423}
    (winner,) = (content for content, answer in zip(contents, answers, strict=True) if answer.status_code == 204)
    assert api.close_tus(key).json()["hash"] == md5(winner)


def test_up_05_an_upload_that_is_terminated_while_bytes_come_stops_cleanly(world: World, api: Api) -> None:
    folder = api.folder("small", quota=100)
    key = api.begun(80, folder=folder)
    sender = Sender(world, api, key, 0)
    sender.say(b"x" * 40)
    assert world.until(lambda: is_leased(world, key))
    assert api.tus("DELETE", f"/tus/{key}").status_code == 204
    assert reserved(world, folder) == 0
    sender.say(b"x" * 40, more=False)
    assert sender.end() in {404, 410}
    assert api.close_tus(key).status_code == 404
    world.do_jobs()
    assert world.until(lambda: blobs(world) == 0)


def test_up_06_what_came_before_a_cut_is_durable_and_gone_on_with(world: World, api: Api) -> None:
    content = bytes(range(256)) * 12_000
    key = api.begun(len(content))
    for part in range(3):
        offset = api.offset(key)
        sender = Sender(world, api, key, offset, length=len(content) - offset)
        sender.say(content[offset : offset + 900_000 + part])
        sender.hang_up()
        sender.end()
        assert api.offset(key) == offset + 900_000 + part
    offset = api.offset(key)
    assert api.patch(key, offset, content[offset:]).status_code == 204
    assert api.close_tus(key).json()["hash"] == md5(content)


def test_a_client_that_falls_silent_bars_nobody_and_goes_on_unless_somebody_did(
    world: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge_uploads, "SILENT_AFTER_S", 0.05)
    key = api.begun(15)
    silent = Sender(world, api, key, 0)
    silent.say(b"first")
    assert world.until(lambda: api.offset(key) == 5 and not is_leased(world, key))
    silent.say(b"again")
    assert world.until(lambda: api.offset(key) == 10 and not is_leased(world, key))
    assert api.patch(key, 10, b"other").status_code == 204
    silent.say(b"third", more=False)
    assert silent.end() == 409
    assert api.close_tus(key).json()["hash"] == md5(b"firstagainother")


def test_one_who_sends_slowly_keeps_the_lease_and_what_came_is_durable(
    world: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_NOTED_EVERY_S", 0.0)
    key = api.begun(10)
    slow = Sender(world, api, key, 0)
    for part in (b"01", b"23"):
        slow.say(part)
        assert world.until(lambda: is_leased(world, key))
        world.pass_time(8)
    slow.say(b"45")
    assert world.until(lambda: api.offset(key) == 6)
    assert api.patch(key, 6, b"6789").status_code == 423
    slow.say(b"6789", more=False)
    assert slow.end() == 204
    assert api.close_tus(key).json()["hash"] == md5(b"0123456789")


def test_bytes_with_a_checksum_are_kept_whole_or_not_at_all(world: World, api: Api) -> None:
    key = api.begun(10)
    checksum = b64encode(hashlib.md5(b"0123456789").digest()).decode()
    sender = Sender(world, api, key, 0, checksum=f"md5 {checksum}")
    sender.say(b"01234")
    sender.hang_up()
    sender.end()
    assert world.until(lambda: not is_leased(world, key))
    assert api.offset(key) == 0
    assert api.patch(key, 0, b"0123456789", **{"Upload-Checksum": f"md5 {checksum}"}).status_code == 204


def test_up_09_uploads_at_once_together_stay_within_a_quota(world: World, api: Api) -> None:
    folder = api.folder("small", quota=1000)
    opened = [api.open_tus(300, name=f"{number}.bin", folder=folder) for number in range(10)]
    assert [answer.status_code for answer in opened] == [200] * 3 + [507] * 7
    assert reserved(world, folder) == 900
    assert api.form(b"x" * 101, "form.bin", folder).status_code == 507
    assert api.form(b"x" * 100, "form.bin", folder).status_code == 201
    for answer in opened[:3]:
        key = answer.json()[0]["sessionKey"]
        api.create(key, 300)
        assert api.patch(key, 0, b"y" * 300).status_code == 204
        assert api.close_tus(key).status_code == 200
    assert reserved(world, folder) == 0
    assert api("GET", f"/folder/{folder}").json()["size"] == 1000


def test_up_09_thirty_forms_at_once_that_fit_alone_stay_within_a_quota(world: World, api: Api) -> None:
    folder = api.folder("small", quota=1000)

    async def send(number: int) -> httpx2.Response:
        return await world.http.post(
            "/api/file/upload",
            data={"folderId": str(folder)},
            files={"targetFile": (f"{number}.bin", b"z" * 150)},
            headers={"Authorization": f"Bearer {api.token}"},
        )

    async def all_of_them() -> list[httpx2.Response]:
        return await asyncio.gather(*(send(number) for number in range(30)))

    statuses = [answer.status_code for answer in world.run(all_of_them())]
    assert (statuses.count(201), set(statuses)) == (6, {201, 507})
    assert api("GET", f"/folder/{folder}").json()["size"] == 900
    assert world.until(lambda: blobs(world) == 6)


def test_room_that_is_reserved_moves_with_its_folder_and_lies_in_the_trash_with_it(world: World, api: Api) -> None:
    outer, other = api.folder("outer", quota=100), api.folder("other", quota=100)
    inner = api("POST", "/folder", json={"parent_id": outer, "name": "inner"}).json()["id"]
    key = api.begun(80, folder=inner)
    assert (reserved(world, outer), reserved(world, 1)) == (80, 80)
    assert api("PUT", f"/folder/{inner}", json={"parent_id": other}).status_code == 200
    assert (reserved(world, outer), reserved(world, other), reserved(world, 1)) == (0, 80, 80)
    assert api.open_tus(30, folder=other).status_code == 507
    entry = api("DELETE", f"/folder/{inner}").json()["id"]
    assert (reserved(world, other), reserved(world, 1)) == (0, 0)
    assert check(world) == []
    api.patch(key, 0, b"x" * 80)
    assert api.close_tus(key).status_code == 404
    everything = Api(world, "trashes.readwrite files.readwrite")
    assert everything("PUT", f"/trash/{entry}", json={}).status_code == 200
    assert reserved(world, other) == 80
    assert api.close_tus(key).status_code == 200
    assert reserved(world, other) == 0


@pytest.mark.parametrize("change", ["right", "folder", "quota", "person", "token"])
def test_up_08_what_changed_meanwhile_refuses_the_end_and_the_bytes_are_collected(world: World, change: str) -> None:
    admin = Api(world, "files.readwrite files.read users.readwrite users.read")
    ana = world.person("ana")
    folder = admin.folder("shared")
    given = admin("POST", "/right", json={"folder_id": folder, "target_id": str(ana.id), "read": True, "write": True})
    assert given.status_code == 201, given.text
    api = Api(world, "files.readwrite files.read", person=ana)
    key = api.begun(50, folder=folder)
    api.patch(key, 0, b"x" * 50)
    if change == "right":
        assert admin("PUT", f"/right/{given.json()['id']}", json={"write": False}).status_code == 200
    elif change == "folder":
        admin("DELETE", f"/folder/{folder}")
    elif change == "quota":
        assert admin("PUT", f"/folder/{folder}", json={"quota": 40}).status_code == 200
    elif change == "person":
        admin("PUT", f"/user/{ana.id}", json={"active": False})
    else:
        number = TokenId(int(api.token.removeprefix("jt_at_").partition(".")[0]))
        world.write(lambda work: work.tokens.revoke(number, work.now))
    refused = api.close_tus(key)
    expected = {"right": 403, "folder": 404, "quota": 507, "person": 401, "token": 401}[change]
    assert refused.status_code == expected, refused.text
    admin.renew()
    if change != "folder":
        assert admin.files(folder) == []
    world.pass_time(25 * 3600)
    world.do_jobs()
    assert world.until(lambda: blobs(world) == 0)


def test_only_so_many_are_open_at_once(world: World, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jeton.families.documents.service.opening.MOST_OPEN", 2)
    keys = [api.begun(5, name=f"{number}") for number in range(2)]
    refused = api.open_tus(5, name="more")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_uploads")
    assert int(refused.headers["retry-after"]) > 0
    api.tus("DELETE", f"/tus/{keys[0]}")
    assert api.open_tus(5, name="more").status_code == 200
