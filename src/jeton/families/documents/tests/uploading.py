"""How tests upload: each way that the wire has, in a few lines."""

import hashlib
from base64 import b64encode
from typing import Any

import httpx2

from jeton.kernel.people import User
from jeton.testing.world import World
from tests.clients import read_answer

OFFSET_STREAM = "application/offset+octet-stream"


class Api:
    """Calls with one token; each file or folder that is shown passes through the two strict readers."""

    def __init__(
        self, world: World, scopes: str = "files.readwrite files.read trashes.write", person: User | None = None
    ) -> None:
        self.world = world
        self._application = None if person is not None else world.application(scopes)
        self.token = world.token(scopes, person=person) if person is not None else ""
        if person is None:
            self.renew()

    def renew(self) -> None:
        """Another token of the same Server application."""
        assert self._application is not None
        body = {
            "client_id": self._application.application.client_id,
            "grant_type": "client_credentials",
            "client_secret": self._application.client_secret,
        }
        self.token = self.world.send("POST", "/oauth2/token", json=body).json()["access_token"]

    def __call__(self, method: str, path: str, **options: Any) -> httpx2.Response:
        answer = self.world.send(method, f"/api{path}", token=self.token, **options)
        read_answer(method, answer.request.url.raw_path.decode(), answer.status_code, answer.content)
        return answer

    def folder(self, name: str, *, quota: int = 0) -> int:
        number: int = self("POST", "/folder", json={"parent_id": 1, "name": name}).json()["id"]
        if quota:
            self("PUT", f"/folder/{number}", json={"quota": quota})
        return number

    def files(self, folder: int = 1) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self("GET", f"/folder/{folder}?depth=1").json()["content"]["files"]
        return listed

    def content(self, file: int) -> bytes:
        return self("GET", f"/file/{file}/download").content

    # In one form, and in several.

    def form(self, content: bytes, name: str = "a.bin", folder: int = 1, **fields: str) -> httpx2.Response:
        data = {"folderId": str(folder), **fields}
        return self("POST", "/file/upload", data=data, files={"targetFile": (name, content)})

    def chunk(
        self, content: bytes, index: int, count: int, size: int, name: str = "a.bin", folder: int = 1
    ) -> httpx2.Response:
        fields = {"chunk": str(index), "chunks": str(count), "chunksSize": "4", "fileSize": str(size)}
        return self.form(content, name, folder, **fields)

    # By a stream, and by a promise.

    def open_stream(self, name: str = "a.bin", size: int | None = None, folder: int = 1) -> str:
        body = {"folderId": str(folder), "targetPath": name, "uploadMethod": "stream"}
        opened = self("POST", "/file/upload", json=body | ({} if size is None else {"fileSize": size}))
        assert opened.is_success, opened.text
        key: str = opened.json()["sessionKey"]
        return key

    def put(self, path: str, content: bytes | Any, **options: Any) -> httpx2.Response:
        headers = {"Content-Type": "application/octet-stream", **options.pop("headers", {})}
        return self("PUT", path, content=content, headers=headers, **options)

    # By tus.

    def open_tus(self, size: int, name: str = "a.bin", folder: int = 1, **members: Any) -> httpx2.Response:
        return self("POST", "/file/tus", json={"name": name, "target": str(folder), "size": size, **members})

    def close_tus(self, key: str) -> httpx2.Response:
        return self("POST", "/file/tus", json={"token": key})

    def create(self, key: str, size: int, **options: Any) -> httpx2.Response:
        metadata = f"token {b64encode(key.encode()).decode()}"
        return self.tus("POST", "/tus", {"Upload-Length": str(size), "Upload-Metadata": metadata}, **options)

    def tus(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> httpx2.Response:
        return self(method, path, headers={"Tus-Resumable": "1.0.0", **(headers or {})}, **options)

    def patch(self, key: str, offset: int | str, content: bytes | Any, **headers: str) -> httpx2.Response:
        sent = {"Upload-Offset": str(offset), "Content-Type": OFFSET_STREAM, **headers}
        return self.tus("PATCH", f"/tus/{key}", sent, content=content)

    def offset(self, key: str) -> int:
        looked = self.tus("HEAD", f"/tus/{key}")
        assert looked.status_code == 200, looked.status_code
        return int(looked.headers["upload-offset"])

    def begun(self, size: int, **options: Any) -> str:
        """The key of a tus upload whose resource is made."""
        key: str = self.open_tus(size, **options).json()[0]["sessionKey"]
        assert self.create(key, size).status_code == 201
        return key


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()
