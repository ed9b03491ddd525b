"""The older login of the vendor's clients, by a password."""

from collections.abc import Iterator

import httpx2
import pytest

from jeton.kernel.access import Policy
from jeton.kernel.guesses import account_key
from jeton.kernel.ids import ClientId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.testing.factors import protect
from jeton.testing.world import World

ANA = {"user": "ana", "password": "ana has a long password"}
CLIENT = ClientId("password-login")


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("login") / "data", password_login=True) as world:
        world.person("ana")
        yield world


def log_in(world: World, **changed: str) -> httpx2.Response:
    return world.send("POST", "/api/auth", json={**ANA, **changed})


def ana(world: World) -> User:
    person = world.read(lambda work: work.people.find_by_identifier("ana"))
    assert person is not None
    return person


def token_of(world: World, **changed: str) -> str:
    answer = log_in(world, **changed)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["token"]
    return token


def refused(answer: httpx2.Response, status: int, code: str) -> bool:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert "token" not in answer.json()
    return True


def test_it_is_off_unless_the_operator_says_so_and_points_to_oauth2(tmp_path_factory: pytest.TempPathFactory) -> None:
    with World(tmp_path_factory.mktemp("off") / "data") as world:
        person = world.person("ana")
        answer = log_in(world)
        assert refused(answer, 403, "no_password_login")
        assert "OAuth2" in answer.json()["error"]
        assert "/.well-known/oauth-authorization-server" in answer.json()["error"]
        token = world.token("all", person=person)
        assert refused(world.send("DELETE", "/api/auth", token=token), 403, "no_password_login")
        assert world.send("GET", "/api/publicconfig").json()["features"]["password_login"] is False
        assert not world.read(lambda work: work.applications.find(CLIENT))


def test_a_login_or_an_address_and_a_password_give_a_token_that_is_ended_by_logging_out(world: World) -> None:
    assert world.send("GET", "/api/publicconfig").json()["features"]["password_login"] is True
    for user in ("ana", "ANA", " ana@example.org "):
        answer = log_in(world, user=user)
        assert set(answer.json()) == {"token", "auth_key"}
        token = answer.json()["token"]
        assert world.send("GET", "/api/account", token=token).json()["login"] == "ana"
        shown = world.send("GET", "/api/account", headers={"Token": token})
        assert len(shown.headers["granted-scopes"].split()) == 30
        assert world.send("DELETE", "/api/auth", token=token).status_code == 204
        assert world.send("GET", "/api/account", token=token).status_code == 401


def test_a_token_lives_a_day_and_is_the_person_s(world: World) -> None:
    token = token_of(world)
    assert world.send("GET", "/api/oauth2/apps", token=token).status_code == 403  # no administrator
    world.pass_time(86_399)
    assert world.send("GET", "/api/account", token=token).status_code == 200
    world.pass_time(1)
    assert world.send("GET", "/api/account", token=token).status_code == 401


def test_the_person_finds_it_among_connected_applications_and_cuts_it(world: World) -> None:
    token, person = token_of(world), ana(world)
    [consent] = world.read(lambda work: work.consents.of_user(person.id))
    assert (consent.client_id, consent.name) == (CLIENT, "Password login")
    assert world.write(lambda work: work.consents.withdraw(person.id, CLIENT, work.now))
    assert world.send("GET", "/api/account", token=token).status_code == 401


def test_an_administrator_sees_it_narrows_it_and_suspends_it(world: World) -> None:
    chief, token = world.token("all"), token_of(world)
    path = f"/api/oauth2/app/{CLIENT}"
    assert world.send("GET", path, token=chief).json()["name"] == "Password login"
    assert world.send("PUT", path, token=chief, json={"scopes": "account.read"}).status_code == 200
    assert world.send("GET", "/api/folders", token=token).status_code == 403
    assert world.send("PUT", path, token=chief, json={"suspended": True}).status_code == 200
    assert world.send("GET", "/api/account", token=token).status_code == 401
    assert refused(log_in(world), 403, "no_password_login")


def test_wrong_passwords_unknown_people_and_disabled_ones_are_told_apart_for_nobody(world: World) -> None:
    world.person("bob", is_active=False)
    told = [
        log_in(world, password="wrong"),
        log_in(world, user="nobody"),
        log_in(world, user="bob", password="bob has a long password"),
        log_in(world, password="x" * 20_000),
    ]
    assert all(refused(answer, 401, "wrong_login") for answer in told)
    assert len({answer.json()["error"] for answer in told}) == 1


def test_au_01_guessing_is_slowed_as_at_the_login_page_and_counts_with_it(world: World) -> None:
    def missed_at_the_page(work: Work) -> None:
        for _ in range(7):
            work.guesses.missed([account_key("ana")], work.now)

    world.write(missed_at_the_page)
    statuses = [log_in(world, password="wrong", user=user).status_code for user in ("ana", "ana@example.org", "ANA")]
    assert statuses == [401, 401, 401]
    held = log_in(world)
    assert refused(held, 429, "too_many")
    assert held.headers["retry-after"] == "1"
    world.pass_time(1)
    assert log_in(world).status_code == 200
    assert world.audit().count("login.refused") == 3


def test_an_account_with_a_second_factor_is_not_opened_by_a_password_alone(world: World) -> None:
    protect(world, ana(world))
    assert refused(log_in(world), 403, "second_factor_needed")
    assert refused(log_in(world, password="wrong"), 401, "wrong_login")


def test_access_policies_and_audiences_hold_here_too(world: World) -> None:
    person = ana(world)
    group = world.group("Editors")
    token_of(world)
    chief = world.token("all")
    answer = world.send("PUT", f"/api/oauth2/app/{CLIENT}", token=chief, json={"audience": [group.id]})
    assert answer.status_code == 200, answer.text
    assert refused(log_in(world), 403, "not_for_you")
    world.write(lambda work: work.groups.admit(group.id, [person.id]))
    assert log_in(world).status_code == 200
    world.write(lambda work: work.access.keep(person.id, Policy(days=127, ips=("192.0.2.1",))))
    assert refused(log_in(world), 403, "outside_policy")


def test_no_other_application_passes_for_it_and_a_taken_name_is_left_alone(world: World) -> None:
    world.application("files.read", name="Password login")
    token_of(world)
    found = world.read(lambda work: work.applications.find(CLIENT))
    assert found is not None
    assert (found.name, found.is_public) == ("Password login 2", False)
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": CLIENT, "device_code": "x"}
    assert world.send("POST", "/oauth2/token", data=form).json()["error"] == "invalid_client"
    assert world.send("POST", "/oauth2/device_authorization", data=form).json()["error"] == "invalid_client"


def test_the_password_stands_in_no_log_and_no_answer(world: World) -> None:
    answer = log_in(world, password="a wrong password")
    token = token_of(world)
    for text in ("a wrong password", ANA["password"], token.partition(".")[2]):
        assert text not in world.log.getvalue() + answer.text
