"""AU: people's logins and sessions. Second factors have their own tests in `families/security`."""

from typing import Any

import pytest

from jeton.kernel.accounts import set_password
from jeton.kernel.caller import OPERATOR
from jeton.testing.browsing import Visitor
from jeton.testing.factors import protect
from jeton.testing.world import World

PASSWORD = "{} has a long password"


def sign_in(world: World, login: str, password: str | None = None, **headers: str) -> Any:
    visitor = Visitor(world)
    visitor.get("/login")
    answer = visitor.post("/login", {"login": login, "password": password or PASSWORD.format(login)}, headers=headers)
    visitor.close()
    return answer


def test_au_01_a_thousand_guesses_are_waited_out_and_nobody_is_locked_out(world: World) -> None:
    world.person("guessed")
    answers = [sign_in(world, "guessed", f"guess {number}") for number in range(14)]
    assert {answer.status_code for answer in answers[10:]} == {429}
    waits = [int(answer.headers["retry-after"]) for answer in answers if answer.status_code == 429]
    assert max(waits) <= 60
    assert sign_in(world, "guessed").status_code == 429  # the right one waits as long, and no longer
    world.pass_time(max(waits))
    assert sign_in(world, "guessed").status_code == 303


KNOWN = "jeton-browser"


def known_browser(world: World, login: str) -> Visitor:
    """Where somebody signed in before, and out again."""
    visitor = Visitor(world)
    assert visitor.log_in(login, PASSWORD.format(login)).status_code == 303
    visitor.http.cookies.delete("jeton")
    return visitor


def flood(world: World, login: str, guesses: int = 20) -> None:
    """Guess from as many addresses, a hundred at most, until each try is waited for a minute."""
    crowd = [Visitor(world, address=f"198.51.100.{number}") for number in range(min(guesses, 100))]
    crowd[0].get("/login")
    token = crowd[0].http.cookies["jeton-form"]
    for one in crowd:
        one.page = crowd[0].page
        one.http.cookies.set("jeton-form", token)

    def guess(number: int) -> int:
        answer = crowd[number % len(crowd)].post("/login", {"login": login, "password": f"guess {number}"})
        return int(answer.headers.get("retry-after", 0))

    for number in range(guesses):
        guess(number)
    while (wait := guess(0)) < 60:
        world.pass_time(wait)
    for one in crowd:
        one.close()


def test_au_01_a_thousand_guesses_from_a_hundred_addresses_and_a_known_browser_is_let_in_at_once(world: World) -> None:
    world.person("flooded")
    known = known_browser(world, "flooded")
    flood(world, "flooded", 1000)
    assert sign_in(world, "flooded").status_code == 429
    assert known.log_in("flooded", PASSWORD.format("flooded")).status_code == 303
    assert known.get("/account").status_code == 200
    # Who is let in there frees nobody else's guesses.
    assert sign_in(world, "flooded").status_code == 429
    known.close()


def test_au_01_a_known_browser_has_ten_misses_and_is_a_stranger_then(world: World) -> None:
    world.person("lent")
    known = known_browser(world, "lent")
    flood(world, "lent")
    for _ in range(2):
        assert {known.log_in("lent", f"guess {number}").status_code for number in range(9)} == {422}
        assert known.log_in("lent", PASSWORD.format("lent")).status_code == 303  # it clears the count
        known.http.cookies.delete("jeton")
    flood(world, "lent")
    assert {known.log_in("lent", f"guess {number}").status_code for number in range(10)} == {422}
    assert known.log_in("lent", PASSWORD.format("lent")).status_code == 429
    world.pass_time(601)
    assert known.log_in("lent", PASSWORD.format("lent")).status_code == 303
    known.close()


def test_au_01_what_a_browser_is_known_by_opens_nothing_and_serves_one_account_alone(world: World) -> None:
    world.person("mine")
    world.person("others")
    known = known_browser(world, "mine")
    cookie = next(told for told in known.page.headers.get_list("set-cookie") if told.startswith(f"{KNOWN}="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={180 * 86_400}"} <= set(cookie.split("; "))
    token = known.http.cookies[KNOWN]
    assert known.get("/account").headers["location"].startswith("/login?")
    for elsewhere in ("jeton", "jeton-login", "jeton-trust"):
        known.http.cookies.set(elsewhere, token)
    assert known.get("/account").headers["location"].startswith("/login?")
    assert known.get("/login/second").headers["location"] == "/login"
    assert world.send("GET", "/api/account", token=token).status_code == 401
    flood(world, "others")
    assert known.log_in("others", PASSWORD.format("others")).status_code == 429
    # Signing in gives another one, and the former is worth nothing to who copied it.
    assert known.log_in("mine", PASSWORD.format("mine")).status_code == 303
    assert known.http.cookies[KNOWN] != token
    flood(world, "mine")
    thief = Visitor(world)
    thief.http.cookies.set(KNOWN, token)
    assert thief.log_in("mine", PASSWORD.format("mine")).status_code == 429
    assert token not in world.log.getvalue()
    for one in (known, thief):
        one.close()


@pytest.mark.parametrize("end", ["password", "sessions", "disabled", "age"])
def test_au_01_a_browser_is_known_until_the_password_changes_or_all_is_ended(world: World, end: str) -> None:
    login = f"known-{end}"
    user = world.person(login)
    known = known_browser(world, login)
    if end == "password":
        world.write(lambda work: set_password(work, OPERATOR, user, user.password_hash))
    elif end == "sessions":
        other = Visitor(world)
        other.log_in(login, PASSWORD.format(login))
        other.get("/account/sessions")
        assert other.post("/account/sessions", {"act": "end_others"}).status_code == 303
        other.close()
    elif end == "disabled":
        for is_active in (False, True):
            world.send("PUT", f"/api/user/{user.id}", token=world.token("all"), json={"active": is_active})
    else:
        world.pass_time(180 * 86_400)
    flood(world, login)
    assert known.log_in(login, PASSWORD.format(login)).status_code == 429
    known.close()


def test_au_01_a_known_browser_is_asked_for_the_second_factor_all_the_same(world: World) -> None:
    user = world.person("guarded")
    known = known_browser(world, "guarded")
    protect(world, user)
    flood(world, "guarded")
    assert known.log_in("guarded", PASSWORD.format("guarded")).headers["location"].startswith("/login/second")
    assert known.get("/account").headers["location"].startswith("/login?")
    known.close()


def test_au_02_login_and_mail_of_one_account_have_one_count(world: World) -> None:
    world.person("twice")
    names = ["twice", "TWICE", "twice@example.org", "Twice@Example.org", "\uff54wice", " twice "]
    for number in range(12):
        sign_in(world, names[number % len(names)], "wrong")
    for name in names:
        assert sign_in(world, name, PASSWORD.format("twice")).status_code == 429


def test_au_03_known_unknown_and_disabled_are_told_apart_by_no_answer(world: World) -> None:
    world.person("known")
    world.person("closed", is_active=False)
    told = set()
    for login in ("known", "closed", "unknown"):
        answer = sign_in(world, login, "wrong password")
        kept = answer.text.replace(login, "LOGIN")
        kept = "\n".join(line for line in kept.splitlines() if "csrf" not in line)
        told.add((answer.status_code, kept, tuple(sorted(name for name in answer.headers))))
        right = sign_in(world, "closed").text
        assert "disabled" not in right.lower()
    assert len(told) == 1


def test_au_04_an_endless_password_is_refused_before_it_is_hashed(world: World) -> None:
    for length in (1_100, 100_000, 1 << 20, 10 << 20):
        answer = sign_in(world, "alice", "x" * length)
        assert answer.status_code in {413, 422}, length


def test_au_06_a_session_that_was_planted_is_replaced(world: World) -> None:
    visitor = Visitor(world)
    planted = "jt_se_1." + "A" * 49
    visitor.http.cookies.set("jeton", planted)
    visitor.get("/login")
    form = visitor.http.cookies.get("jeton-form")
    answer = visitor.post("/login", {"login": "alice", "password": PASSWORD.format("alice")})
    given = [value for value in answer.headers.get_list("set-cookie") if value.startswith("jeton=")]
    assert answer.status_code == 303
    assert len(given) == 1
    assert planted not in given[0]
    assert form is None or form not in given[0]
    again = Visitor(world)
    again.http.cookies.set("jeton", planted)
    assert again.get("/account").status_code == 303
    visitor.close()
    again.close()


@pytest.mark.parametrize("end", ["logout", "password", "disabled", "deleted"])
def test_au_07_a_cookie_that_was_copied_ends_with_its_session(world: World, end: str) -> None:
    person = world.person(f"copied-{end}")
    visitor, thief = Visitor(world), Visitor(world)
    visitor.log_in(person.login, PASSWORD.format(person.login))
    thief.http.cookies.set("jeton", visitor.http.cookies["jeton"])
    assert thief.get("/account").status_code == 200
    chief = world.token()
    if end == "logout":
        visitor.get("/account")
        visitor.post("/logout", {})
    elif end == "password":
        elsewhere = Visitor(world)
        elsewhere.log_in(person.login, PASSWORD.format(person.login))
        elsewhere.get("/account")
        fields = {"act": "password", "current_password": PASSWORD.format(person.login)}
        changed = elsewhere.post(
            "/account", {**fields, "password": "quite another one", "repeated": "quite another one"}
        )
        assert changed.status_code == 303, changed.text
        elsewhere.close()
    elif end == "disabled":
        world.send("PUT", f"/api/user/{person.id}", token=chief, json={"active": False})
    else:
        world.send("DELETE", f"/api/user/{person.id}", token=chief)
    answer = thief.get("/account")
    assert (answer.status_code, answer.headers.get("location", "")[:6]) == (303, "/login")
    visitor.close()
    thief.close()


@pytest.mark.parametrize(
    "name", ["Alice", "ALICE", "alice ", " alice", "\uff41lice", "\u0430lice", "ali\u200bce", "alic\u0435"]
)
def test_au_12_a_login_that_passes_for_another_is_not_given(world: World, name: str) -> None:
    refused = world.send("POST", "/api/user", token=world.token(), json={"login": name})
    assert refused.status_code == 422, refused.text


def test_au_13_a_profile_changes_no_password(world: World) -> None:
    person = world.person("profile")
    token = world.token("account.readwrite accountsec.readwrite", person=person)
    for body in ({"password": "quite another one"}, {"firstname": "P", "password": "quite another one"}):
        refused = world.send("PUT", "/api/account", token=token, json=body)
        assert refused.status_code == 422
        assert "password" in refused.text
    assert sign_in(world, "profile", "quite another one").status_code == 422
    assert sign_in(world, "profile").status_code == 303


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_au_14_there_is_nothing_to_set_up_once_it_is(world: World, method: str) -> None:
    for path in ("/setup", "/setup/jt_su_1.x", "/setup/" + "A" * 43):
        answer = world.send(
            method, path, data={"login": "eve", "password": "eve has a long one"} if method == "POST" else None
        )
        assert answer.status_code in {303, 403, 404, 405, 410}, path
    assert world.read(lambda work: work.people.find_by_identifier("eve")) is None


def test_nobody_is_signed_out_by_a_link(world: World) -> None:
    """ASVS 10.6.2."""
    visitor = Visitor(world)
    visitor.log_in("alice", PASSWORD.format("alice"))
    assert visitor.get("/logout").status_code in {200, 303, 404, 405}
    assert visitor.get("/account").status_code == 200
    assert visitor.post("/logout", {"csrf": "0" * 36}).status_code == 403
    visitor.get("/account")
    assert visitor.post("/logout", {}, headers={"Origin": "https://evil.test"}).status_code == 403
    assert visitor.get("/account").status_code == 200
    assert visitor.post("/logout", {}).status_code == 303
    assert visitor.get("/account").status_code == 303
    visitor.close()
