"""My account > Security: set up, shown once, taken off; each with a line, a mail and a fresh proof."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from jeton.kernel.people import User
from jeton.testing.browsing import Visitor
from jeton.testing.factors import Device, Protected, code, options_in, protect
from jeton.testing.smtp import MailCatcher, send_to
from jeton.testing.world import World

PASSWORD = "ana has a long password"
SECURITY = "/account/security"
RECOVERY = re.compile(r"(?:[0-9a-z]{4}-){5}[0-9a-z]{4}")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def person(world: World) -> User:
    return world.person("ana")


@pytest.fixture
def ana(world: World, person: User) -> Iterator[Visitor]:
    visitor = Visitor(world)
    assert visitor.log_in("ana", PASSWORD).status_code == 303
    yield visitor
    visitor.close()


@pytest.fixture
def catcher(world: World) -> Iterator[MailCatcher]:
    with MailCatcher() as made:
        world.write(lambda work: send_to(made, work))
        yield made


def once(page: str) -> str:
    found = re.search(r'name="once" value="(\w+)"', page)
    assert found is not None
    return found[1]


def do(visitor: Visitor, act: str, **fields: str) -> int:
    visitor.get(SECURITY)
    fields = {"once": once(visitor.page.text), **fields}
    return visitor.post(SECURITY, {"act": act, **fields}).status_code


def set_up(world: World, visitor: Visitor) -> Protected:
    """By the pages, as a person does."""
    assert do(visitor, "start") == 303
    assert visitor.page.headers["location"] == f"{SECURITY}/totp"
    page = visitor.get(f"{SECURITY}/totp").text
    found = re.search(r'id="secret" value="([A-Z2-7]{32})"', page)
    assert found is not None
    shown = visitor.post(f"{SECURITY}/totp", {"code": code(world, found[1])})
    assert shown.status_code == 200
    return Protected(found[1], tuple(RECOVERY.findall(shown.text.partition("<pre")[2].partition("</pre>")[0])))


def add(visitor: Visitor, device: Device, name: str = "Laptop") -> str:
    """A passkey on a device; the page that tells it."""
    assert do(visitor, "passkey", name=name) == 200
    made = device.make(options_in(visitor.page.text))
    shown = visitor.post(SECURITY, {"response": made})
    assert shown.status_code == 200, shown.text
    return shown.text


def test_codes_by_an_application_count_once_a_right_one_was_typed(world: World, person: User, ana: Visitor) -> None:
    assert do(ana, "start") == 303
    page = ana.get(f"{SECURITY}/totp").text
    assert "data:image/svg+xml;base64," in page
    assert 'autocomplete="one-time-code"' in page
    assert ana.post(f"{SECURITY}/totp", {"code": "12345"}).status_code == 422
    other = Visitor(world)
    assert other.log_in("ana", PASSWORD).headers["location"] == "/"
    held = set_up(world, ana)
    assert len(held.codes) == 10
    assert other.log_in("ana", PASSWORD) is not None
    other.http.cookies.clear()
    assert other.log_in("ana", PASSWORD).headers["location"].startswith("/login/second")
    assert "10 codes are left." in ana.get(SECURITY).text
    assert "Nothing is being set up." in ana.get(f"{SECURITY}/totp").text
    other.close()


def test_what_is_secret_is_kept_by_nobody_in_clear(world: World, ana: Visitor, catcher: MailCatcher) -> None:
    held = set_up(world, ana)
    ana.get(SECURITY)
    world.deliver()
    everything = b"".join(file.read_bytes() for file in world.folder.rglob("*") if file.is_file())
    told = world.log.getvalue() + ana.page.text + "".join(mail.get_content() for mail in catcher.mails)
    for secret in (held.seed, *held.codes):
        assert secret.encode() not in everything
        assert secret not in told


def test_recovery_codes_are_shown_once_and_a_repeat_makes_none(world: World, ana: Visitor) -> None:
    held = set_up(world, ana)
    assert do(ana, "codes") == 200
    fresh = RECOVERY.findall(ana.page.text.partition("<pre")[2].partition("</pre>")[0])
    assert len(fresh) == 10
    assert not set(fresh) & set(held.codes)
    assert do(ana, "codes", once="") == 409
    ana.get(SECURITY)
    spent = once(ana.page.text)
    assert do(ana, "codes", once=spent) == 200
    assert do(ana, "codes", once=spent) == 409
    visitor = Visitor(world)
    visitor.log_in("ana", PASSWORD)
    for void in (held.codes[0], fresh[0]):
        visitor.get("/login/second")
        assert visitor.post("/login/second", {"recovery": void}).status_code == 422
    visitor.close()


def test_without_a_second_factor_there_are_no_recovery_codes(world: World, ana: Visitor) -> None:
    assert "Recovery codes" not in ana.get(SECURITY).text
    assert do(ana, "codes") == 409
    held = set_up(world, ana)
    assert do(ana, "remove_totp") == 303
    assert do(ana, "remove_totp") == 404
    again = set_up(world, ana)
    assert len(again.codes) == 10
    assert not set(again.codes) & set(held.codes)


@pytest.mark.parametrize("act", ["start", "remove_totp", "codes", "passkey", "add_passkey", "remove_passkey"])
def test_each_change_asks_for_the_password_again_after_a_quarter_of_an_hour(
    world: World, person: User, ana: Visitor, act: str
) -> None:
    world.pass_time(901)
    assert ana.get(SECURITY).status_code == 200
    before = world.audit()
    assert do(ana, act, name="Laptop", passkey="1") == 303
    assert ana.page.headers["location"] == f"/prove?next={SECURITY}"
    assert ana.get(f"{SECURITY}/totp").headers["location"] == f"/prove?next={SECURITY}/totp"
    assert world.audit() == before
    ana.get("/prove?next=/account/security")
    assert ana.post("/prove", {"password": PASSWORD}).status_code == 303
    assert do(ana, "start") == 303
    assert ana.page.headers["location"] == f"{SECURITY}/totp"


def test_each_change_is_told_by_mail_and_leaves_a_line(world: World, ana: Visitor, catcher: MailCatcher) -> None:
    before = len(world.audit())
    set_up(world, ana)
    add(ana, Device(), "Blue key")
    assert do(ana, "codes") == 200
    number = re.search(r'name="passkey" value="(\d+)"', ana.get(SECURITY).text)
    assert number is not None
    assert do(ana, "remove_passkey", passkey=number[1]) == 303
    assert do(ana, "remove_totp") == 303
    world.deliver()
    assert [str(mail["Subject"]) for mail in catcher.mails] == [
        "Codes by an application protect your account on Documents",
        "A passkey was added to your account on Documents",
        "New recovery codes for your account on Documents",
        "A passkey was removed from your account on Documents",
        "Codes by an application were removed from your account on Documents",
    ]
    assert {mail["To"] for mail in catcher.mails} == {"ana@example.org"}
    assert "“Blue key”" in catcher.mails[1].get_content()
    assert [action for action in world.audit()[before:] if action.startswith("factor.")] == [
        "factor.totp_begun", "factor.totp_set", "factor.passkey_added", "factor.codes_made", "factor.passkey_removed",
        "factor.totp_removed",
    ]  # fmt: skip


def test_a_passkey_is_added_named_listed_and_opens(world: World, person: User, ana: Visitor) -> None:
    device = Device()
    assert len(RECOVERY.findall(add(ana, device))) >= 10
    assert "Laptop" in ana.get(SECURITY).text
    assert "never used" in ana.page.text
    add(ana, Device(), "<b>Téléphone</b>")
    assert "&lt;b&gt;Téléphone" in ana.get(SECURITY).text
    visitor = Visitor(world)
    assert visitor.log_in("ana", PASSWORD).headers["location"].startswith("/login/second")
    visitor.get("/login/second")
    assert 'name="code"' not in visitor.page.text
    options = options_in(visitor.post("/login/second", {"act": "passkey"}).text)
    assert len(options["allowCredentials"]) == 2
    answer = device.show(options)
    assert visitor.post("/login/second", {"response": answer}).status_code == 303
    assert visitor.get("/account").status_code == 200
    assert "last used" in ana.get(SECURITY).text
    replayed = Visitor(world)
    replayed.log_in("ana", PASSWORD)
    replayed.get("/login/second")
    assert replayed.post("/login/second", {"response": answer, "act": ""}).status_code == 422
    replayed.close()
    visitor.close()


def test_a_passkey_alone_opens_when_its_device_knew_its_person(world: World, person: User, ana: Visitor) -> None:
    device, weak = Device(), Device(knows_its_person=False)
    add(ana, device)
    add(ana, weak, "Weak")
    visitor = Visitor(world)
    visitor.get("/login?next=/folders")
    options = options_in(visitor.post("/login/passkey").text)
    assert (options["allowCredentials"], options["userVerification"]) == ([], "required")
    assert visitor.post("/login/passkey", {"response": weak.show(options)}).status_code == 422
    visitor.get("/login?next=/folders")
    options = options_in(visitor.post("/login/passkey").text)
    assert visitor.post("/login/passkey", {"response": device.show(options)}).headers["location"] == "/folders"
    assert visitor.get("/account").status_code == 200
    visitor.http.cookies.clear()
    world.send("PUT", f"/api/user/{person.id}", token=world.token(), json={"active": False})
    visitor.get("/login")
    options = options_in(visitor.post("/login/passkey").text)
    assert visitor.post("/login/passkey", {"response": device.show(options)}).status_code == 422
    visitor.close()


def test_a_challenge_is_good_once_for_one_thing_one_person_and_five_minutes(
    world: World, person: User, ana: Visitor
) -> None:
    device = Device()
    add(ana, device)
    ben = world.person("ben")
    protect(world, ben)
    visitor = Visitor(world)
    visitor.log_in("ana", PASSWORD)

    def asked() -> dict[str, object]:
        visitor.get("/login/second")
        return options_in(visitor.post("/login/second", {"act": "passkey"}).text)

    def refused(response: str, path: str = "/login/second") -> bool:
        visitor.get(path)
        return visitor.post(path, {"response": response, "act": ""}).status_code == 422

    assert refused(device.show({"challenge": "A" * 43}))
    late = asked()
    world.pass_time(301)
    assert refused(device.show(late))
    assert refused(device.show(asked()), "/login/passkey")
    stranger = Device()
    assert refused(stranger.show(asked()))
    elsewhere = Device(url="http://evil.test:8080")
    elsewhere.key, elsewhere.credential, elsewhere.count = device.key, device.credential, 99
    assert refused(elsewhere.show(asked()))
    other = Visitor(world)
    other.get("/login")
    shown = device.show(options_in(other.post("/login/passkey").text))
    assert other.post("/login/passkey", {"response": shown}).status_code == 303
    other.http.cookies.clear()
    copied = Device()
    copied.key, copied.credential = device.key, device.credential
    assert refused(copied.show(asked()))  # its count of uses lags behind
    assert do(ana, "passkey", name="Again") == 200
    assert refused(device.show(options_in(ana.page.text)))
    other.log_in("ben", "ben has a long password")
    other.get("/login/second")
    assert other.post("/login/second", {"response": device.show(asked())}).status_code == 422
    other.close()
    for garbage in (
        "{}",
        "[]",
        "x",
        '{"rawId": 7}',
        "{" * 70_000,
        '{"rawId": "YQ", "response": {"clientDataJSON": "W10"}}',
    ):
        assert refused(garbage)
    assert visitor.get("/account").status_code == 303
    visitor.close()


def test_what_is_no_new_passkey_is_refused(world: World, person: User, ana: Visitor) -> None:
    for name in ("", "x" * 61, "a\x07b"):
        assert do(ana, "passkey", name=name) == 422
    device = Device()
    assert do(ana, "passkey", name="Laptop") == 200
    options = options_in(ana.page.text)
    assert options["user"]["name"] == "ana"
    made = device.make(options)
    assert do(ana, "add_passkey", response=made, name="") == 422
    assert do(ana, "add_passkey", response=made[:-40], name="Laptop") == 422
    assert do(ana, "add_passkey", response=Device(url="http://evil.test").make(options), name="Laptop") == 422
    ben = Visitor(world)
    world.person("ben")
    ben.log_in("ben", "ben has a long password")
    assert do(ben, "add_passkey", response=made, name="Not mine") == 422
    assert do(ana, "add_passkey", response=made, name="Laptop") == 200
    assert do(ana, "add_passkey", response=made, name="Laptop") == 422
    assert do(ben, "passkey", name="Same device") == 200
    assert do(ben, "add_passkey", response=device.make(options_in(ben.page.text)), name="Same device") == 422
    number = re.search(r'name="passkey" value="(\d+)"', ana.get(SECURITY).text)
    assert number is not None
    assert do(ben, "remove_passkey", passkey=number[1]) == 404
    for none in ("x", "", "9" * 30):
        assert do(ana, "remove_passkey", passkey=none) == 404
    assert "Laptop" in ana.get(SECURITY).text
    ben.close()


def test_pages_of_passkeys_say_what_they_need_where_there_is_no_script(ana: Visitor) -> None:
    assert do(ana, "passkey", name="Laptop") == 200
    page = unescape(ana.page.text)
    assert "Passkeys need JavaScript" in page
    assert re.search(r"<form[^>]*data-passkey=\"create\"[^>]* hidden>", page)


def test_an_administrator_takes_a_second_factor_off(
    world: World, person: User, ana: Visitor, catcher: MailCatcher
) -> None:
    set_up(world, ana)
    add(ana, Device())
    ada = Visitor(world)
    ada.log_in()
    page = f"/admin/users/{person.id}"
    assert "Take off" in ada.get(page).text
    world.pass_time(901)
    assert ada.post(page, {"act": "take_off"}).headers["location"].startswith("/prove")
    ada.get("/prove")
    ada.post("/prove", {"password": "correct horse battery"})
    ada.get(page)
    assert ada.post(page, {"act": "take_off"}).status_code == 303
    assert "Take off" not in ada.get(page).text
    assert world.audit()[-1] == "factor.taken_off"
    world.deliver()
    assert "An administrator took the second factor" in catcher.mails[-1].get_content()
    visitor = Visitor(world)
    assert visitor.log_in("ana", PASSWORD).headers["location"] == "/"
    assert "Recovery codes" not in visitor.get(SECURITY).text
    visitor.close()
    ada.close()
