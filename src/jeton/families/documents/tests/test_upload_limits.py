"""How much is taken: the largest file, a full disk, and counters that stay right whatever happens in which order."""

import errno
import os
import random
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from jeton.families.documents.tests.test_upload_races import reserved
from jeton.families.documents.tests.uploading import Api, md5
from jeton.testing.housekeeping import check
from jeton.testing.world import World

LANDING = "jeton.families.documents.service.landing.LARGEST_FILE_BYTES"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made
        assert check(made) == []


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)


def test_up_17_nothing_the_most_and_one_byte_more(world: World, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LANDING, 10)
    for size, status in ((0, 201), (10, 201), (11, 413)):
        assert api.form(b"x" * size, f"{size}.bin").status_code == status
        assert api.form(b"x" * size, f"{size}.bin", 1, fileSize=str(size)).status_code == status
    assert (api.open_tus(10).status_code, api.open_tus(11).status_code) == (200, 413)
    key = api.open_stream("s.bin")
    assert api.put(f"/file/upload?sessionKey={key}", b"x" * 11).status_code == 413
    assert api.put(f"/file/upload?sessionKey={key}", b"x" * 10).status_code == 200
    assert {file["name"] for file in api.files()} == {"0.bin", "10.bin", "s.bin"}


def test_up_18_a_full_disk_in_the_middle_shows_nothing_and_goes_on_once_there_is_room(
    world: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytes(range(256)) * 16_000
    key = api.begun(len(content))
    half = len(content) // 2
    assert api.patch(key, 0, content[:half]).status_code == 204
    write = os.write

    def full(descriptor: int, chunk: bytes) -> int:
        if "/blobs/" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, chunk)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        for refused in (api.patch(key, half, content[half:]), api.form(content, "form.bin")):
            assert (refused.status_code, refused.json()["code"]) == (507, "no_space")
    assert api.files() == []
    assert api.offset(key) == half
    assert api.patch(key, half, content[half:]).status_code == 204
    assert api.close_tus(key).json()["hash"] == md5(content)
    assert api.form(content, "form.bin").status_code == 201


def test_up_11_versions_and_what_comes_back_from_the_trash_are_held_to_the_quota(world: World, api: Api) -> None:
    folder = api.folder("small", quota=100)
    everything = Api(world, "files.readwrite files.read trashes.readwrite")
    first = api.form(b"x" * 60, "a.bin", folder).json()
    assert api.form(b"x" * 101, "a.bin", folder).status_code == 507
    assert api.put(f"/file/{first['id']}/upload", b"x" * 101).status_code == 507
    assert api.open_tus(101, name="a.bin", folder=folder).status_code == 507
    key = api.begun(100, name="a.bin", folder=folder)
    assert reserved(world, folder) == 40
    assert api.form(b"x", "b.bin", folder).status_code == 507
    api.patch(key, 0, b"y" * 100)
    assert api.close_tus(key).status_code == 200
    second = api.files(folder)[0]
    entry = everything("DELETE", f"/file/{second['id']}").json()["id"]
    assert api.form(b"z" * 50, "b.bin", folder).status_code == 201
    assert everything("PUT", f"/trash/{entry}", json={}).status_code == 507


def test_up_11_what_is_copied_moved_or_brought_back_is_held_to_the_quota(world: World, api: Api) -> None:
    folder, outside = api.folder("small", quota=100), api.folder("outside")
    old = api.form(b"x" * 60, "a.bin", folder).json()["id"]
    file = api.form(b"y" * 20, "a.bin", folder).json()["id"]
    large = api.form(b"z" * 41, "large.bin", outside).json()["id"]
    assert api.form(b"w" * 41, "b.bin", folder).status_code == 201
    before = [(one["id"], one["size"]) for one in api.files(folder)]
    refused = [
        api("PUT", f"/file/{old}/restore"),
        api("PUT", f"/file/{large}/copy", json={"parent_id": folder}),
        api("PUT", f"/file/{large}", json={"parent_id": folder}),
        api("PUT", f"/folder/{outside}/copy", json={"parent_id": folder}),
        api("PUT", f"/folder/{outside}", json={"parent_id": folder}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(507, "over_quota")] * 5
    assert [(one["id"], one["size"]) for one in api.files(folder)] == before
    assert api("PUT", f"/file/{file}/copy", json={"name": "c.bin"}).status_code == 201
    assert api("PUT", f"/file/{file}/copy", json={"name": "d.bin"}).status_code == 507


class Steps:
    """Random acts on two folders with quotas, and one in each that moves between them."""

    def __init__(self, world: World, api: Api, seed: int) -> None:
        self._api = api
        self._chance = random.Random(seed)
        self._everything = Api(world, "files.readwrite files.read trashes.readwrite")
        tops = [api.folder(name, quota=4000) for name in ("one", "two")]
        inner = [api("POST", "/folder", json={"parent_id": top, "name": f"in {top}"}).json()["id"] for top in tops]
        self.folders = (*tops, *inner)
        self._entries: list[int] = []
        self._keys: list[tuple[str, int]] = []
        self._acts = (
            self._form,
            self._form,
            self._open,
            self._send,
            self._close,
            self._trash,
            self._restore,
            self._move,
        )

    def step(self) -> None:
        """One of them."""
        self._chance.choice(self._acts)()

    def _form(self) -> None:
        self._api.form(b"x" * self._size(), self._name(), self._folder())

    def _open(self) -> None:
        size = self._size()
        opened = self._api.open_tus(size, name=self._name(), folder=self._folder())
        if opened.is_success:
            self._keys.append((opened.json()[0]["sessionKey"], size))
            self._api.create(*self._keys[-1])

    def _send(self) -> None:
        if self._keys:
            key, size = self._chance.choice(self._keys)
            self._api.patch(key, 0, b"y" * size)

    def _close(self) -> None:
        if self._keys:
            key, _ = self._chance.choice(self._keys)
            (self._api.close_tus if self._chance.random() < 0.7 else self._cancel)(key)

    def _trash(self) -> None:
        listed = self._api.files(self._folder())
        if listed:
            self._entries.append(self._api("DELETE", f"/file/{self._chance.choice(listed)['id']}").json()["id"])

    def _restore(self) -> None:
        if self._entries:
            self._everything("PUT", f"/trash/{self._chance.choice(self._entries)}", json={})

    def _move(self) -> None:
        inner, outer = self._chance.choice(self.folders[2:]), self._chance.choice(self.folders[:2])
        self._api("PUT", f"/folder/{inner}", json={"parent_id": outer})

    def _cancel(self, key: str) -> httpx2.Response:
        return self._api("DELETE", "/file/cancel", params={"sessionKey": key})

    def _folder(self) -> int:
        chosen: int = self._chance.choice(self.folders)
        return chosen

    def _name(self) -> str:
        return f"{self._chance.randrange(6)}.bin"

    def _size(self) -> int:
        return self._chance.randrange(400)

    def give_everything_up(self) -> None:
        """Cancel what is open."""
        for key, _ in self._keys:
            self._cancel(key)

    def destroy_everything(self) -> None:
        """Delete for good what is there."""
        for folder in self.folders:
            for file in self._api.files(folder):
                self._everything("DELETE", f"/file/{file['id']}", params={"trash": "0"})
        self._everything("DELETE", "/trashes")


def test_up_12_counters_are_right_after_any_steps(world: World, api: Api) -> None:
    steps = Steps(world, api, 12)
    for number in range(240):
        steps.step()
        if number % 40 == 39:
            assert check(world) == []
    steps.give_everything_up()
    assert [reserved(world, folder) for folder in (1, *steps.folders)] == [0] * 5
    steps.destroy_everything()
    assert api("GET", "/folder/1").json()["size"] == 0
