"""A server that dies at any named place of any upload or change: what was said is kept, and nothing is half there."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from jeton.assembly.doctor import examine
from jeton.assembly.jobs import idle_jobs
from jeton.assembly.settings import Settings
from jeton.kernel.ports import Work
from jeton.kernel.tree import Strictness
from jeton.kernel.uploads import LEASE
from jeton.kit.clock import DAY, SECOND, system_clock
from jeton.kit.mint import SystemMint
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.keys import KeyFolder
from jeton.storage.sql.schema.tree import versions
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.works import BesideWorks
from jeton.storage.work import SqlWork
from jeton.testing.acts import CHANGES, UPLOADS, Act, Client, play_scene, view
from jeton.testing.crashing import NAMES, Crashing
from jeton.testing.served import create_app, init

HELD = Sql(select(versions.c.blob_id), int)
AFTER_S = LEASE // SECOND + 1
"""So long after the crash the server is there again: leases of the dead one are over."""

pytestmark = pytest.mark.crash


@dataclass(frozen=True)
class Scene:
    """A data folder to copy, a token that opens it, and what is to be seen in it."""

    data: Path
    token: str
    ids: dict[str, int]
    before: Any

    def copied(self, folder: Path) -> "Scene":
        shutil.copytree(self.data, folder)
        return replace(self, data=folder)

    def client(self, url: str) -> httpx2.Client:
        return httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30, verify=False)

    def run(self, use: Callable[[httpx2.Client], Any], *, later_s: int = 0) -> Any:
        """Do something with a server that lives."""
        with Crashing(self.data, later_s=later_s) as server, self.client(server.url) as http:
            return use(http)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    data = tmp_path_factory.mktemp("scene") / "data"
    init(data)
    app = create_app(data)
    with Crashing(data) as server, httpx2.Client(base_url=server.url, verify=False) as http:
        credentials = {name: app[name] for name in ("client_id", "client_secret")}
        asking = {**credentials, "grant_type": "client_credentials"}
        token = http.post("/oauth2/token", data=asking).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        ids = play_scene(http.request)
        before = view(http.request)
    return Scene(data, token, ids, before)


def findings(data: Path) -> list[str]:
    """What the doctor says, before anything is mended."""
    works = BesideWorks(data, system_clock, SystemMint())
    try:
        settings = Settings(data=data, public_url=None, names=Strictness.STRICT, trusted_proxies=frozenset())
        return examine(settings, works)
    finally:
        works.close()


def leftovers(data: Path) -> set[int]:
    """Blobs that two days later the platform still has, and that no version of a file holds."""
    keys = KeyFolder(data / "keys", SystemMint())
    works = BesideWorks(data, lambda: system_clock() + 2 * DAY, SystemMint(), keys)
    blobs = DiskBlobs(data / "blobs")
    try:
        for job in [*idle_jobs(blobs)] * 3:
            works.write(job)
        return {*blobs.every(), *blobs.incoming()} - works.read(held)
    finally:
        works.close()


def held(work: Work) -> set[int]:
    assert isinstance(work, SqlWork)
    return set(work.session.all(HELD))


@pytest.mark.parametrize("act", [*UPLOADS, *CHANGES], ids=lambda act: act.do.__name__)
def test_a_server_that_dies_at_any_named_place_keeps_what_it_said_and_nothing_half(
    scene: Scene, tmp_path: Path, act: Act
) -> None:
    after, again = undisturbed(scene.copied(tmp_path / "whole"), act)
    assert after != scene.before
    for number in range(1, 100):
        died_at = one_death(scene.copied(tmp_path / f"{number}"), act, number, after, again)
        if died_at is None:
            assert number > 4, "it passed next to nothing"
            return
        assert died_at in NAMES
    raise AssertionError("it never came to an end")


def undisturbed(scene: Scene, act: Act) -> tuple[Any, Any]:
    """What is to be seen when the act is done, and when it is done twice."""

    def twice(http: httpx2.Client) -> tuple[Any, Any]:
        act.do(Client(http.request, scene.ids))
        after = view(http.request)
        if act.is_once:
            return after, after
        act.do(Client(http.request, scene.ids))
        return after, view(http.request)

    seen: tuple[Any, Any] = scene.run(twice)
    return seen


def one_death(scene: Scene, act: Act, number: int, after: Any, again: Any) -> str | None:
    """Die at the `number`-th place; where that was."""
    is_told = False
    with Crashing(scene.data) as server, scene.client(server.url) as http:
        client = Client(http.request, scene.ids)
        server.arm(number)
        try:
            act.do(client)
            is_told = True
        except httpx2.TransportError:
            pass
        died_at = server.place()
    assert findings(scene.data) == [], died_at

    def go_on(http: httpx2.Client) -> None:
        there = view(http.request)
        assert there in ((after,) if is_told else (scene.before, after)), died_at
        if not is_told:
            client.send = http.request
            act.do(client)
            assert view(http.request) in ((after,) if there == scene.before else (after, again)), died_at

    scene.run(go_on, later_s=AFTER_S)
    assert findings(scene.data) == [], died_at
    assert leftovers(scene.data) == set(), died_at
    return died_at
