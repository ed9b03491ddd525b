"""A disk that fails at any one call of any upload: success is true, an error is clear, and what was said is kept."""

import errno
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from jeton.kernel.uploads import LEASE
from jeton.kit.clock import DAY, SECOND
from jeton.testing.acts import UPLOADS, Act, Client, Refused, in_one_form, play_scene, view
from jeton.testing.faults import FailingDisk
from jeton.testing.housekeeping import check
from jeton.testing.world import World


class Fault(NamedTuple):
    error: int | None = None
    lasts: bool = False


# One that fails once, one that fails for good, one that is full, one that takes less than it is given.
FAULTS = (Fault(errno.EIO), Fault(errno.EIO, lasts=True), Fault(errno.ENOSPC), Fault())


class Platform:
    """A world that can be started again, a token, and the scene."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World(folder, does_jobs=False)
        self.token = self.world.token("all")
        self.ids = play_scene(self.send)

    def send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return self.world.send(method, path, token=self.token, **options)

    def restart(self) -> None:
        now = self.world.now
        self.world.close()
        self.world = World(self.folder, is_set_up=False, does_jobs=False)
        self.world.now = now

    def tidy(self) -> None:
        """Let go of what an act brought, so that the doctor reads little."""

        def files(folder: int, name: str) -> list[int]:
            listed = self.send("GET", f"/api/folder/{folder}?depth=1").json()["content"]["files"]
            return [file["id"] for file in listed if file["name"] == name]

        for number in files(1, "new.bin"):
            assert self.send("DELETE", f"/api/file/{number}?trash=0").is_success
        [self.ids["doc"]] = files(self.ids["source"], "doc.bin")
        for old in self.send("GET", f"/api/file/{self.ids['doc']}/versions").json()[1:]:
            assert self.send("DELETE", f"/api/file/{old['id']}/version").is_success


@pytest.mark.parametrize("act", UPLOADS, ids=lambda act: act.do.__name__)
def test_a_disk_that_fails_at_any_one_call_makes_no_lie_and_loses_nothing(tmp_path: Path, act: Act) -> None:
    platform = Platform(tmp_path / "data")
    try:
        for fault in FAULTS:
            number = 1
            while one_fault(platform, act, number, fault):
                number += 1
            assert number > 1, "it was asked for nothing"
        platform.world.pass_time(2 * DAY / SECOND)
        platform.world.do_jobs()
        assert check(platform.world) == []
        assert not list((tmp_path / "data" / "blobs" / "incoming").iterdir())
    finally:
        platform.world.close()


def one_fault(platform: Platform, act: Act, number: int, fault: Fault) -> bool:
    """Whether the act came so far as to make the `number`-th call."""
    client = Client(platform.send, platform.ids)
    before = view(platform.send)
    refused: httpx2.Response | None = None
    with FailingDisk(platform.folder / "blobs", number, fault.error, lasts=fault.lasts) as disk:
        try:
            act.do(client)
        except Refused as refusal:
            refused = refusal.answer
    if disk.failed is None:
        assert refused is None
        platform.tidy()
        return False
    assert check(platform.world) == [], disk.failed
    if refused is None:
        assert fault.error is None, f"{disk.failed} failed, and nobody was told"
    else:
        told = (refused.status_code, refused.json()["code"])
        assert told == ((507, "no_space") if fault.error == errno.ENOSPC else (503, "busy")), (disk.failed, told)
        assert view(platform.send) == before, disk.failed
        if fault.error == errno.EIO and disk.failed in {"fsync", "rename"}:  # nobody knows what the disk holds
            for going_on in (in_one_form, act.do):
                with pytest.raises(Refused) as still:
                    going_on(Client(platform.send, platform.ids, {**client.told}))
                assert still.value.answer.status_code == 503, disk.failed
        if fault.error == errno.EIO:
            platform.restart()
        platform.world.pass_time(LEASE / SECOND + 1)
        act.do(client)
        assert check(platform.world) == [], disk.failed
    platform.tidy()
    return True
