"""A selection as one archive: what is in it for whom, under which names, and what it costs (security.md AR)."""

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.edge.zips import MOST_AT_ONCE, Zips
from jeton.families.documents.model.zips import Paths, safe_segment
from jeton.kernel.blobs import Bundle
from jeton.kernel.ids import BlobId, FileId, FolderId, PrincipalId
from jeton.kernel.locks import LockKind
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.tree import Right, Strictness
from jeton.kernel.treeport import Content
from jeton.storage.blobs.disk import DiskBlobs
from jeton.testing.world import World


class Shelf:
    """Calls of a Server application, by which a tree is made and fetched."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.token = world.token("files.readwrite files.read")

    def folder(self, name: str, parent: int = 1) -> int:
        body = {"parent_id": parent, "name": name}
        made = self.world.send("POST", "/api/folder", token=self.token, json=body)
        assert made.status_code == 201, made.text
        number: int = made.json()["id"]
        return number

    def file(self, name: str, content: bytes = b"x", parent: int = 1, **query: str) -> int:
        form = {"targetFile": (name, content)}
        data = {"folderId": str(parent)}
        made = self.world.send("POST", "/api/file/upload", token=self.token, data=data, files=form, params=query)
        assert made.status_code == 201, made.text
        number: int = made.json()["id"]
        return number

    def fetch(self, token: str | None = None, **query: Any) -> httpx2.Response:
        return self.world.send("GET", "/api/zip", token=token or self.token, params=query)

    def names(self, token: str | None = None, **query: Any) -> list[str]:
        answer = self.fetch(token, **query)
        assert answer.status_code == 200, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            return archive.namelist()

    def let(self, person: User, folder: int, rights: Right) -> None:
        self.world.write(
            lambda work: work.entries.put(FolderId(folder), person.id, rights, by=self.world.admin.id, now=work.now)
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def shelf(world: World) -> Shelf:
    return Shelf(world)


def test_a_selection_comes_as_one_archive_with_names_and_dates(shelf: Shelf) -> None:
    top = shelf.folder("Été")
    shelf.folder("empty", top)
    shelf.file("日本.txt", b"hello", shelf.folder("in", top), modification="2020-02-02T02:02:02Z")
    alone = shelf.file("alone.bin", b"0123456789" * 300_000)
    answer = shelf.fetch(files=str(alone), folders=str(top), name="Mes fichiers")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].endswith("filename*=UTF-8''Mes%20fichiers.zip")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["alone.bin", "Été/", "Été/empty/", "Été/in/", "Été/in/日本.txt"]
        assert archive.read("Été/in/日本.txt") == b"hello"
        assert archive.getinfo("Été/in/日本.txt").date_time == (2020, 2, 2, 2, 2, 2)
        assert archive.read("alone.bin") == b"0123456789" * 300_000


def test_without_a_name_it_is_called_after_what_is_in_it(shelf: Shelf) -> None:
    one, two = shelf.folder("one"), shelf.folder("two")
    assert 'filename="one.zip"' in shelf.fetch(folders=str(one)).headers["content-disposition"]
    assert 'filename="Documents.zip"' in shelf.fetch(folders=f"{one},{two}").headers["content-disposition"]
    assert 'filename="a.ZIP"' in shelf.fetch(folders=str(one), name="a.ZIP").headers["content-disposition"]


def test_head_tells_the_length_alone(shelf: Shelf) -> None:
    path = f"/api/zip?folders={shelf.folder('one')}"
    head = shelf.world.send("HEAD", path, token=shelf.token)
    whole = shelf.world.send("GET", path, token=shelf.token)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "selection"),
        ({"files": ",".join(map(str, range(1, 1100)))}, "selection"),
        ({"files": "1,"}, "bad_ids"),
        ({"files": "x"}, "bad_ids"),
        ({"folders": "-1"}, "bad_ids"),
        ({"folders": "9" * 19}, "bad_ids"),
        ({"folders": "1", "name": "x" * 201}, "too_long"),
    ],
)
def test_a_selection_that_is_none_is_named(shelf: Shelf, query: dict[str, str], code: str) -> None:
    refused = shelf.fetch(**query)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize(
    "name",
    ["..\\..\\x", "C:\\x", "\\\\host\\share", "a:stream", "x\x01y", "nul\\..", ".. ", "...", "*?", "a/../b", "/"],
)
def test_ar_01_no_entry_leaves_its_folder_on_any_system(name: str) -> None:
    safe = safe_segment(name)
    assert not set(safe) & set('/\\:*?"<>|\x01')
    assert safe.strip(". ")
    assert "/" not in Paths().free("", name)


def test_ar_01_relaxed_names_are_made_safe_in_an_archive(tmp_path: Path) -> None:
    with World(tmp_path / "data", names=Strictness.RELAXED) as world:
        shelf = Shelf(world)
        top = shelf.folder("..\\..\\up")
        DiskBlobs(world.folder / "blobs").create(BlobId(1)).finish()
        made = world.write(lambda work: _plain(work, top, "C:\\evil.txt"))
        assert made
        assert shelf.names(folders=str(top)) == [".._.._up/", ".._.._up/C__evil.txt"]


def _plain(work: Work, folder: int, name: str) -> int:
    blob = BlobId(1)
    parent = work.tree.reread_folder(FolderId(folder))
    return work.tree.add_file(
        parent, name, Content(blob=blob, size_bytes=0, md5="", sha256=""), owner=PrincipalId(0),
        created_at=work.now, modified_at=work.now, now=work.now,
    )  # fmt: skip


def test_ar_05_names_that_some_system_takes_for_one_are_told_apart(shelf: Shelf) -> None:
    one, two = shelf.folder("one"), shelf.folder("two")
    same = [shelf.folder("Same", one), shelf.folder("same", two)]
    files = [shelf.file("a.txt", b"1", one), shelf.file("A.TXT", b"2", one), shelf.file("a.txt", b"3", two)]
    files += [shelf.file("SAME", b"4"), shelf.file(".profile", b"5", one), shelf.file(".PROFILE", b"6", two)]
    names = shelf.names(files=",".join(map(str, files)), folders=",".join(map(str, same)))
    assert names == [
        "a.txt", "A (2).TXT", "a (3).txt", "SAME", ".profile", ".PROFILE (2)", "Same (2)/", "same (3)/",
    ]  # fmt: skip
    assert len({name.casefold().rstrip("/") for name in names}) == len(names)


def test_fn_15_ten_thousand_names_that_are_one_are_told_apart_in_time() -> None:
    paths = Paths()
    started = time.process_time()
    given = {paths.free("x/", "name.txt" if number % 2 else "NAME.TXT").casefold() for number in range(10_000)}
    assert len(given) == 10_000
    assert time.process_time() - started < 2


def test_ar_07_what_one_may_not_download_is_absent_with_its_name(shelf: Shelf) -> None:
    bob = shelf.world.person("bob")
    token = shelf.world.token("files.read", person=bob)
    top = shelf.folder("top")
    for name, rights in (
        ("hidden", Right.NONE),
        ("seen", Right.BROWSE | Right.READ),
        ("passed", Right.BROWSE),
    ):
        below = shelf.folder(name, top)
        shelf.file("secret.txt", b"secret", below)
        shelf.let(bob, below, rights)
        if name == "passed":
            open_again = shelf.folder("open", below)
            shelf.file("again.txt", b"x", open_again)
            shelf.let(bob, open_again, Right.BROWSE | Right.READ | Right.DOWNLOAD)
    shelf.file("mine.txt", b"x", top)
    shelf.let(bob, top, Right.BROWSE | Right.READ | Right.DOWNLOAD)
    assert shelf.names(token, folders=str(top)) == [
        "top/", "top/mine.txt", "top/passed/open/", "top/passed/open/again.txt",
    ]  # fmt: skip
    everything = shelf.fetch(folders=str(top)).content
    assert everything.count(b"secret.txt") == 6
    assert b"secret" not in shelf.fetch(token, folders=str(top)).content


def test_a_file_that_somebody_locked_for_reading_too_is_absent(shelf: Shelf) -> None:
    top = shelf.folder("top")
    shelf.file("free.txt", b"x", top)
    number = shelf.file("locked.txt", b"x", top)
    bob = shelf.world.person("bob", is_administrator=True)

    def lock(work: Work) -> None:
        work.locks.take(work.tree.reread_file(FileId(number)), LockKind.READ_AND_WRITE, by=bob.id, now=work.now)

    shelf.world.write(lock)
    assert shelf.names(folders=str(top)) == ["top/", "top/free.txt"]
    assert shelf.names(shelf.world.token("files.read", person=bob), folders=str(top))[2:] == ["top/locked.txt"]


def test_ar_08_an_id_out_of_sight_refuses_the_whole(shelf: Shelf) -> None:
    bob, eve = shelf.world.person("bob"), shelf.world.person("eve")
    token = shelf.world.token("files.read", person=bob)
    mine, hidden, seen = shelf.folder("mine"), shelf.folder("hidden"), shelf.folder("seen")
    secret = shelf.file("secret.txt", b"secret", hidden)
    shelf.let(bob, mine, Right.BROWSE | Right.READ | Right.DOWNLOAD)
    shelf.let(bob, seen, Right.BROWSE | Right.READ)
    for query, status in (
        ({"folders": f"{mine},{hidden}"}, 404),
        ({"folders": str(mine), "files": str(secret)}, 404),
        ({"folders": f"{mine},{eve.private_root}"}, 404),
        ({"folders": f"{mine},999999"}, 404),
        ({"folders": f"{mine},{seen}"}, 403),
    ):
        refused = shelf.fetch(token, **query)
        assert refused.status_code == status, query
        assert b"secret" not in refused.content


def test_ar_09_one_person_fetches_few_at_a_time(world: World, shelf: Shelf) -> None:
    zips = Zips(DiskBlobs(world.folder / "blobs"), world.running.pool)
    nothing = Bundle(name="x.zip", entries=())
    bob, eve = PrincipalId(7), PrincipalId(8)
    under_way = [zips.answer(nothing, bob) for _ in range(MOST_AT_ONCE)]
    with pytest.raises(Exception, match="too_many_zips"):
        zips.answer(nothing, bob)
    world.run(zips.answer(nothing, eve).close())
    world.run(under_way[0].close())
    world.run(zips.answer(nothing, bob).close())
    world.run(under_way[1].close())
    top = shelf.folder("top")
    for _ in range(MOST_AT_ONCE + 1):  # what is over counts no more
        assert shelf.fetch(folders=str(top)).status_code == 200


def test_ar_09_an_archive_has_its_bounds(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    top = shelf.folder("many")
    for number in range(4):
        shelf.folder(str(number), shelf.folder(f"in {number}", top))
    assert len(shelf.names(folders=str(top))) == 9
    monkeypatch.setattr("jeton.families.documents.service.zips.MOST_ENTRIES", 8)
    refused = shelf.fetch(folders=str(top))
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_entries")
    monkeypatch.setattr("jeton.families.documents.service.zips.MOST_ENTRIES", 3)
    assert shelf.fetch(folders=str(top)).status_code == 422


def test_lost_bytes_never_give_a_shorter_archive(world: World, shelf: Shelf) -> None:
    top = shelf.folder("top")
    shelf.file("a.txt", b"x" * 10, top)
    for blob in (world.folder / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    announced = int(world.send("HEAD", f"/api/zip?folders={top}", token=shelf.token).headers["content-length"])
    broken = shelf.fetch(folders=str(top))
    assert len(broken.content) < announced
