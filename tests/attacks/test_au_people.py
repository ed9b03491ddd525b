"""AU: people's logins and sessions. Second factors have their own tests in `families/security`."""

from typing import Any

import pytest

from jeton.testing.browsing import Visitor
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
