"""A folder twelve levels deep that a person in fifty groups sees by what those groups were given, on every level."""

import json
import urllib.request
from typing import Any, Final, NamedTuple

LEVELS: Final = 12
GROUPS: Final = 50
CHILDREN: Final = 50
"""Folders in the deepest one, and as many files."""


class Deep(NamedTuple):
    """The deepest folder, and the person who lists it."""

    folder: int
    person: int


class Api:
    """The API of a server, with an application's token."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def __call__(self, method: str, path: str, body: object) -> Any:
        """One call with a JSON body; its JSON answer."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        content = json.dumps(body).encode()
        call = urllib.request.Request(f"{self._url}/api{path}", data=content, method=method, headers=headers)
        with urllib.request.urlopen(call) as answer:
            return json.load(answer)

    def upload(self, folder: int, name: str) -> int:
        """A small file; its id."""
        mark = "a-line-between-parts"
        part = f"--{mark}\r\nContent-Disposition: form-data; name="
        form = (
            f'{part}"folderId"\r\n\r\n{folder}\r\n{part}"targetFile"; filename="{name}"\r\n\r\nbytes\r\n--{mark}--\r\n'
        )
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": f"multipart/form-data; boundary={mark}"}
        call = urllib.request.Request(
            f"{self._url}/api/file/upload", data=form.encode(), method="POST", headers=headers
        )
        with urllib.request.urlopen(call) as answer:
            return int(json.load(answer)["id"])


def make_deep(api: Api) -> Deep:
    """Make it through the API: six hundred entries of rights, a hundred things to list."""
    person = int(api("POST", "/user", {"login": "reader", "email": "reader@example.org"})["id"])
    groups = [api("POST", "/group", {"login": f"Group {n}", "members": [person]})["id"] for n in range(GROUPS)]
    folder = 1
    for level in range(LEVELS):
        folder = int(api("POST", "/folder", {"parent_id": folder, "name": f"level {level}"})["id"])
        for group in groups:
            given = {"folder_id": folder, "target_id": group, "browse": True, "read": True, "download": True}
            api("POST", "/right", given)
    for number in range(CHILDREN):
        api("POST", "/folder", {"parent_id": folder, "name": f"folder {number}"})
        api.upload(folder, f"file {number}.txt")
    return Deep(folder, person)
