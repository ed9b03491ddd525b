"""A forgotten password: the link comes by mail, once, for a short time, and tells a stranger nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.smtp import MailCatcher, send_to
from jeton.testing.world import World

NEW = "a quite different phrase"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def catcher(world: World) -> Iterator[MailCatcher]:
    with MailCatcher() as made:
        world.write(lambda work: send_to(made, work))
        yield made


def ask(world: World, identifier: str, **headers: str) -> int:
    return world.send("POST", "/api/reset_password", json={"login_or_email": identifier}, headers=headers).status_code


def link_in(catcher: MailCatcher) -> str:
    found = re.search(r"http://127\.0\.0\.1:8080(/password/\S+)", catcher.mails[-1].get_content())
    assert found is not None
    return found[1]


def test_a_link_comes_by_mail_and_a_new_password_holds(world: World, catcher: MailCatcher) -> None:
    world.person("ben")
    assert ask(world, "ben@example.org") == 204
    world.deliver()
    visitor = Visitor(world)
    link = link_in(catcher)
    visitor.get(link)
    assert visitor.post(link, {"password": NEW, "repeated": NEW}).status_code == 303
    assert visitor.log_in("ben", NEW).status_code == 303
    world.deliver()
    assert [mail["Subject"] for mail in catcher.mails] == [
        "Choose a new password on Documents",
        "Your password on Documents was changed",
    ]
    visitor.close()


def test_au_08_a_reset_link_is_over_after_use_after_twenty_minutes_and_after_a_change_of_address(
    world: World, catcher: MailCatcher
) -> None:
    ben = world.person("ben")
    visitor = Visitor(world)
    for end in ("use", "time", "address"):
        assert ask(world, "ben") == 204
        world.deliver()
        link = link_in(catcher)
        visitor.get(link)
        if end == "use":
            assert visitor.post(link, {"password": NEW, "repeated": NEW}).status_code == 303
            world.deliver()
        elif end == "time":
            world.pass_time(1201)
        else:
            changed = world.send("PUT", f"/api/user/{ben.id}", token=world.token(), json={"email": "ben@example.net"})
            assert changed.status_code == 200
        assert visitor.get(link).status_code == 410
    world.deliver()
    assert (catcher.mails[-1]["To"], catcher.mails[-1]["Subject"]) == (
        "ben@example.org",
        "Your address on Documents was changed",
    )
    visitor.close()


def test_au_09_nobody_is_flooded_and_the_answer_is_the_same_for_everybody(world: World, catcher: MailCatcher) -> None:
    world.person("ben")
    world.person("gone", is_active=False)
    answers = {}
    for identifier in ("ben", "gone", "nobody"):
        answers[identifier] = [ask(world, identifier) for _ in range(12)]
        world.pass_time(601)
    world.deliver()
    assert answers["ben"] == answers["gone"] == answers["nobody"]
    assert answers["ben"].count(204) <= 10
    assert answers["ben"][-1] == 429
    assert len(catcher.mails) == 3


def test_au_10_the_link_has_the_configured_origin_whatever_the_request_says(world: World, catcher: MailCatcher) -> None:
    world.person("ben")
    ask(world, "ben", **{"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    world.deliver()
    text = catcher.mails[-1].get_content()
    assert "evil" not in text
    assert link_in(catcher).startswith("/password/")


def test_a_password_is_asked_for_on_the_console(world: World, catcher: MailCatcher) -> None:
    world.person("ben")
    visitor = Visitor(world)
    visitor.get("/login")
    assert 'href="/reset"' in visitor.page.text
    visitor.get("/reset")
    told = {name: visitor.post("/reset", {"login": name}).text for name in ("ben", "nobody")}
    assert "a link is on its way" in told["ben"]
    assert told["ben"] == told["nobody"]
    world.deliver()
    assert len(catcher.mails) == 1
    for _ in range(12):
        visitor.get("/reset")
        visitor.post("/reset", {"login": "ben"})
    assert visitor.page.status_code == 429
    visitor.close()


def test_without_a_mail_server_it_is_said(world: World) -> None:
    refused = world.send("POST", "/api/reset_password", json={"login_or_email": "ada"})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_mail_server")
    visitor = Visitor(world)
    assert "Ask your administrator" in visitor.get("/reset").text
    visitor.close()


def test_a_new_person_gets_their_first_link_by_mail(world: World, catcher: MailCatcher) -> None:
    token = world.token()
    for login, more in (
        ("one", {}),
        ("two", {"send_mail": False}),
        ("three", {"password": NEW}),
        ("four", {"language": "fr"}),
    ):
        body = {"login": login, "email": f"{login}@example.org", **more}
        assert world.send("POST", "/api/user", token=token, json=body).status_code == 201
    assert world.send("POST", "/api/user", token=token, json={"login": "none"}).status_code == 201
    world.deliver()
    assert sorted((mail["To"], mail["Subject"]) for mail in catcher.mails) == [
        ("four@example.org", "Votre compte sur Documents"),
        ("one@example.org", "Your account on Documents"),
    ]
    ada = Visitor(world)
    ada.log_in()
    ada.get("/admin/users/new")
    made = {"login": "five", "email": "five@example.org", "act": "create"}
    assert "is on its way" in ada.post("/admin/users/new", {**made, "send_mail": "1"}).text
    ada.get("/admin/users/new")
    assert "/password/" in ada.post("/admin/users/new", {**made, "login": "six"}).text
    world.deliver()
    assert catcher.mails[-1]["To"] == "five@example.org"
    ada.close()
