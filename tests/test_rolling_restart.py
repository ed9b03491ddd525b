"""Fifty restarts of one worker among three, under load, and not one request fails.

Clients try nothing twice. They keep their connections; one downloads and one uploads all the while; one lets a new
connection wait before it asks.
"""

import asyncio
import hashlib
import json
import signal
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.testing.loops import run_apart
from jeton.testing.postgres import migrated_database, server
from jeton.testing.served import Served, create_app, init

WORKERS = 3
RESTARTS = 50
LARGE = 48 << 20
PIECE = 64 << 10
SIP = 1 << 10
PAUSE_S = 0.15
ROUND_WITHIN_S = 600
"""For all workers in turn, on however busy a machine: that nothing fails is proved here, not how long it takes."""
BOUNDARY = "between-the-parts"


class Load:
    """Clients that go on until told to end, and what came of their requests."""

    def __init__(self, served: Served, app: dict[str, Any]) -> None:
        self.served = served
        self.app = app
        self.headers = {"Authorization": f"Bearer {served.token(app)}"}
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self.folders: dict[str, str] = {}
        self.is_over = asyncio.Event()
        self.content = hashlib.shake_256(b"content").digest(LARGE)

    async def again_and_again(self, name: str, ask: Callable[[httpx2.AsyncClient], Awaitable[None]]) -> None:
        async with httpx2.AsyncClient(base_url=self.served.url, timeout=30) as http:
            while not self.is_over.is_set():
                try:
                    await ask(http)
                except (httpx2.HTTPError, AssertionError) as error:
                    self.failures.append(f"{name}: {type(error).__name__}: {error}")
                self.counts[name] += 1
                await asyncio.sleep(0.03)

    async def get_token(self, http: httpx2.AsyncClient) -> None:
        body = {name: self.app[name] for name in ("client_id", "client_secret")}
        answer = await http.post("/oauth2/token", json={**body, "grant_type": "client_credentials"})
        assert answer.status_code == 200, answer.text

    async def read(self, http: httpx2.AsyncClient) -> None:
        answer = await http.get("/api/folder/1", params={"depth": "0"}, headers=self.headers)
        assert answer.status_code == 200, answer.text

    async def write(self, http: httpx2.AsyncClient) -> None:
        name = f"folder {len(self.folders)} {time.monotonic_ns()}"
        answer = await http.post("/api/folder", json={"parent_id": 1, "name": name}, headers=self.headers)
        assert answer.status_code == 201, answer.text
        self.folders[answer.json()["id"]] = name

    async def ask_late(self, _http: httpx2.AsyncClient) -> None:
        """Knock, wait, and only then ask."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.served.port)
        try:
            await asyncio.sleep(0.2)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            first = await reader.readline()
            assert first == b"HTTP/1.1 200 OK\r\n", first
        except ConnectionError as error:
            raise AssertionError(str(error)) from error
        finally:
            writer.close()

    async def download(self, number: str) -> None:
        """Slowly for as long as the restarts go on, through a small window; then the rest."""
        knock = socket.socket()
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
        knock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(knock, ("127.0.0.1", self.served.port))
        reader, writer = await asyncio.open_connection(sock=knock, limit=PIECE)
        head = f"GET /api/file/{number}/download HTTP/1.1\r\nHost: a\r\nAuthorization: {self.headers['Authorization']}"
        writer.write(f"{head}\r\n\r\n".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        received = hashlib.sha256()
        left = LARGE
        while left:
            piece = await reader.read(min(self.next_size(LARGE - left), left))
            assert piece, f"the download ended {left} bytes early"
            received.update(piece)
            left -= len(piece)
            if not self.is_over.is_set():
                self.counts["downloaded while restarting"] += len(piece)
                await asyncio.sleep(PAUSE_S)
        writer.close()
        assert received.digest() == hashlib.sha256(self.content).digest()

    def next_size(self, done: int) -> int:
        """How many bytes come next, so that some are left until the last restart, however long restarts take."""
        is_ahead = done * (RESTARTS + WORKERS) > LARGE * (self.counts["restarts"] + 1)
        return SIP if is_ahead and not self.is_over.is_set() else PIECE

    async def slow_body(self) -> AsyncIterator[bytes]:
        yield (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="folderId"\r\n\r\n1\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="targetFile"; filename="slow.bin"\r\n\r\n'
        ).encode()
        done = 0
        while done < LARGE:
            piece = self.content[done : done + self.next_size(done)]
            yield piece
            done += len(piece)
            if not self.is_over.is_set():
                self.counts["uploaded while restarting"] += len(piece)
                await asyncio.sleep(PAUSE_S)
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    async def upload(self) -> None:
        headers = {**self.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        async with httpx2.AsyncClient(base_url=self.served.url, timeout=60) as http:
            answer = await http.post("/api/file/upload", headers=headers, content=self.slow_body())
            assert answer.status_code in {200, 201}, answer.text
            kept = await http.get(f"/api/file/{answer.json()['id']}/download", headers=self.headers)
            assert kept.content == self.content

    async def restart(self) -> None:
        """All workers in turn, again and again."""
        events = self.served.log.open()
        with events:
            while self.counts["restarts"] < RESTARTS:
                self.served.process.send_signal(signal.SIGHUP)
                await asyncio.wait_for(self._restarted(events), ROUND_WITHIN_S)

    async def _restarted(self, events: Any) -> None:
        line = ""
        while True:
            line += events.readline()
            if not line.endswith("\n"):
                await asyncio.sleep(0.02)
                continue
            told = json.loads(line)
            assert told["event"] not in {"worker_died", "restart_given_up", "bug"}, line
            self.counts["restarts"] += told["event"] == "worker_restarted"
            if told["event"] == "workers_restarted":
                return
            line = ""

    async def run(self, number: str) -> None:
        clients = [
            self.again_and_again(name, ask)
            for name, ask, count in (
                ("tokens", self.get_token, 2),
                ("reads", self.read, 3),
                ("writes", self.write, 2),
                ("late", self.ask_late, 2),
            )
            for _ in range(count)
        ]
        long = [asyncio.create_task(work) for work in (self.download(number), self.upload())]
        load = [asyncio.create_task(work) for work in clients]
        try:
            await self.restart()
        finally:
            self.is_over.set()
            await asyncio.gather(*load)
        await asyncio.wait_for(asyncio.gather(*long), ROUND_WITHIN_S)


@pytest.mark.crash
def test_fifty_restarts_under_load_fail_no_request(tmp_path: Path) -> None:
    url = migrated_database()
    settings = {"JETON_DATABASE_URL": url, "JETON_WORKERS": str(WORKERS)}
    init(tmp_path / "data", settings)
    app = create_app(tmp_path / "data", settings=settings)

    async def restart_under_load(served: Served) -> Load:
        load = Load(served, app)
        async with httpx2.AsyncClient(base_url=served.url, headers=load.headers, timeout=60) as http:
            answer = await http.post(
                "/api/file/upload", data={"folderId": "1"}, files={"targetFile": ("large.bin", load.content)}
            )
            assert answer.status_code in {200, 201}, answer.text
            await load.run(answer.json()["id"])
            listed = await http.get("/api/folder/1", params={"depth": "1"})
        there = {folder["id"]: folder["name"] for folder in listed.json()["content"]["folders"]}
        assert load.folders.items() <= there.items()
        return load

    with Served(tmp_path / "data", settings=settings) as served:
        load = run_apart(restart_under_load(served))
        told = [json.loads(line) for line in served.log.read_text().splitlines()]
    server().drop(url)
    assert load.failures == []
    assert load.counts["restarts"] >= RESTARTS
    restarts = {line["detail"] for line in told if line["event"] == "worker_restarted"}
    assert len(restarts) == load.counts["restarts"]  # each a process for another
    for name in ("tokens", "reads", "writes", "late"):
        assert load.counts[name] > 100, load.counts
    for name in ("downloaded while restarting", "uploaded while restarting"):
        assert 0 < load.counts[name] < LARGE, load.counts  # they were under way from the first restart to the last
