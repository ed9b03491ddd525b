"""Every way to take access back ends it at the next request: the access token, and the refresh token beside it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from jeton.families.applications.model import WithSecret
from jeton.kernel.people import User
from jeton.testing.browsing import Visitor
from jeton.testing.tokens import client_application, tokens_for
from jeton.testing.world import World


class Case(NamedTuple):
    """An application that a person allowed, and what it holds."""

    world: World
    app: WithSecret
    person: User
    password: str
    access: str
    refresh: str
    chief: str

    def act(self, method: str, path: str, **options: Any) -> Any:
        answer = self.world.send(method, path, token=self.chief, **options)
        assert answer.status_code in {200, 204}, answer.text
        return answer.json() if answer.content else None

    @property
    def path(self) -> str:
        return f"/api/oauth2/app/{self.app.application.client_id}"

    @property
    def shown(self) -> dict[str, str]:
        return {"client_id": self.app.application.client_id, "client_secret": self.app.client_secret or ""}

    def holds(self) -> tuple[bool, bool]:
        """Whether the access token opens a call, and the refresh token gives a new one."""
        called = self.world.send("GET", "/api/account", token=self.access).status_code
        form = {"grant_type": "refresh_token", "refresh_token": self.refresh, **self.shown}
        refreshed = self.world.send("POST", "/oauth2/token", data=form)
        assert (called, refreshed.status_code) in {(200, 200), (401, 400), (401, 200), (200, 400)}
        return called == 200, refreshed.status_code == 200


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("revocation") / "data") as world:
        yield world


@pytest.fixture
def case(world: World, request: pytest.FixtureRequest) -> Case:
    world.pass_time(5)
    login = f"person{abs(hash(request.node.name)) % 10**9}"
    person = world.person(login)
    app = world.write(client_application)
    told = world.write(lambda work: tokens_for(work, app, person))
    assert told.refresh_token is not None
    password = f"{login} has a long password"
    return Case(world, app, person, password, told.access_token, told.refresh_token, world.token("all"))


def number(token: str) -> str:
    return token.removeprefix("jt_at_").partition(".")[0]


def change_password(case: Case, **more: str) -> None:
    visitor = Visitor(case.world)
    visitor.log_in(case.person.login, case.password)
    visitor.get("/account")
    form = {"act": "password", "current_password": case.password, "password": "quite another phrase",
            "repeated": "quite another phrase", **more}  # fmt: skip
    assert visitor.post("/account", form).status_code == 303


ALL: dict[str, Callable[[Case], object]] = {
    "RFC 7009, the refresh token": lambda c: c.world.send(
        "POST", "/oauth2/revoke", data={"token": c.refresh, **c.shown}
    ),
    "an administrator, by the token's id": lambda c: c.act("DELETE", f"/api/oauth2/app/{number(c.access)}/revoke"),
    "the person, by the token's id": lambda c: c.world.send(
        "DELETE", f"/api/oauth2/user/{number(c.access)}/revoke", token=c.access
    ),
    "all of the application": lambda c: c.act("POST", f"{c.path}/tokens/revoke", json={}),
    "of the application and the person": lambda c: c.act(
        "POST", f"{c.path}/tokens/revoke", json={"user_id": c.person.id}
    ),
    "disabling the person": lambda c: c.act("PUT", f"/api/user/{c.person.id}", json={"active": False}),
    "deleting the person": lambda c: c.act("DELETE", f"/api/user/{c.person.id}"),
    "suspending the application": lambda c: c.act("PUT", c.path, json={"suspended": True}),
    "a new password, with the box ticked": lambda c: change_password(c, end_tokens="1"),
}


@pytest.mark.parametrize("way", list(ALL))
def test_access_that_is_taken_back_is_refused_at_the_next_request(case: Case, way: str) -> None:
    assert case.holds() == (True, True)
    ALL[way](case)
    assert case.holds() == (False, False)


def test_a_new_password_alone_leaves_applications_what_they_have(case: Case) -> None:
    change_password(case)
    assert case.holds() == (True, True)


def test_those_given_before_a_moment_end_and_later_ones_live(case: Case) -> None:
    case.world.pass_time(60)
    later = case.world.write(lambda work: tokens_for(work, case.app, case.person))
    assert later.refresh_token is not None
    moment = case.act("GET", f"{case.path}/tokens")[0]["creation"]
    case.act("POST", f"{case.path}/tokens/revoke", json={"issued_before": moment})
    assert case.holds() == (False, False)
    assert case._replace(access=later.access_token, refresh=later.refresh_token).holds() == (True, True)
