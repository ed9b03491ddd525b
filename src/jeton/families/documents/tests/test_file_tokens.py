"""Tokens that open one file without a bearer: what they open, for whom, and what ends them (decision 0022)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.families.applications import service as applications
from jeton.families.applications.model import ChangeApplication
from jeton.families.users import service as users
from jeton.families.users.model import ChangeUser
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import FileId, FolderId, TokenId
from jeton.kernel.people import User
from jeton.kernel.scopes import Scopes
from jeton.kernel.tree import Right
from jeton.testing.world import PUBLIC_URL, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


class Link:
    """A file that a person may download by a folder's rights, and the token by which they ask for links."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bob: User = world.person("bob")
        self.server = world.token("files.readwrite files.read")
        made = world.send("POST", "/api/folder", token=self.server, json={"parent_id": 1, "name": "shared"})
        self.folder = made.json()["id"]
        form = {"targetFile": ("note.txt", b"0123456789")}
        sent = world.send("POST", "/api/file/upload", token=self.server, data={"folderId": self.folder}, files=form)
        self.file = sent.json()["id"]
        self.give(Right.BROWSE | Right.READ | Right.DOWNLOAD)
        self.token = world.token("files.read", person=self.bob)

    def give(self, rights: Right) -> None:
        self.world.write(
            lambda work: work.entries.put(
                FolderId(self.folder), self.bob.id, rights, by=self.world.admin.id, now=work.now
            )
        )

    def ask(self, kind: str = "download", **options: Any) -> httpx2.Response:
        return self.world.send("POST", f"/api/token/file/{self.file}/{kind}", token=self.token, **options)

    def new(self) -> str:
        answer = self.ask()
        assert answer.status_code == 200, answer.text
        text: str = answer.json()["token"]
        return text

    def open(self, text: str, method: str = "GET", **options: Any) -> httpx2.Response:
        return self.world.send(method, "/api/file/download", params={"token": text}, **options)

    def open_from(self, address: str, text: str) -> int:
        """Open from another address; what status came."""
        transport = httpx2.ASGITransport(app=self.world.running.app, client=(address, 1))

        async def go() -> int:
            async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
                return (await client.get("/api/file/download", params={"token": text})).status_code

        return self.world.run(go())


@pytest.fixture
def link(world: World) -> Link:
    return Link(world)


def is_over(answer: httpx2.Response) -> bool:
    return (answer.status_code, answer.json().get("code")) == (403, "file_token_over")


def test_a_link_opens_its_file_without_a_bearer_and_resumes(link: Link) -> None:
    asked = link.ask()
    assert set(asked.json()) == {"token", "expires_in"}
    assert asked.json()["expires_in"] == 300
    assert asked.headers["cache-control"] == "no-store"
    text = asked.json()["token"]
    assert link.open(text, "HEAD").headers["content-length"] == "10"
    whole = link.open(text)
    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert whole.headers["content-disposition"].startswith("attachment; ")
    assert whole.headers["referrer-policy"] == "no-referrer"
    headers = {"Range": "bytes=4-", "If-Range": whole.headers["etag"]}
    assert link.open(text, headers=headers).content == b"456789"
    assert link.world.audit()[-2:] == ["file.token_made", "file.token_used"]


def test_dl_11_a_link_is_good_for_the_address_that_used_it_first(link: Link) -> None:
    text = link.new()
    assert link.open_from("192.0.2.7", text) == 200
    assert is_over(link.open(text))
    assert link.open_from("192.0.2.7", text) == 200


def test_dl_11_a_link_ends_by_itself(link: Link) -> None:
    unused, used = link.new(), link.new()
    link.world.pass_time(299)
    assert link.open(used).status_code == 200
    link.world.pass_time(1)
    assert is_over(link.open(unused))
    link.world.pass_time(15 * 60 - 2)
    assert link.open(used).status_code == 200
    link.world.pass_time(1)
    assert is_over(link.open(used))


def test_dl_11_a_link_that_was_altered_opens_nothing(link: Link) -> None:
    text = link.new()
    number, _, secret = text.removeprefix("jt_ft_").partition(".")
    other = link.new()
    for altered in (
        "", "x", text[:-1], text[:-1] + ("A" if text[-1] != "A" else "B"), text.replace("jt_ft_", "jt_at_"),
        f"jt_ft_{int(number) + 1}.{secret}", f"jt_ft_{number}.{other.partition('.')[2]}", link.token,
    ):  # fmt: skip
        assert is_over(link.open(altered)), altered
    assert link.world.send("POST", "/api/file/download", params={"token": text}).status_code == 405
    assert link.world.send("GET", "/api/file/download").status_code == 422
    bearer = link.world.send("GET", f"/api/file/{link.file}/download", token=text)
    assert bearer.status_code == 401


def cut(link: Link, name: str) -> None:
    """Take away one thing on which a link rests."""
    world = link.world
    number = TokenId(int(link.token.removeprefix("jt_at_").partition(".")[0]))
    found = world.read(lambda work: work.tokens.find(number))
    assert found is not None
    client = found.client_id

    def change(command: ChangeApplication) -> None:
        world.write(lambda work: applications.change(work, OPERATOR, command))

    cuts: dict[str, Callable[[], object]] = {
        "right": lambda: link.give(Right.BROWSE | Right.READ),
        "sight": lambda: link.give(Right.NONE),
        "file": lambda: world.send("DELETE", f"/api/file/{link.file}", token=link.server),
        "person": lambda: world.write(
            lambda work: users.change(work, OPERATOR, ChangeUser(user=link.bob.id, is_active=False))
        ),
        "application": lambda: change(ChangeApplication(client_id=client, is_suspended=True)),
        "scope": lambda: change(ChangeApplication(client_id=client, scopes=Scopes.parse("tags.read"))),
        "token": lambda: world.write(lambda work: work.tokens.revoke(number, work.now)),
    }
    cuts[name]()


@pytest.mark.parametrize("name", ["right", "sight", "file", "person", "application", "scope", "token"])
def test_dl_12_a_link_ends_with_what_it_rests_on_from_the_next_request(link: Link, name: str) -> None:
    unused, used = link.new(), link.new()
    assert link.open(used).status_code == 200
    cut(link, name)
    assert is_over(link.open(used))
    assert is_over(link.open(unused))


def test_a_link_for_a_download_asks_the_right_to_download(link: Link) -> None:
    link.give(Right.BROWSE | Right.READ)
    assert (link.ask().status_code, link.ask().json()["code"]) == (403, "right_missing")
    link.give(Right.NONE)
    assert link.ask().status_code == 404
    assert link.ask("nonsense").status_code == 422


def test_only_a_digest_of_a_link_is_kept_and_it_is_swept(link: Link) -> None:
    text = link.new()
    number = int(text.removeprefix("jt_ft_").partition(".")[0])
    kept = link.world.read(lambda work: work.file_tokens.find(number))
    assert kept is not None
    assert (kept.file, kept.claimed_by) == (FileId(link.file), None)
    assert text.encode() not in kept.digest
    assert text not in link.world.log.getvalue()
    link.world.pass_time(3600)
    link.world.do_jobs()
    assert link.world.until(lambda: link.world.read(lambda work: work.file_tokens.find(number)) is None)


def test_a_server_application_asks_for_a_person_s_link_in_their_name(world: World, link: Link) -> None:
    acting = world.token("files.read users.readwrite users.read")
    path = f"/api/token/file/{link.file}/download"
    asked = world.send("POST", path, token=acting, headers={"As": str(link.bob.id)})
    assert asked.status_code == 200, asked.text
    assert link.open(asked.json()["token"]).status_code == 200
    again = world.send("POST", path, token=acting, headers={"As": str(link.bob.id)}).json()["token"]
    link.give(Right.BROWSE)
    assert is_over(link.open(again))
