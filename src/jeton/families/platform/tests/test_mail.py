"""The mail server's settings: kept sealed, never told, tested with a real mail; and mails on their way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jeton.kernel.configuration import SMTP_PASSWORD
from jeton.kernel.mail import LEASE
from jeton.kernel.ports import Work
from jeton.storage.sql.schema.mail import outbox
from jeton.storage.sql.statement import Sql
from jeton.storage.work import SqlWork
from jeton.testing.browsing import Visitor
from jeton.testing.smtp import MailCatcher, send_to
from jeton.testing.world import World

PASSWORD = "a password of the mail server"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token()


def settings(catcher: MailCatcher, **more: object) -> dict[str, Any]:
    own = {"smtp_host": "127.0.0.1", "smtp_port": catcher.port, "smtp_security": "none", "smtp_sender": "d@example.org"}
    return {"config": {**own, **more}}


def kept_password(world: World) -> str | None:
    return world.read(lambda work: work.platform.value(SMTP_PASSWORD))


def test_a_test_mail_arrives_and_the_server_is_quoted(world: World, token: str) -> None:
    with MailCatcher(password=PASSWORD) as catcher:
        body = settings(catcher, smtp_user="documents", smtp_password=PASSWORD, name="Mairie")
        assert world.send("PUT", "/api/config", token=token, json=body).status_code == 200
        sent = world.send("POST", "/api/config/smtp/test", token=token, json={"email": "ben@example.org"})
    assert sent.json() == {"email": "ben@example.org", "reply": "250 kept under 1"}
    [mail] = catcher.mails
    assert mail["Subject"] == "Test mail from Mairie"
    assert "http://127.0.0.1:8080" in mail.get_content()
    assert "mail.tested" in world.audit()


def test_the_password_is_sealed_and_never_told(world: World, token: str) -> None:
    with MailCatcher() as catcher:
        body = settings(catcher, smtp_user="documents", smtp_password=PASSWORD)
        told = world.send("PUT", "/api/config", token=token, json=body).json()["config"]
    assert told["smtp_password"] is None
    assert PASSWORD not in str(kept_password(world))
    before = kept_password(world)
    whole = world.send("GET", "/api/config", token=token).json()
    assert world.send("PUT", "/api/config", token=token, json=whole).status_code == 200
    assert kept_password(world) == before
    ada = Visitor(world)
    ada.log_in()
    assert PASSWORD not in ada.get("/admin/settings").text
    assert str(before) not in ada.page.text
    ada.close()


def test_another_server_is_not_shown_the_password_of_the_first(world: World, token: str) -> None:
    with MailCatcher() as catcher:
        body = settings(catcher, smtp_user="documents", smtp_password=PASSWORD)
        world.send("PUT", "/api/config", token=token, json=body)
    refused = world.send("PUT", "/api/config", token=token, json={"config": {"smtp_host": "localhost"}})
    assert [fault["field"] for fault in refused.json()["errors"]] == ["smtp_password"]
    assert world.send("PUT", "/api/config", token=token, json={"config": {"smtp_host": ""}}).status_code == 200
    assert kept_password(world) == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"smtp_host": "mail.example.org"}, "smtp_sender"),
        ({"smtp_host": "http://mail"}, "smtp_host"),
        ({"smtp_port": 0}, "smtp_port"),
        ({"smtp_security": "tlsish"}, "smtp_security"),
        ({"smtp_sender": "nobody"}, "smtp_sender"),
        ({"smtp_host": "a.example", "smtp_sender": "a@b.fr", "smtp_password": "x"}, "smtp_user"),
        (
            {"smtp_host": "a.example", "smtp_sender": "a@b.fr", "smtp_user": "x", "smtp_security": "none"},
            "smtp_security",
        ),
    ],
)
def test_a_mail_server_that_cannot_be_is_refused(world: World, token: str, changes: dict[str, Any], field: str) -> None:
    refused = world.send("PUT", "/api/config", token=token, json={"config": changes})
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]


def test_a_test_mail_without_a_server_or_an_address_is_refused(world: World, token: str) -> None:
    refused = world.send("POST", "/api/config/smtp/test", token=token, json={"email": "ben@example.org"})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_mail_server")
    with MailCatcher(refuses="not here") as catcher:
        world.write(lambda work: send_to(catcher, work))
        refused = world.send("POST", "/api/config/smtp/test", token=token, json={})
        assert [fault["field"] for fault in refused.json()["errors"]] == ["email"]
        refused = world.send("POST", "/api/config/smtp/test", token=token, json={"email": "ben@example.org"})
        assert [fault["code"] for fault in refused.json()["errors"]] == ["mail_recipient"]
        assert "550 not here" in refused.text


def test_settings_of_mail_are_changed_and_tested_on_the_console(world: World) -> None:
    ada = Visitor(world)
    ada.log_in()
    own = {
        "name": "Mairie",
        "language": "fr",
        "trash_days": "0",
        "version_count": "0",
        "version_days": "0",
        "log_days": "10",
        "lock": "on",
        "lock_read": "off",
    }
    with MailCatcher(password=PASSWORD) as catcher:
        ada.get("/admin/settings")
        mail = {key: str(value) for key, value in settings(catcher, smtp_user="docs")["config"].items()}
        assert ada.post("/admin/settings", {**own, **mail, "smtp_password": PASSWORD}).status_code == 303
        ada.get("/admin/settings")
        assert ada.post("/admin/settings", {**own, **mail, "smtp_password": ""}).status_code == 303
        ada.get("/admin/settings")
        assert ada.post("/admin/settings", {"act": "test", "email": ""}).status_code == 303
    assert catcher.recipients == ["ada@example.org"]
    ada.get("/admin/settings")
    assert ada.post("/admin/settings", {"act": "test", "email": ""}).status_code == 422
    assert 'id="smtp_host-error"' in ada.page.text
    ada.get("/admin/settings")
    assert ada.post("/admin/settings", {**own, **mail, "smtp_user": "", "smtp_password": ""}).status_code == 303
    assert kept_password(world) == ""
    ada.close()


def queue(world: World, login: str = "ben") -> None:
    def send(work: Work) -> None:
        user = work.people.find_by_identifier(login)
        assert user is not None
        assert work.mail.send("password_changed", user)

    world.write(send)


def waiting(world: World) -> bool:
    return world.read(lambda work: work.mail.has_due())


def test_a_mail_that_is_refused_for_good_is_given_up_and_written_down(world: World) -> None:
    world.person("ben")
    with MailCatcher(refuses="no such person") as catcher:
        world.write(lambda work: send_to(catcher, work))
        queue(world)
        world.deliver()
    assert "mail.given_up" in world.audit()


def test_a_mail_waits_for_a_server_that_is_away_until_its_time_is_over(world: World) -> None:
    world.person("ben")
    with MailCatcher() as catcher:
        world.write(lambda work: send_to(catcher, work))
    queue(world)
    world.deliver()
    assert not waiting(world)
    world.pass_time(61)
    assert waiting(world)
    with MailCatcher() as catcher:
        world.write(lambda work: send_to(catcher, work))
        world.deliver()
    [mail] = catcher.mails
    assert mail["To"] == "ben@example.org"
    world.write(lambda work: work.platform.keep("smtp_port", "1"))
    queue(world)
    for _ in range(60):
        world.deliver()
        world.pass_time(7200)
    assert world.audit().count("mail.given_up") == 1
    world.pass_time(8000)
    assert not waiting(world)


SPOIL = Sql(outbox.update().values(sealed="k20200101000000-00000000.AAAA"))


def test_a_mail_whose_key_is_missing_holds_up_no_other(world: World) -> None:
    def spoil(work: Work) -> None:
        assert isinstance(work, SqlWork)
        work.session.run(SPOIL)

    world.person("ben")
    with MailCatcher() as catcher:
        world.write(lambda work: send_to(catcher, work))
        queue(world)
        world.write(spoil)
        queue(world)
        world.deliver()
    assert len(catcher.mails) == 1


def test_a_mail_that_one_process_took_is_nobody_elses_until_its_lease_is_over(world: World) -> None:
    world.person("ben")
    with MailCatcher() as catcher:
        world.write(lambda work: send_to(catcher, work))
    queue(world)
    take = lambda work: [mail.tries for mail in work.mail.take_due(10)]  # noqa: E731
    assert world.write(take) == [1]
    assert world.write(take) == []
    world.now += LEASE
    assert world.write(take) == [2]
