"""Nothing that was answered with success is lost by `kill -9`: thirty times, under mixed load."""

import hashlib
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.testing.served import Served, create_app, init, jeton

CYCLES = 30
CLIENTS = 4


@dataclass
class Acknowledged:
    """What the server said it had kept, and what it was."""

    users: dict[str, str] = field(default_factory=dict)
    folders: dict[int, str] = field(default_factory=dict)
    files: dict[int, str] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    tokens: list[str] = field(default_factory=list)

    def count(self) -> int:
        return len(self.users) + len(self.folders) + len(self.files) + len(self.deleted) + len(self.tokens)


class Client(threading.Thread):
    """Writes one thing after the other until the connection breaks."""

    def __init__(self, url: str, token: str, app: dict[str, Any], kept: Acknowledged, seed: int) -> None:
        super().__init__()
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        self.anonymous = httpx2.Client(base_url=url, timeout=10)
        self.app = app
        self.kept = kept
        self.random = random.Random(seed)
        self.mine: list[int] = []

    def run(self) -> None:
        with self.http, self.anonymous:
            try:
                while True:
                    self.random.choice((self.user, self.folder, self.upload, self.upload, self.delete, self.token))()
            except httpx2.TransportError:
                return

    def user(self) -> None:
        login = f"u{uuid.uuid4().hex[:12]}"
        answer = self.http.post("/api/user", json={"login": login, "email": f"{login}@example.org"})
        assert answer.status_code == 201, answer.text
        self.kept.users[answer.json()["id"]] = login

    def folder(self) -> None:
        name = uuid.uuid4().hex
        answer = self.http.post("/api/folder", json={"parent_id": 1, "name": name})
        assert answer.status_code == 201, answer.text
        self.kept.folders[answer.json()["id"]] = name

    def upload(self) -> None:
        content = self.random.randbytes(self.random.choice((0, 10, 5_000, 300_000)))
        answer = self.http.post(
            "/api/file/upload",
            data={"folderId": "1", "fileHash": hashlib.md5(content).hexdigest()},
            files={"targetFile": (f"{uuid.uuid4().hex}.bin", content)},
        )
        assert answer.status_code == 201, answer.text
        number = answer.json()["id"]
        self.kept.files[number] = hashlib.sha256(content).hexdigest()
        self.mine.append(number)

    def delete(self) -> None:
        if not self.mine:
            return
        number = self.mine.pop()
        # Until the answer is there, either is right: it is then neither among the kept nor among the deleted.
        self.kept.files.pop(number)
        answer = self.http.delete(f"/api/file/{number}", params={"trash": "0"})
        assert answer.status_code == 200, answer.text
        self.kept.deleted.add(number)

    def token(self) -> None:
        credentials = {"client_id": self.app["client_id"], "client_secret": self.app["client_secret"]}
        answer = self.anonymous.post("/oauth2/token", data={**credentials, "grant_type": "client_credentials"})
        assert answer.status_code == 200, answer.text
        self.kept.tokens.append(answer.json()["access_token"])


def check(url: str, token: str, kept: Acknowledged) -> None:
    """Everything acknowledged is there, byte for byte."""
    with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
        logins = {user["id"]: user["login"] for user in http.get("/api/users").json()}
        assert {number: logins.get(number) for number in kept.users} == kept.users
        content = http.get("/api/folder/1", params={"depth": "1"}).json()["content"]
        names = {folder["id"]: folder["name"] for folder in content["folders"]}
        assert {number: names.get(number) for number in kept.folders} == kept.folders
        there = {file["id"] for file in content["files"]}
        assert kept.files.keys() <= there
        assert not kept.deleted & there
        for number, digest in kept.files.items():
            assert hashlib.sha256(http.get(f"/api/file/{number}/download").content).hexdigest() == digest
        for shown in kept.tokens:
            assert http.get("/api/folder/1", headers={"Authorization": f"Bearer {shown}"}).status_code == 200


@pytest.mark.crash
def test_nothing_acknowledged_is_lost_by_thirty_kills(tmp_path: Path) -> None:
    data = tmp_path / "data"
    init(data)
    app = create_app(data)
    everything = 0
    kept = Acknowledged()
    for cycle in range(CYCLES):
        served = Served(data)
        token = served.token(app)
        check(served.url, token, kept)
        everything += kept.count()
        kept = Acknowledged()
        clients = [Client(served.url, token, app, kept, cycle * CLIENTS + number) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(0.2 + random.Random(cycle).random() / 3)
        served.kill()
        for client in clients:
            client.join()
        told = jeton(data, "doctor", "--json")
        assert told.returncode == 0, told.stdout + told.stderr
        assert json.loads(told.stdout) == {"healthy": True, "findings": []}
    with Served(data) as served:
        check(served.url, served.token(app), kept)
    assert everything > CYCLES * 10
