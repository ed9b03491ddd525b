"""What was done to files and folders, over the API: in which numbers, for whom, and nothing of what is out of sight."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.families.documents.tests.test_rights import READER, Scene
from jeton.kernel.activity import CODES, EventType
from jeton.kernel.logs import ACTIONS
from jeton.testing.world import World

ABOUT_NODES = re.compile(r"(file|folder|lock|right|trash)\.")
GONE = {"file.destroyed", "folder.destroyed", "trash.destroyed", "trash.emptied", "trash.purged"}
"""Acts after which there is nothing left to ask about."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("activity") / "data") as world:
        yield world


@pytest.fixture
def scene(world: World) -> Scene:
    world.pass_time(1)
    return Scene(world, int(world.now))


def told(scene: Scene, path: str, *, token: str | None = None, **query: str) -> list[dict[str, Any]]:
    answer = scene.world.send("GET", f"/api/{path}", token=token or scene.server, params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def codes(events: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(event["type"], event["subtype"]) for event in events]


def changed(scene: Scene, path: str, body: dict[str, object], *, method: str = "PUT") -> None:
    answer = scene.world.send(method, f"/api/{path}", token=scene.server, json=body)
    assert answer.is_success, answer.text


def test_every_act_on_files_and_folders_has_its_number() -> None:
    assert {action for action in ACTIONS if ABOUT_NODES.match(action)} == set(CODES) | GONE
    assert len(set(CODES.values())) == len(CODES)
    page = Path("docs/divergences.md").read_text()
    assert all(f"{number.value} " in page for number in EventType)


def test_a_file_s_timeline_tells_its_acts_the_newest_first_in_all_its_versions(scene: Scene) -> None:
    first = scene.uploaded(scene.top, "a.txt").json()["id"]
    file = scene.uploaded(scene.top, "a.txt").json()["id"]
    changed(scene, f"file/{file}", {"name": "b.txt"})
    changed(scene, f"lock/{file}", {})
    events = told(scene, f"file/{file}/timeline")
    assert codes(events) == [(8, 1), (3, 1), (2, 1), (1, 1)]
    assert [event["data"] for event in events] == [
        {"name": "b.txt"}, {"name": "b.txt"}, {"name": "a.txt", "size": 5}, {"name": "a.txt", "size": 5}
    ]  # fmt: skip
    assert (events[0]["env"], events[0]["geo"], events[0]["extended"]) == ("api", "", [])
    assert told(scene, f"file/{first}/timeline") == events
    activity = told(scene, f"activity/file/{file}")
    assert activity == [{name: event[name] for name in ("date", "owner", "owner_id", "type")} for event in events]
    assert told(scene, f"file/{file}/timeline", offset="1", limit="2") == events[1:3]


def test_a_folder_s_timeline_tells_of_what_one_sees_directly_in_it_and_of_nothing_else(scene: Scene) -> None:
    seen, hidden = scene.made(scene.top, "seen"), scene.made(scene.top, "hidden")
    scene.uploaded(scene.top, "a.txt")
    scene.uploaded(seen, "deep.txt")
    scene.uploaded(hidden, "secret.txt")
    scene.gives(scene.top, READER)
    scene.gives(hidden, {})
    mine = told(scene, f"folder/{scene.top}/timeline", token=scene.theirs)
    assert codes(mine) == [(1, 1), (1, 2), (1, 2)]
    assert [event["data"]["name"] for event in mine[:2]] == ["a.txt", "seen"]
    assert told(scene, f"activity/folder/{scene.top}", token=scene.theirs)[0]["type"] == EventType.MADE
    whole = told(scene, f"folder/{scene.top}/timeline")
    assert codes(whole) == [(10, 1), (10, 1), (1, 1), (1, 2), (1, 2), (1, 2)], "rights are told to who holds the space"
    only_passing = scene.world.person(f"passing{scene.top}")
    scene.gives(scene.top, {"browse": True, "write": True}, to=only_passing.id)
    passing = told(scene, f"folder/{scene.top}/timeline", token=scene.world.token(person=only_passing))
    assert codes(passing) == [(1, 2)] * 3, "files are not seen without the right to read"
    for path in (f"folder/{hidden}/timeline", f"activity/folder/{hidden}"):
        assert scene.as_person("GET", f"/api/{path}").status_code == 404


def test_who_downloaded_a_file_is_told_to_who_holds_the_space_alone(scene: Scene) -> None:
    file = scene.uploaded(scene.top, "a.txt").json()["id"]
    scene.gives(scene.top, READER)
    for _ in range(3):
        assert scene.as_person("GET", f"/api/file/{file}/download").status_code == 200
    assert scene.as_person("HEAD", f"/api/file/{file}/download").status_code == 200

    def downloads() -> list[dict[str, Any]]:
        return [event for event in told(scene, f"file/{file}/timeline") if event["type"] == EventType.READ]

    assert scene.world.until(lambda: bool(downloads()))
    (event,) = downloads()
    assert (event["owner"], event["owner_id"]) == (scene.person.full_name, scene.person.id)
    assert codes(told(scene, f"file/{file}/timeline", token=scene.theirs)) == [(1, 1)]


def test_recent_files_are_those_that_one_sees_the_newest_version_first(scene: Scene) -> None:
    folder, other = scene.made(scene.top, "folder"), scene.made(scene.top, "other")
    scene.gives(folder, READER)
    names = [f"{scene.top}-{number}.txt" for number in range(3)]
    for name in (*names, names[0]):
        scene.uploaded(folder, name)
    scene.uploaded(other, "out of sight.txt")
    thrown = scene.uploaded(folder, "thrown.txt").json()["id"]
    assert scene.world.send("DELETE", f"/api/file/{thrown}", token=scene.server).is_success
    mine = told(scene, "file/activity", token=scene.theirs)
    assert [file["name"] for file in mine] == [names[0], names[2], names[1]]
    assert mine[0]["nb_versions"] == 2
    assert [file["name"] for file in told(scene, "file/activity", limit="2")] == ["out of sight.txt", names[0]]
    stranger = scene.world.token(person=scene.world.person(f"stranger{scene.top}"))
    assert told(scene, "file/activity", token=stranger) == []


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "1001"}, {"offset": "10001"}, {"offset": "-1"}])
def test_pages_are_bounded(scene: Scene, query: dict[str, str]) -> None:
    file = scene.uploaded(scene.top, "a.txt").json()["id"]
    for path in (f"file/{file}/timeline", f"activity/folder/{scene.top}"):
        refused = scene.world.send("GET", f"/api/{path}", token=scene.server, params=query)
        assert refused.status_code == 422
    assert scene.as_person("GET", f"/api/file/{file}/timeline").status_code == 404
