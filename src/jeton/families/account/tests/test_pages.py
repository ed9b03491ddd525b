"""One's own account on the console: the picture, and the login sessions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.pictures import png
from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


def visit(world: World, login: str) -> Visitor:
    visitor = Visitor(world)
    assert visitor.log_in(login, f"{login} has a long password").status_code == 303
    return visitor


@pytest.fixture
def ana(world: World) -> Iterator[Visitor]:
    world.person("ana")
    visitor = visit(world, "ana")
    yield visitor
    visitor.close()


def do(visitor: Visitor, path: str, act: str, **fields: str) -> int:
    visitor.get("/account")
    return visitor.post(path, {"csrf": visitor.hidden()["csrf"], "act": act, **fields}).status_code


def test_other_sessions_are_seen_and_ended(world: World, ana: Visitor) -> None:
    other, third = visit(world, "ana"), visit(world, "ana")
    shown = ana.get("/account/sessions").text
    assert shown.count("This one") == 1
    session = shown.partition('name="session" value="')[2].partition('"')[0]
    assert do(ana, "/account/sessions", "end", session=session) == 303
    assert sorted(visitor.get("/account").status_code for visitor in (other, third)) == [200, 303]
    assert do(ana, "/account/sessions", "end_others") == 303
    assert [visitor.get("/account").status_code for visitor in (other, third, ana)] == [303, 303, 200]
    assert ana.get("/account/sessions").text.count("<tr role") == 2
    assert world.audit()[-2:] == ["session.ended", "session.ended"]
    other.close()
    third.close()


def test_nobody_ends_a_session_of_somebody_else(world: World, ana: Visitor) -> None:
    world.person("bob")
    bob = visit(world, "bob")
    bob_id = world.read(lambda work: work.people.find_by_identifier("bob"))
    assert bob_id is not None
    (session,) = world.read(lambda work: work.login_sessions.of_user(bob_id.id))
    for number in (str(session.id), "1", "", "x", "9" * 30):
        assert do(ana, "/account/sessions", "end", session=number) == 404
    assert bob.get("/account").status_code == 200
    assert str(session.id) not in ana.get("/account/sessions").text
    bob.close()


def test_sessions_that_are_over_are_not_listed(world: World, ana: Visitor) -> None:
    world.pass_time(2 * 3600)
    again = visit(world, "ana")
    assert again.get("/account/sessions").text.count("<tr role") == 2
    again.close()


def test_a_picture_is_shown_and_removed(world: World, ana: Visitor) -> None:
    person = world.read(lambda work: work.people.find_by_identifier("ana"))
    assert person is not None
    assert "data:image/png" not in ana.get("/account").text
    world.write(lambda work: work.people.set_picture(person.id, png()))
    assert "data:image/png;base64," in ana.get("/account").text
    assert do(ana, "/account", "no_picture") == 303
    assert "data:image/png" not in ana.get("/account").text


def test_a_picture_is_sent_by_the_form(ana: Visitor) -> None:
    for content, status in ((png(), 303), (b"not an image", 422)):
        ana.get("/account")
        sent = ana.post("/account", {"act": "picture"}, files={"picture": ("me.png", content, "image/png")})
        assert sent.status_code == status
    assert "data:image/png;base64," in ana.get("/account").text


def test_without_a_chosen_image_the_page_says_so(ana: Visitor) -> None:
    assert do(ana, "/account", "picture") == 422
    assert "Choose an image first." in ana.page.text
