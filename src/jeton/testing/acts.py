"""What a client does that must survive: each way to bring a file, each change of the tree, and each tried again.

An act is what a sensible client does: it writes down what the server told it, and when it is run again after a crash it
goes on from there. The scene is the tree in which they play.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import httpx2

CONTENT: Final = bytes(range(251)) * 5_000
"""More than one block of the way in (1 MiB)."""

_STREAM: Final = {"Content-Type": "application/octet-stream"}
_TUS: Final = {"Tus-Resumable": "1.0.0"}


def md5(content: bytes) -> str:
    """The digest that the wire tells."""
    return hashlib.md5(content).hexdigest()


class Refused(AssertionError):
    """A call that must succeed did not."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
        self.answer = answer


@dataclass
class Client:
    """Calls with one token. `told` is what it was told, and must hold from then on."""

    send: Callable[..., httpx2.Response]
    ids: dict[str, int]
    told: dict[str, Any] = field(default_factory=dict)

    def call(self, method: str, path: str, *, also: tuple[int, ...] = (), **options: Any) -> httpx2.Response:
        """A call that must succeed, or (tried again) be refused by one of `also`. Raises Refused."""
        answer = self.send(method, f"/api{path}", **options)
        if not answer.is_success and answer.status_code not in also:
            raise Refused(answer)
        return answer

    def landed(self, answer: httpx2.Response) -> None:
        """It is told that the file is there."""
        told = answer.json()
        assert (told["size"], told["hash"]) == (len(CONTENT), md5(CONTENT))
        self.told["file"] = told["id"]


def play_scene(send: Callable[..., httpx2.Response]) -> dict[str, int]:
    """Make the scene; ids by what they are of."""
    client = Client(send, {})

    def folder(name: str, parent: int) -> int:
        number: int = client.call("POST", "/folder", json={"name": name, "parent_id": parent}).json()["id"]
        return number

    def file(name: str, parent: int, content: bytes) -> int:
        form: dict[str, Any] = {"data": {"folderId": str(parent)}, "files": {"targetFile": (name, content)}}
        number: int = client.call("POST", "/file/upload", **form).json()["id"]
        return number

    ids = {"source": folder("source", 1), "target": folder("target", 1)}
    ids["inner"] = folder("inner", ids["source"])
    file("deep.bin", ids["inner"], b"deep")
    ids["old version"] = file("doc.bin", ids["source"], b"one")
    ids["doc"] = file("doc.bin", ids["source"], b"two!")
    thrown = folder("thrown", 1)
    file("x.bin", thrown, b"thrown away")
    ids["thrown"] = client.call("DELETE", f"/folder/{thrown}").json()["id"]
    kept = file("kept.bin", 1, b"kept apart")
    client.call("PUT", f"/file/{kept}/archive", json={})
    ids["archived"] = kept
    return ids


def view(send: Callable[..., httpx2.Response]) -> Any:
    """All that can be seen: the tree, the trash and the archive, without ids and dates."""
    client = Client(send, {})
    thrown = [(one["name"], one["size"]) for one in client.call("GET", "/trashes").json()]
    tree = client.call("GET", "/folder/1", params={"depth": "-1"}).json()
    shelf = client.call("GET", "/archive/folder/1", params={"depth": "-1"}).json()
    return _seen(tree), sorted(thrown), _seen(shelf)


def _seen(folder: dict[str, Any]) -> Any:
    content = folder.get("content", {})
    files = [(f["name"], f["size"], f["hash"], f.get("nb_versions", 1)) for f in content.get("files", ())]
    folders = [_seen(inner) for inner in content.get("folders", ())]
    counts = tuple(folder[name] for name in ("size", "nb_files", "nb_folders"))
    return folder["name"], counts, sorted(files), sorted(folders)


# The five ways in.


def in_one_form(client: Client) -> None:
    data = {"folderId": "1", "fileHash": md5(CONTENT), "fileSize": str(len(CONTENT))}
    client.landed(client.call("POST", "/file/upload", data=data, files={"targetFile": ("new.bin", CONTENT)}))


def as_a_new_version(client: Client) -> None:
    data = {"folderId": str(client.ids["source"])}
    client.landed(client.call("POST", "/file/upload", data=data, files={"targetFile": ("doc.bin", CONTENT)}))


def in_chunks(client: Client) -> None:
    size = len(CONTENT) // 3 + 1
    parts = [CONTENT[start : start + size] for start in range(0, len(CONTENT), size)]
    for _ in range(2 * len(parts)):
        index = client.told.setdefault("chunk", 0)
        data = {"folderId": "1", "chunk": str(index), "chunks": str(len(parts)), "fileSize": str(len(CONTENT))}
        answer = client.call("POST", "/file/upload", data=data, files={"targetFile": ("new.bin", parts[index])})
        if isinstance(answer.json(), dict):
            client.landed(answer)
            return
        [missing] = answer.json()
        assert missing["missing"] >= index, "what was told to be there is not"
        client.told["chunk"] = missing["missing"]
    raise AssertionError("the chunks make no file")


def as_a_stream(client: Client) -> None:
    if "key" not in client.told:
        body = {"folderId": "1", "targetPath": "new.bin", "uploadMethod": "stream", "fileSize": len(CONTENT)}
        client.told["key"] = client.call("POST", "/file/upload", json=body).json()["sessionKey"]
    path = f"/file/upload?sessionKey={client.told['key']}"
    client.landed(client.call("PUT", path, content=CONTENT, headers=_STREAM))


def by_tus(client: Client) -> None:
    if "key" not in client.told:
        body = {"name": "new.bin", "target": "1", "size": len(CONTENT), "hash": md5(CONTENT)}
        client.told["key"] = client.call("POST", "/file/tus", json=body).json()[0]["sessionKey"]
    key = client.told["key"]
    if "resource" not in client.told:
        metadata = f"token {b64encode(key.encode()).decode()}"
        headers = {**_TUS, "Upload-Length": str(len(CONTENT)), "Upload-Metadata": metadata}
        # It may have been made, and have become a file, without the client hearing of either.
        client.call("POST", "/tus", headers=headers)
        client.told["resource"] = True
    if "file" not in client.told:
        if not client.told.get("is_whole"):
            _append(client, key)
        client.landed(client.call("POST", "/file/tus", json={"token": key}))


def _append(client: Client, key: str) -> None:
    offset = int(client.call("HEAD", f"/tus/{key}", headers=_TUS).headers["upload-offset"])
    assert offset >= client.told.get("offset", 0), "bytes that were told to be there are not"
    while offset < len(CONTENT):
        headers = {**_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        part = CONTENT[offset : offset + len(CONTENT) // 2 + 1]
        answer = client.call("PATCH", f"/tus/{key}", content=part, headers=headers)
        offset = client.told["offset"] = int(answer.headers["upload-offset"])
    client.told["is_whole"] = True


def under_a_promised_id(client: Client) -> None:
    if "promised" not in client.told:
        body = {"name": "new.bin", "parent_id": 1, "hash": md5(CONTENT)}
        client.told["promised"] = client.call("POST", "/file", json=body).json()["id"]
    path = f"/file/{client.told['promised']}/upload"
    client.landed(client.call("PUT", path, content=CONTENT, headers=_STREAM))
    assert client.told["file"] == client.told["promised"]


def over_a_file_that_is_there(client: Client) -> None:
    answer = client.call("PUT", f"/file/{client.ids['doc']}/upload", content=CONTENT, headers=_STREAM, also=(409,))
    if answer.status_code == 409:  # it is there already: another version is the current one
        answer = client.call("GET", f"/file/{answer.json()['current_id']}")
    client.landed(answer)


# Changes of the tree.


def restoring_a_version(client: Client) -> None:
    client.call("PUT", f"/file/{client.ids['old version']}/restore")


def copying_a_file(client: Client) -> None:
    client.call("PUT", f"/file/{client.ids['doc']}/copy", json={"parent_id": client.ids["target"]}, also=(403,))


def copying_a_folder(client: Client) -> None:
    client.call("PUT", f"/folder/{client.ids['source']}/copy", json={"parent_id": client.ids["target"]}, also=(403,))


def moving(client: Client) -> None:
    client.call("PUT", f"/folder/{client.ids['source']}", json={"parent_id": client.ids["target"], "name": "moved"})


def trashing(client: Client) -> None:
    client.call("DELETE", f"/folder/{client.ids['source']}", also=(404,))


def restoring_from_the_trash(client: Client) -> None:
    client.call("PUT", f"/trash/{client.ids['thrown']}", json={}, also=(404,))


def destroying_in_the_trash(client: Client) -> None:
    client.call("DELETE", f"/trash/{client.ids['thrown']}", also=(404,))


def destroying_at_once(client: Client) -> None:
    client.call("DELETE", f"/folder/{client.ids['source']}", params={"trash": "0"}, also=(404,))


def archiving(client: Client) -> None:
    client.call("PUT", f"/folder/{client.ids['source']}/archive", json={}, also=(404,))


def bringing_back_from_the_archive(client: Client) -> None:
    client.call("PUT", f"/archive/file/{client.ids['archived']}/unarchive", json={}, also=(404,))


class Act(NamedTuple):
    """What is done. `is_once`: done again without hearing of the first time, it changes nothing more."""

    do: Callable[[Client], None]
    is_once: bool = True


UPLOADS: Final = (
    Act(in_one_form, is_once=False),
    Act(as_a_new_version, is_once=False),
    Act(in_chunks),
    Act(as_a_stream),
    Act(by_tus),
    Act(under_a_promised_id),
    Act(over_a_file_that_is_there),
)
CHANGES: Final = (
    Act(restoring_a_version, is_once=False),
    Act(copying_a_file),
    Act(copying_a_folder),
    Act(moving),
    Act(trashing),
    Act(restoring_from_the_trash),
    Act(destroying_in_the_trash),
    Act(destroying_at_once),
    Act(archiving),
    Act(bringing_back_from_the_archive),
)
