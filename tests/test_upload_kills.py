"""An upload goes on where it was after its server was killed, or under another process; a file is made once."""

import hashlib
import http.client
import json
import random
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from jeton.testing.served import Served, create_app, init, jeton

pytestmark = pytest.mark.crash


class Tus:
    """One upload by tus, by hand, to whoever serves."""

    def __init__(self, served: Served, token: str, name: str, size: int) -> None:
        self.served = served
        self.token = token
        status, told = served.call("POST", "/api/file/tus", {"name": name, "target": "1", "size": size}, token=token)
        assert status == 200, told
        self.key: str = told[0]["sessionKey"]
        metadata = f"token {b64encode(self.key.encode()).decode()}"
        made = self.send("POST", "/api/tus", {"Upload-Length": str(size), "Upload-Metadata": metadata})
        assert made.status == 201

    def send(self, method: str, path: str, headers: dict[str, str], content: bytes = b"") -> http.client.HTTPResponse:
        """One request; the answer's body is read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=30)
        own = {"Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0"}
        connection.request(method, path, body=content, headers={**own, **headers})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def begin(self, offset: int, content: bytes, length: int) -> http.client.HTTPConnection:
        """A PATCH of which only some is sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=30)
        connection.putrequest("PATCH", f"/api/tus/{self.key}")
        for name, value in {
            "Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0", "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream", "Content-Length": str(length),
        }.items():  # fmt: skip
            connection.putheader(name, value)
        connection.endheaders(content)
        return connection

    def patch(self, offset: int, content: bytes) -> int:
        """A whole PATCH, again while somebody else seems to write; the status."""
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        for _ in range(40):
            status = self.send("PATCH", f"/api/tus/{self.key}", headers, content).status
            if status != 423:
                break
            time.sleep(0.5)
        return status

    def offset(self) -> int:
        """How far it is."""
        return int(self.send("HEAD", f"/api/tus/{self.key}", {}).headers["upload-offset"])

    def close(self) -> tuple[int, Any]:
        """Make the file."""
        return self.served.call("POST", "/api/file/tus", {"token": self.key}, token=self.token)


def test_an_upload_goes_on_after_its_server_was_killed_in_the_middle(tmp_path: Path) -> None:
    init(tmp_path / "data")
    app = create_app(tmp_path / "data", scope="files.readwrite")
    content = random.Random(2).randbytes(6 << 20)
    served = Served(tmp_path / "data")
    token = served.token(app)
    upload = Tus(served, token, "killed.bin", len(content))
    assert upload.patch(0, content[: 1 << 20]) == 204
    sent = 1 << 20
    for _ in range(3):
        open_one = upload.begin(sent, content[sent : sent + 1_300_000], len(content) - sent)
        time.sleep(0.3)
        served.kill()
        open_one.close()
        served = upload.served = Served(tmp_path / "data", port=served.port)
        offset = upload.offset()
        assert offset >= sent, "what was told to be there is there"
        assert upload.patch(offset, content[offset : sent + 1_300_000]) == 204
        sent += 1_300_000
        done = jeton(tmp_path / "data", "doctor")
        assert done.returncode == 0, done.stdout + done.stderr
    assert upload.patch(sent, content[sent:]) == 204
    served.kill()
    with Served(tmp_path / "data", port=served.port) as upload.served:
        status, told = upload.close()
        assert (status, told["size"], told["hash"]) == (200, len(content), hashlib.md5(content).hexdigest())
        again = upload.close()
        assert (again[0], again[1]["id"], json.dumps(again[1])) == (200, told["id"], json.dumps(told))
    done = jeton(tmp_path / "data", "doctor")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_client_whose_connection_hangs_goes_on_over_another_within_seconds(tmp_path: Path) -> None:
    init(tmp_path / "data")
    app = create_app(tmp_path / "data", scope="files.readwrite")
    content = random.Random(3).randbytes(2 << 20)
    with Served(tmp_path / "data") as served:
        upload = Tus(served, served.token(app), "hung.bin", len(content))
        hung = upload.begin(0, content[: 1 << 20], len(content))  # and never another byte, nor an end
        began = time.monotonic()
        offset = 0
        while offset == 0 and time.monotonic() < began + 20:
            time.sleep(0.2)
            offset = upload.offset()
        assert offset == 1 << 20
        assert upload.patch(offset, content[offset:]) == 204
        assert time.monotonic() < began + 20
        hung.close()
        status, told = upload.close()
        while status == 423 and time.monotonic() < began + 40:  # what hung is still let go of: clients close again
            time.sleep(0.5)
            status, told = upload.close()
        assert told["hash"] == hashlib.md5(content).hexdigest(), (status, told)
