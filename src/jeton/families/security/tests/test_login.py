"""The second step of a login: what it asks, what it refuses, and that nothing goes round it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.kernel.accounts import PASSWORD_PATH, new_password_link, set_password
from jeton.kernel.caller import OPERATOR
from jeton.kernel.factors import Passkey
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.proving import remove_passkey
from jeton.testing.browsing import Visitor
from jeton.testing.factors import Protected, code, protect
from jeton.testing.smtp import MailCatcher, send_to
from jeton.testing.world import World

PASSWORD = "ana has a long password"
NEW = "a quite different phrase"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def ana(world: World) -> User:
    return world.person("ana")


@pytest.fixture
def held(world: World, ana: User) -> Protected:
    return protect(world, ana)


@pytest.fixture
def visitor(world: World) -> Iterator[Visitor]:
    made = Visitor(world)
    yield made
    made.close()


def begin(visitor: Visitor) -> None:
    """As far as the second step."""
    sent = visitor.log_in("ana", PASSWORD)
    assert sent.headers["location"].startswith("/login/second")
    assert visitor.get("/login/second").status_code == 200


def show(visitor: Visitor, **fields: str) -> int:
    visitor.get("/login/second")
    return visitor.post("/login/second", fields).status_code


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/account").status_code == 200


def test_a_right_password_opens_nothing_until_the_code_is_shown(
    world: World, held: Protected, visitor: Visitor
) -> None:
    begin(visitor)
    assert 'autocomplete="one-time-code"' in visitor.page.text
    assert "jeton" not in visitor.http.cookies
    for path in ("/account", "/account/security", "/folders", "/welcome"):
        assert visitor.get(path).status_code == 303
    assert "login" not in world.audit()
    right = code(world, held.seed)
    assert show(visitor, code=f" {right[:3]} {right[3:]} ") == 303
    assert is_in(visitor)
    assert "jeton-login" not in visitor.http.cookies
    assert world.audit()[-1] == "login"
    assert len(world.read(lambda work: work.login_sessions.of_user(work.people.find_by_identifier("ana").id))) == 1  # type: ignore[union-attr] # she is there


def test_asvs_6_5_1_au_11_a_code_is_good_once_and_no_older_one_after_it(world: World, held: Protected) -> None:
    shown = code(world, held.seed)
    earlier = code(world, held.seed, steps=-1)
    statuses = []
    for typed in (shown, shown, earlier):
        visitor = Visitor(world)
        begin(visitor)
        statuses.append(show(visitor, code=typed))
        assert is_in(visitor) == (statuses[-1] == 303)
        visitor.close()
    assert statuses == [303, 422, 422]


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_au_11_a_code_holds_for_one_step_either_way(
    world: World, held: Protected, visitor: Visitor, steps: int, status: int
) -> None:
    begin(visitor)
    assert show(visitor, code=code(world, held.seed, steps=steps)) == status
    assert is_in(visitor) == (status == 303)


def test_au_11_guessing_codes_is_slowed_and_a_right_password_does_not_help(
    world: World, held: Protected, visitor: Visitor
) -> None:
    begin(visitor)
    wrong = "000000" if code(world, held.seed) != "000000" else "000001"
    statuses = [show(visitor, code=wrong) for _ in range(30)]
    assert statuses[:10] == [422] * 10
    assert statuses[10:] == [429] * 20
    assert int(visitor.page.headers["retry-after"]) >= 1
    again = Visitor(world)
    begin(again)
    assert show(again, code=code(world, held.seed)) == 429
    assert show(again, recovery=held.codes[0]) == 429
    world.pass_time(601)
    begin(again)
    assert show(again, code=code(world, held.seed)) == 303
    assert world.until(lambda: "login.refused" in world.audit())
    again.close()


def test_au_11_nothing_is_set_up_during_an_unfinished_login(world: World, held: Protected, visitor: Visitor) -> None:
    begin(visitor)
    before = world.audit()
    for path, act in (
        ("/account/security", "start"),
        ("/account/security", "codes"),
        ("/account/security", "remove_totp"),
        ("/account/security", "passkey"),
        ("/account/security/totp", "confirm"),
    ):
        sent = visitor.post(path, {"act": act, "name": "Mine", "once": "x" * 36})
        assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    assert world.audit() == before


def test_asvs_6_5_1_a_recovery_code_is_good_once_however_it_is_typed(world: World, held: Protected) -> None:
    statuses = []
    for typed in (held.codes[0].upper().replace("-", " "), held.codes[0], held.codes[1], "nothing of ours", ""):
        visitor = Visitor(world)
        begin(visitor)
        statuses.append(show(visitor, recovery=typed))
        visitor.close()
    assert statuses == [303, 422, 303, 422, 422]
    assert world.audit().count("factor.code_spent") == 2
    for spent in held.codes[:2]:
        assert spent not in world.log.getvalue()


def test_recovery_codes_are_long_and_without_letters_that_look_alike(held: Protected) -> None:
    assert len(set(held.codes)) == 10
    for one in held.codes:
        assert re.fullmatch(r"(?:[0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}", one)


def test_what_looks_alike_is_read_as_what_was_meant(world: World, held: Protected, visitor: Visitor) -> None:
    begin(visitor)
    assert show(visitor, recovery=held.codes[0].replace("0", "O").replace("1", "l")) == 303


def test_asvs_6_4_3_a_new_password_does_not_skip_the_second_factor(
    world: World, ana: User, held: Protected, visitor: Visitor
) -> None:
    begin(visitor)
    link = PASSWORD_PATH + world.write(lambda work: new_password_link(work, OPERATOR, ana))
    other = Visitor(world)
    other.get(link)
    assert other.post(
        link, {"password": "a quite different phrase", "repeated": "a quite different phrase"}
    ).is_redirect
    assert not is_in(other)
    assert other.log_in("ana", NEW).headers["location"].startswith("/login/second")
    # A login that was on its way with the former password is over.
    assert visitor.get("/login/second").headers["location"] == "/login"
    other.close()


def test_a_second_step_ends_after_ten_minutes_and_is_finished_once(
    world: World, held: Protected, visitor: Visitor
) -> None:
    begin(visitor)
    cookie = visitor.http.cookies["jeton-login"]
    world.pass_time(599)
    assert show(visitor, code=code(world, held.seed)) == 303
    thief = Visitor(world)
    thief.http.cookies.set("jeton-login", cookie)
    assert thief.get("/login/second").headers["location"] == "/login"
    for forged in ("", "x", cookie[:-1] + ("a" if cookie[-1] != "a" else "b"), cookie.replace("jt_lo_", "jt_se_")):
        thief.http.cookies.set("jeton-login", forged)
        assert thief.get("/login/second").headers["location"] == "/login"
        thief.get("/login")
        assert thief.post("/login/second", {"recovery": held.codes[0]}).headers["location"].startswith("/login?")
    thief.http.cookies.delete("jeton-login")
    begin(thief)
    world.pass_time(600)
    assert thief.get("/login/second").headers["location"] == "/login"
    thief.close()


def test_who_is_disabled_meanwhile_does_not_get_in(world: World, ana: User, held: Protected, visitor: Visitor) -> None:
    begin(visitor)
    world.send("PUT", f"/api/user/{ana.id}", token=world.token(), json={"active": False})
    assert visitor.post("/login/second", {"code": code(world, held.seed)}).headers["location"].startswith("/login?")
    assert not is_in(visitor)


def test_where_one_was_going_is_where_one_arrives(world: World, held: Protected, visitor: Visitor) -> None:
    wanted = "/oauth2/authorize?client_id=x&scope=all&state=a%26b"
    visitor.get("/login?next=%2Foauth2%2Fauthorize%3Fclient_id%3Dx%26scope%3Dall%26state%3Da%2526b")
    sent = visitor.post("/login", {"login": "ana", "password": PASSWORD})
    visitor.get(sent.headers["location"])
    assert visitor.hidden()["next"] == wanted
    wrong = visitor.post("/login/second", {"code": "1"})
    assert wrong.status_code == 422
    done = visitor.post("/login/second", {"code": code(world, held.seed)})
    assert done.status_code == 200
    assert "/oauth2/authorize?client_id=x&amp;scope=all&amp;state=a%26b" in done.text
    assert is_in(visitor)


@pytest.mark.parametrize("onward", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
def test_the_second_step_never_leads_to_another_site(
    world: World, held: Protected, visitor: Visitor, onward: str
) -> None:
    begin(visitor)
    done = visitor.post("/login/second", {"code": code(world, held.seed), "next": onward})
    assert done.headers["location"] == "/"


def test_a_person_without_a_second_factor_signs_in_as_before(world: World, ana: User, visitor: Visitor) -> None:
    assert visitor.log_in("ana", PASSWORD).headers["location"] == "/"
    assert visitor.get("/login/second?next=/account").headers["location"] == "/account"


def test_without_its_key_file_a_seed_opens_nothing_and_recovery_codes_still_do(
    world: World, ana: User, held: Protected, visitor: Visitor
) -> None:
    def lose(work: Work) -> None:
        work.factors.remove_totp(ana.id)
        work.factors.begin_totp(ana.id, "k20200101000000-00000000.AAAA", work.now)
        work.factors.confirm_totp(ana.id, "k20200101000000-00000000.AAAA", 1, work.now)

    world.write(lose)
    begin(visitor)
    assert show(visitor, code=code(world, held.seed)) == 422
    assert show(visitor, recovery=held.codes[0]) == 303


def test_a_spent_recovery_code_is_told_by_mail(world: World, ana: User, held: Protected, visitor: Visitor) -> None:
    with MailCatcher() as catcher:
        world.write(lambda work: send_to(catcher, work))
        begin(visitor)
        assert show(visitor, recovery=held.codes[3]) == 303
        world.deliver()
        assert catcher.mails[-1]["To"] == "ana@example.org"
        assert "9 are left" in catcher.mails[-1].get_content()


def test_a_trusted_browser_is_not_asked_again_for_thirty_days(
    world: World, ana: User, held: Protected, visitor: Visitor
) -> None:
    def is_asked(browser: Visitor, login: str = "ana", password: str = PASSWORD) -> bool:
        browser.http.cookies.delete("jeton")
        return browser.log_in(login, password).headers["location"].startswith("/login/second")

    begin(visitor)
    assert 'name="trust"' in visitor.page.text
    assert show(visitor, code=code(world, held.seed), trust="1") == 303
    cookie = next(told for told in visitor.page.headers.get_list("set-cookie") if told.startswith("jeton-trust="))
    assert "HttpOnly" in cookie
    assert "Max-Age=2592000" in cookie
    assert not is_asked(visitor)
    ben = world.person("ben")
    protect(world, ben)
    assert is_asked(visitor, "ben", "ben has a long password")
    visitor.http.cookies.delete("jeton-login")
    other = Visitor(world)
    assert is_asked(other)
    other.close()
    world.pass_time(30 * 86_400 - 1)
    assert not is_asked(visitor)
    world.pass_time(1)
    assert is_asked(visitor)


def test_no_browser_is_trusted_beyond_a_new_password_or_a_change_of_factors(
    world: World, ana: User, held: Protected
) -> None:
    key = Passkey(7, ana.id, b"credential", b"public", 0, "Key", world.now, None)
    for change in ("password", "factor"):
        browser = Visitor(world)
        begin(browser)
        world.pass_time(60)
        assert show(browser, code=code(world, held.seed), trust="1") == 303
        assert is_in(browser)
        if change == "password":
            world.write(lambda work: set_password(work, OPERATOR, ana, ana.password_hash))
        else:
            world.write(lambda work: work.factors.add_passkey(key))
            world.write(lambda work: remove_passkey(work, OPERATOR, ana, 7))
        browser.http.cookies.delete("jeton")
        assert browser.log_in("ana", PASSWORD).headers["location"].startswith("/login/second")
        browser.close()
