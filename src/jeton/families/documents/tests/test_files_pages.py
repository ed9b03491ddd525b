"""The pages of files, without scripts: folders walked, sorted, filled, emptied; files with their versions and locks."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from jeton.kernel.people import User
from jeton.testing.browsing import Visitor
from jeton.testing.world import World


class Desk:
    """A person at the pages of files, and an application of theirs that fills folders."""

    def __init__(self, world: World, person: User) -> None:
        self.world = world
        self.root = int(person.private_root)
        self.person = person
        self.token = world.token(person=person)
        self.visitor = Visitor(world)
        assert self.visitor.log_in(person.login, f"{person.login} has a long password").status_code == 303

    def folder(self, name: str, parent: int | None = None) -> int:
        body = {"parent_id": parent or self.root, "name": name}
        return int(self.world.send("POST", "/api/folder", token=self.token, json=body).json()["id"])

    def file(self, name: str, content: bytes = b"hello", parent: int | None = None) -> int:
        files, data = {"targetFile": (name, content)}, {"folderId": str(parent or self.root)}
        answer = self.world.send("POST", "/api/file/upload", token=self.token, data=data, files=files)
        return int(answer.json()["id"])

    def text(self, path: str) -> str:
        page = self.visitor.get(path)
        assert page.status_code == 200, page.text
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text.partition("<main")[2])).split())

    def names(self, path: str) -> list[str]:
        self.visitor.get(path)
        return [unescape(name) for name in re.findall(r'data-name="([^"]*)"', self.visitor.page.text)]

    def do(self, path: str, act: str, **fields: str) -> str:
        """Where an act leads."""
        self.visitor.get("/account")
        sent = self.visitor.post(path, {"csrf": self.visitor.hidden()["csrf"], "act": act, **fields})
        assert sent.status_code == 303, (sent.status_code, sent.text[-2000:])
        return sent.headers["location"]

    def refused(self, path: str, act: str, **fields: str) -> int:
        self.visitor.get("/account")
        return self.visitor.post(path, {"csrf": self.visitor.hidden()["csrf"], "act": act, **fields}).status_code


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def ana(world: World) -> Iterator[Desk]:
    desk = Desk(world, world.person("ana"))
    yield desk
    desk.visitor.close()


def test_the_way_in_is_by_the_places_that_one_sees(ana: Desk) -> None:
    assert "Your private space" in ana.text("/files")
    assert f'href="/files/{ana.root}"' in ana.visitor.page.text
    assert "This folder is empty." in ana.text(f"/files/{ana.root}")
    assert ana.visitor.get("/files/1").status_code == 404  # the company's space is not open to her
    assert ana.visitor.get("/files/file/999").status_code == 404


def test_a_folder_is_made_entered_renamed_and_a_taken_name_is_told(ana: Desk) -> None:
    here = f"/files/{ana.root}"
    assert ana.do(here, "make", name="Letters").startswith(here)
    assert ana.names(here) == ["Letters"]
    assert ana.refused(here, "make", name="Letters") == 422
    assert 'id="name-error"' in ana.visitor.page.text
    assert '<details class="second plain" open>' in ana.visitor.page.text
    assert ana.refused(here, "make", name="a/b") == 422
    letters = int(re.findall(r'data-row="folder-(\d+)"', ana.visitor.get(here).text)[0])
    ana.do(f"/files/{letters}", "rename", name="Old letters")
    assert ana.names(here) == ["Old letters"]
    ana.do(here, "rename", name="Older", subfolder_id=str(letters))
    assert ana.names(here) == ["Older"]


def test_what_is_listed_is_sorted_folders_first_and_paged(ana: Desk) -> None:
    here = f"/files/{ana.root}"
    ana.folder("zoo")
    ana.file("Bee.txt", b"1")
    ana.file("ant.txt", b"four")
    assert ana.names(here) == ["zoo", "ant.txt", "Bee.txt"]
    assert ana.names(f"{here}?order=name&reversed=1") == ["zoo", "Bee.txt", "ant.txt"]
    assert ana.names(f"{here}?order=size") == ["zoo", "Bee.txt", "ant.txt"]
    assert ana.names(f"{here}?order=nonsense&page=99&undo=x,1") == ["zoo", "ant.txt", "Bee.txt"]
    many = ana.folder("many")
    for number in range(101):
        ana.folder(f"f{number:03}", many)
    assert len(ana.names(f"/files/{many}")) == 100
    assert ana.names(f"/files/{many}?page=2") == ["f100"]


def test_what_is_ticked_is_deleted_at_once_and_brought_back_by_undo(ana: Desk) -> None:
    here, folder, file = f"/files/{ana.root}", ana.folder("Letters"), ana.file("note.txt")
    after = ana.do(here, "delete", **{f"folder-{folder}": "1", f"file-{file}": "1"})
    assert "Undo the deletion" in ana.text(after)
    assert ana.names(here) == []
    entries = re.findall(r'name="entries" value="([^"]*)"', ana.visitor.get(after).text)[0]
    ana.do(here, "undo", entries=entries)
    assert ana.names(here) == ["Letters", "note.txt"]
    assert "Undo" not in ana.text(after)  # they are in the trash no more
    assert ana.refused(here, "delete", **{f"folder-{folder}": "1", "file-999": "1"}) == 404
    assert ana.names(here) == ["Letters", "note.txt"]  # all or nothing


def test_what_is_ticked_goes_to_a_place_found_by_walking(ana: Desk) -> None:
    here, target, file = f"/files/{ana.root}", ana.folder("Archive"), ana.file("note.txt")
    asked = ana.do(here, "choose", **{f"file-{file}": "1"})
    assert asked == f"{here}/move?file-{file}=1"
    assert "note.txt" in ana.text(asked)
    assert "Move into “Archive”" in ana.text(f"{asked}&in={target}")
    assert ana.do(f"{asked}&in={target}", "copy", target_id=str(target), **{f"file-{file}": "1"}).startswith(
        f"/files/{target}"
    )
    assert (ana.names(here), ana.names(f"/files/{target}")) == (["Archive", "note.txt"], ["note.txt"])
    assert ana.refused(f"{asked}&in={target}", "move", target_id=str(target), **{f"file-{file}": "1"}) == 403
    ana.do(f"/files/file/{file}", "rename", name="other.txt")
    ana.do(f"{asked}&in={target}", "move", target_id=str(target), **{f"file-{file}": "1"})
    assert (ana.names(here), ana.names(f"/files/{target}")) == (["Archive"], ["note.txt", "other.txt"])
    assert "Nothing is selected" in ana.text(f"{here}/move")


def test_what_is_ticked_is_downloaded_as_one_archive(ana: Desk) -> None:
    here, folder, file = f"/files/{ana.root}", ana.folder("Letters"), ana.file("note.txt")
    asked = ana.do(here, "download", **{f"folder-{folder}": "1", f"file-{file}": "1"})
    archive = ana.visitor.get(asked)
    assert (archive.status_code, archive.headers["content-type"]) == (200, "application/zip")
    assert ana.do(here, "download") == here


def test_a_file_s_page_tells_its_versions_and_brings_one_back(ana: Desk) -> None:
    first = ana.file("note.txt", b"one")
    second = ana.file("note.txt", b"two and more")
    assert "Versions" in ana.text(f"/files/file/{first}")  # an older id leads to the file all the same
    assert f'href="/session/file/{second}/download"' in ana.visitor.page.text
    assert ana.visitor.get(f"/session/file/{first}/download").content == b"one"
    after = ana.do(f"/files/file/{second}", "restore", version_id=str(first))
    current = int(after.partition("?")[0].rpartition("/")[2])
    assert ana.visitor.get(f"/session/file/{current}/download").content == b"one"
    ana.do(f"/files/file/{current}", "destroy", version_id=str(second))
    assert ana.visitor.get(f"/session/file/{second}/download").status_code == 404
    assert ana.refused(f"/files/file/{current}", "destroy", version_id=str(current)) == 409


def test_a_lock_is_taken_shown_to_others_and_released(world: World, ana: Desk) -> None:
    file = ana.file("note.txt")
    ben = Desk(world, world.person("ben"))
    given = {"folder_id": ana.root, "target_id": str(ben.person.id), **dict.fromkeys(("browse", "read", "edit"), True)}
    assert world.send("POST", "/api/right", token=ana.token, json=given).status_code == 201
    ana.do(f"/files/file/{file}", "lock", kind="lock")
    assert "Locked by ana" in ben.text(f"/files/{ana.root}")
    assert "Rename" not in ben.text(f"/files/file/{file}")
    assert ben.refused(f"/files/file/{file}", "rename", name="mine.txt") == 403
    ana.do(f"/files/file/{file}", "release")
    ben.do(f"/files/file/{file}", "rename", name="ours.txt")
    assert ana.names(f"/files/{ana.root}") == ["ours.txt"]
    ben.visitor.close()


def test_who_may_only_read_is_offered_nothing_else(world: World, ana: Desk) -> None:
    ana.file("note.txt")
    ben = Desk(world, world.person("ben"))
    given = {"folder_id": ana.root, "target_id": str(ben.person.id), "browse": True, "read": True}
    assert world.send("POST", "/api/right", token=ana.token, json=given).status_code == 201
    assert "Shared with you" in ben.text("/files")
    assert "note.txt" in ben.text(f"/files/{ana.root}")
    for offer in ("data-upload", "/session/zip", '"make"', '"delete"', '"download"', '"rename"'):
        assert offer not in ben.visitor.page.text, offer
    assert ben.refused(f"/files/{ana.root}", "make", name="mine") == 403
    ben.visitor.close()


def test_sizes_are_said_in_the_language_of_the_page(ana: Desk) -> None:
    ana.file("note.txt", b"x" * 12_345)
    assert "12.3\N{NO-BREAK SPACE}kB" in ana.visitor.get(f"/files/{ana.root}").text
    french = ana.visitor.get(f"/files/{ana.root}", **{"Accept-Language": "fr"}).text
    assert "12,3\N{NO-BREAK SPACE}ko" in french
