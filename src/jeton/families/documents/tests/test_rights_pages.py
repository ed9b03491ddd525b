"""The rights of folders on the console, without scripts."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.ports import Work
from jeton.kernel.tree import COMPANY_ROOT, Right
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


def folder(world: World, name: str, parent: FolderId = COMPANY_ROOT) -> FolderId:
    def make(work: Work) -> FolderId:
        top = work.doors.folder(OPERATOR, parent, Right.WRITE)
        return work.tree.add_folder(
            top, name, owner=PrincipalId(0), created_at=work.now, modified_at=work.now, now=work.now
        )

    return world.write(make)


def given(world: World, place: FolderId) -> dict[str, Right]:
    def look(work: Work) -> dict[str, Right]:
        return {
            entry.target_name: entry.rights
            for entry in work.entries.of_folder(work.doors.folder(OPERATOR, place, Right.NONE))
        }

    return world.read(look)


def do(visitor: Visitor, path: str, act: str, **fields: str) -> int:
    visitor.get("/account")
    return visitor.post(path, {"csrf": visitor.hidden()["csrf"], "act": act, **fields}).status_code


def text(visitor: Visitor) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", visitor.page.text.partition("<main")[2])).split())


def test_rights_are_given_changed_and_taken_back_in_the_three_simple_words(world: World, ada: Visitor) -> None:
    ana, place = world.person("ana"), folder(world, "Contrats")
    path = f"/folders/{place}"
    ada.get("/folders")
    ada.get("/folders/1")
    assert "Contrats" in text(ada)
    ada.get(f"{path}?find=an")
    made = ada.post(f"{path}?find=an", {"act": "give", "target_id": str(ana.id), "read": "1", "modify": "1"})
    assert (made.status_code, made.headers["location"]) == (303, f"{path}?done=folder.rights.give")
    assert given(world, place) == {"ana": Right.ALL & ~Right.SHARE}
    ada.get(made.headers["location"])
    assert "The rights are given." in text(ada)
    entry = re.search(r'name="right_id" value="(\d+)"', ada.page.text)
    assert entry is not None
    assert do(ada, path, "change", right_id=entry[1], read="1", invite="1") == 303
    assert given(world, place) == {"ana": Right.BROWSE | Right.READ | Right.DOWNLOAD | Right.SHARE}
    assert do(ada, path, "change", right_id=entry[1]) == 303
    ada.get(path)
    assert (given(world, place), "No access" in text(ada)) == ({"ana": Right.NONE}, True)
    assert do(ada, path, "withdraw", right_id=entry[1]) == 303
    assert given(world, place) == {}


def test_what_the_simple_words_cannot_say_is_shown_and_kept_flag_by_flag(world: World, ada: Visitor) -> None:
    ana, place = world.person("ana"), folder(world, "Contrats")
    entry = world.write(
        lambda work: work.entries.put(place, ana.id, Right.BROWSE | Right.WRITE, by=ana.id, now=work.now)
    )
    ada.get(f"/folders/{place}")
    assert all(word in text(ada) for word in ("pass through", "add", "share"))
    assert do(ada, f"/folders/{place}", "change", right_id=str(entry), detailed="1", browse="1", write="1") == 303
    assert given(world, place) == {"ana": Right.BROWSE | Right.WRITE}


def test_what_comes_from_above_names_the_nearest_folder_that_says_so(world: World, ada: Visitor) -> None:
    ana, lawyers = world.person("ana"), world.group("Lawyers")
    outer = folder(world, "Outer")
    inner = folder(world, "Inner", outer)

    def give(work: Work) -> None:
        for place, target in ((COMPANY_ROOT, ana.id), (outer, ana.id), (COMPANY_ROOT, lawyers.id)):
            work.entries.put(place, target, Right.READ, by=ana.id, now=work.now)

    world.write(give)
    ada.get(f"/folders/{inner}")
    _, _, above = text(ada).partition("Coming from above")
    assert re.search(r"Lawyers Group .* Company ana Person .* Outer", above)
    do(ada, f"/folders/{inner}", "give", target_id=str(ana.id), read="1")
    ada.get(f"/folders/{inner}")
    assert "ana Person" not in text(ada).partition("Coming from above")[2]


def test_what_cannot_be_given_is_told_and_changes_nothing(world: World, ada: Visitor) -> None:
    ana, place = world.person("ana"), folder(world, "Contrats")
    path = f"/folders/{place}"
    assert do(ada, path, "give", target_id=str(ana.id), read="1") == 303
    before = given(world, place)
    assert do(ada, path, "give", target_id=str(ana.id), modify="1") == 409
    assert "has rights on this folder already" in text(ada)
    for nobody in ("999999", "", "ana", "-1", "1" * 40):
        assert do(ada, path, "give", target_id=nobody, read="1") == 422
    assert do(ada, path, "change", right_id="999999", read="1") == 404
    assert do(ada, path, "withdraw", right_id="") == 404
    assert ada.get("/folders/999999").status_code == 404
    assert ada.get("/folders/abc").status_code == 404
    assert given(world, place) == before


def test_a_person_gives_rights_in_their_own_space_and_nowhere_else(world: World) -> None:
    ana, bob = world.person("ana"), world.person("bob")
    place = folder(world, "Contrats")
    world.write(lambda work: work.entries.put(place, ana.id, Right.ALL, by=ana.id, now=work.now))
    visitor = Visitor(world)
    assert visitor.log_in("ana", "ana has a long password").status_code == 303
    visitor.get("/folders")
    assert f'href="/folders/{ana.private_root}"' in visitor.page.text
    assert 'href="/folders/1"' not in visitor.page.text
    mine = f"/folders/{ana.private_root}"
    visitor.get(f"{mine}?find=bo")
    assert "bob" not in text(visitor).replace("“bo”", "")
    visitor.get(f"{mine}?find=bob")
    assert visitor.post(f"{mine}?find=bob", {"act": "give", "target_id": str(bob.id), "read": "1"}).status_code == 303
    assert visitor.get(f"/folders/{place}").status_code == 403
    assert visitor.get("/folders/1").status_code == 404
    assert visitor.get(f"/folders/{bob.private_root}").status_code == 404
    assert do(visitor, f"/folders/{place}", "give", target_id=str(bob.id), read="1") == 403
    assert given(world, place) == {"ana": Right.ALL}
    visitor.close()
