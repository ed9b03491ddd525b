"""The journal on the console."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def ada(world: World) -> Iterator[Visitor]:
    visitor = Visitor(world)
    assert visitor.log_in().status_code == 303
    yield visitor
    visitor.close()


def test_lines_are_listed_searched_and_opened(world: World, ada: Visitor) -> None:
    token = world.token()
    for number in range(60):
        world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": f"folder {number:02}"})
    shown = ada.get("/admin/logs?type=folder.created").text
    assert shown.count("Created a folder</td>") + shown.count("Created a folder </td>") >= 1
    assert "folder 59" in shown
    assert "folder 09" not in shown
    older = shown.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "folder 09" in ada.get(older).text
    line = world.send("GET", "/api/logs?limit=1&type=folder.created", token=token).json()[0]
    one = ada.get(f"/admin/logs/{line['id']}").text
    assert line["request_id"] in one
    assert "folder 59" in one
    assert ada.get("/admin/logs/1").status_code == 404
    assert "No line matches." in ada.get("/admin/logs?object=nothing").text


def test_how_far_the_journal_is_sealed_stands_below_it_to_be_noted(world: World, ada: Visitor) -> None:
    sealed = re.compile(r"<code>1:[0-9a-f]{64}</code>")
    assert not sealed.search(ada.get("/admin/logs").text)
    world.pass_time(60)
    world.do_jobs()
    assert world.until(lambda: sealed.search(ada.get("/admin/logs").text) is not None)


def test_signing_in_and_failing_to_are_written_down_without_what_was_typed(world: World, ada: Visitor) -> None:
    stranger = Visitor(world)
    stranger.log_in("ada", "a password that is wrong")
    stranger.log_in("my password by mistake", "x")
    assert world.until(lambda: "login.refused" in world.audit())
    shown = ada.get("/admin/logs?type=login.refused").text
    assert "Failed to sign in" in shown.partition("<tbody")[2]
    assert "mistake" not in ada.get("/admin/logs").text
    assert "Signed in" in ada.get("/admin/logs?type=login").text.partition("<tbody")[2]
    stranger.close()


def test_what_was_searched_is_exported_as_a_sheet_for_who_administers(world: World, ada: Visitor) -> None:
    token = world.token()
    for name in ("=cmd()", "Été"):
        world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": name})
    sheet = ada.get("/admin/logs/export?type=folder.created")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert sheet.headers["content-disposition"] == 'attachment; filename="journal.csv"'
    assert sheet.headers["cache-control"] == "no-store"
    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert ",Été," in lines[1]
    assert ",'=cmd()," in lines[2]
    world.person("bob")
    bob = Visitor(world)
    assert bob.get("/admin/logs/export").status_code == 303
    bob.log_in("bob", "bob has a long password")
    assert bob.get("/admin/logs/export").status_code == 403
    bob.close()


@pytest.mark.parametrize(
    "query",
    ["since=2026-13-01", "until=9999-12-31", "since=0001-01-01", "user=x", "below=-4", "type=nothing", "page=x"],
)
def test_what_cannot_be_read_asks_for_nothing(ada: Visitor, query: str) -> None:
    assert ada.get(f"/admin/logs?{query}").status_code == 200
