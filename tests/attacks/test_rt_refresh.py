"""RT: refresh tokens. One that two hold is worth nothing to either, and none outlives what stands behind it."""

import asyncio
from typing import Any

import httpx2
import pytest

from jeton.testing.browsing import Visitor
from jeton.testing.tokens import altered
from jeton.testing.world import World
from tests.attacks.cast import (
    App,
    change,
    code_for,
    exchange,
    is_live,
    post,
    refresh,
    refused,
    register,
    tokens_for,
)


def mails(world: World) -> list[str]:
    return [mail.letter for mail in world.write(lambda work: work.mail.take_due(100))]


def test_rt_01_a_refresh_token_that_was_replaced_ends_its_family_and_its_person_is_told(
    world: World, alice: Visitor, spa: App
) -> None:
    world.write(lambda work: work.platform.keep("smtp_host", "mail.example"))
    first = tokens_for(alice, spa)
    second = refresh(world, spa, first["refresh_token"]).json()
    mails(world)
    world.pass_time(31)
    assert refused(refresh(world, spa, first["refresh_token"]), "invalid_grant")
    assert refused(refresh(world, spa, second["refresh_token"]), "invalid_grant")
    assert not is_live(world, first["access_token"])
    assert not is_live(world, second["access_token"])
    assert "token.reused" in world.audit()
    assert mails(world) == ["token_reused"]
    assert refused(refresh(world, spa, first["refresh_token"]), "invalid_grant")
    assert mails(world) == []


def test_rt_03_a_refresh_never_gives_more_than_was_allowed_and_is_left(world: World, alice: Visitor) -> None:
    app = register(world, scopes="account.readwrite files.readwrite")
    tokens = tokens_for(alice, app, scope="account.read files.read")
    for wider in ("account.readwrite", "account.read users.read", "files.write", "nonsense"):
        assert refused(refresh(world, app, tokens["refresh_token"], scope=wider), "invalid_scope")
    assert refresh(world, app, tokens["refresh_token"], scope="files.read").json()["scope"] == "files.read"
    world.send(
        "PUT", f"/api/oauth2/app/{app.client_id}", token=world.token(), json={"scopes": "account.readwrite"}
    )  # fmt: skip
    assert refresh(world, app, tokens["refresh_token"]).json()["scope"] == "account.read"
    assert refused(refresh(world, app, tokens["refresh_token"], scope="files.read"), "invalid_scope")


def test_rt_05_another_application_that_shows_it_gets_nothing_and_ends_it(
    world: World, alice: Visitor, web: App, spa: App, native: App, evil: App
) -> None:
    for owner, thief in ((web, evil), (spa, native), (spa, evil)):
        tokens = tokens_for(alice, owner)
        noted = world.audit().count("token.reused")
        assert refused(refresh(world, thief, tokens["refresh_token"]), "invalid_grant")
        assert world.audit().count("token.reused") == noted + 1
        assert refused(refresh(world, owner, tokens["refresh_token"]), "invalid_grant")
        assert not is_live(world, tokens["access_token"])
    tokens = tokens_for(alice, web)
    assert refused(refresh(world, evil, altered(tokens["refresh_token"])), "invalid_grant")
    assert refresh(world, web, tokens["refresh_token"]).status_code == 200  # who guesses ends nothing


@pytest.mark.parametrize("end", ["disabled", "deleted", "withdrawn", "suspended", "application deleted"])
def test_rt_06_it_ends_with_what_stands_behind_it(world: World, end: str) -> None:
    login = end.replace(" ", "-")
    person = world.person(login)
    visitor = Visitor(world)
    visitor.log_in(login, f"{login} has a long password")
    app = register(world)
    tokens = tokens_for(visitor, app)
    chief = world.token()
    error, status = "invalid_grant", 400
    if end == "disabled":
        world.send("PUT", f"/api/user/{person.id}", token=chief, json={"active": False})
    elif end == "deleted":
        assert world.send("DELETE", f"/api/user/{person.id}", token=chief).status_code == 204
    elif end == "withdrawn":
        visitor.get("/account/applications")
        visitor.post("/account/applications", {"act": "disconnect", "client_id": app.client_id})
    elif end == "suspended":
        change(world, app, is_suspended=True)
        error = "unauthorized_client"
    else:
        world.send("DELETE", f"/api/oauth2/app/{app.client_id}", token=chief)
        error, status = "invalid_client", 401
    assert refused(refresh(world, app, tokens["refresh_token"]), error, status)
    assert not is_live(world, tokens["access_token"])
    visitor.close()


def test_rt_07_no_kind_of_token_passes_for_another(world: World, alice: Visitor, web: App) -> None:
    code = code_for(alice, web)
    assert refused(refresh(world, web, code), "invalid_grant")
    tokens = exchange(world, web, code).json()
    assert not is_live(world, tokens["refresh_token"])
    assert world.send("GET", "/api/account", headers={"Token": tokens["refresh_token"]}).status_code == 401
    assert refused(refresh(world, web, tokens["access_token"]), "invalid_grant")
    assert refused(exchange(world, web, tokens["refresh_token"]), "invalid_grant")
    assert refused(post(world, web, grant_type="authorization_code", code=tokens["access_token"]), "invalid_grant")
    assert is_live(world, tokens["access_token"])


def test_rt_08_it_ends_after_thirty_days_of_rest_and_after_ninety_whatever_its_use(
    world: World, alice: Visitor, web: App, spa: App
) -> None:
    day = 86_400
    rests, used = tokens_for(alice, web)["refresh_token"], tokens_for(alice, web)["refresh_token"]
    rotated = tokens_for(alice, spa)["refresh_token"]
    for _ in range(29):
        world.pass_time(day)
        assert refresh(world, web, used).status_code == 200
        rotated = refresh(world, spa, rotated).json()["refresh_token"]
    world.pass_time(day)
    assert refused(refresh(world, web, rests), "invalid_grant")
    for _ in range(59):
        assert refresh(world, web, used).status_code == 200
        rotated = refresh(world, spa, rotated).json()["refresh_token"]
        world.pass_time(day)
    world.pass_time(day - 1)
    assert refresh(world, web, used).status_code == 200
    rotated = refresh(world, spa, rotated).json()["refresh_token"]
    world.pass_time(1)
    assert refused(refresh(world, web, used), "invalid_grant")
    assert refused(refresh(world, spa, rotated), "invalid_grant")


def test_rt_09_who_lost_the_answer_gets_the_same_again_within_half_a_minute(
    world: World, alice: Visitor, spa: App
) -> None:
    first = tokens_for(alice, spa)["refresh_token"]
    second = refresh(world, spa, first).json()
    world.pass_time(30)
    again = refresh(world, spa, first).json()
    assert again["refresh_token"] == second["refresh_token"]
    assert is_live(world, again["access_token"])
    third = refresh(world, spa, second["refresh_token"]).json()
    assert refused(refresh(world, spa, first), "invalid_grant")  # its successor was used
    assert refused(refresh(world, spa, third["refresh_token"]), "invalid_grant")
    assert not is_live(world, third["access_token"])


def test_rt_10_an_application_that_acts_as_itself_gets_none(world: World, script: App) -> None:
    answer = post(world, script, grant_type="client_credentials").json()
    assert answer.get("refresh_token") is None
    assert refused(refresh(world, script, answer["access_token"]), "unauthorized_client")


@pytest.mark.parametrize("kind", ["web", "spa"])
def test_rt_12_after_a_revocation_was_answered_nothing_of_the_family_opens(
    request: pytest.FixtureRequest, world: World, alice: Visitor, kind: str
) -> None:
    app: App = request.getfixturevalue(kind)

    async def race(token: str) -> list[httpx2.Response]:
        asked = {**app.proof, "grant_type": "refresh_token", "refresh_token": token}
        calls: list[Any] = [world.http.post("/oauth2/token", data=asked) for _ in range(3)]
        calls.insert(1, world.http.post("/oauth2/revoke", data={**app.proof, "token": token}))
        return await asyncio.gather(*calls)

    for number in range(75):
        if number % 10 == 9:  # up to six refusals a round count as guessing, and ten minutes end the count
            world.pass_time(601)
        token = tokens_for(alice, app)["refresh_token"]
        first, revoked, *others = world.run(race(token))
        assert revoked.status_code == 200
        for answer in (first, *others):
            assert answer.status_code in {200, 400}
            if answer.status_code == 200:
                given = answer.json()
                assert not is_live(world, given["access_token"])
                assert refused(refresh(world, app, given["refresh_token"]), "invalid_grant")
