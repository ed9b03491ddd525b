"""Calls at the same moment, and what stays when its owner goes."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from jeton.kernel.applications import USUAL
from jeton.kernel.ports import Work
from jeton.storage.work import SqlWork
from jeton.testing.browsing import Visitor
from jeton.testing.client_keys import Keys
from jeton.testing.factors import code, protect
from jeton.testing.tokens import client_application, code_for, server_of, tokens_for
from jeton.testing.world import PUBLIC_URL, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("races") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("all")


def at_once(world: World, token: str, calls: list[tuple[str, str, dict[str, Any]]]) -> list[httpx2.Response]:
    async def gather() -> list[httpx2.Response]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        sent = (world.http.request(m, p, **{"headers": headers, **options}) for m, p, options in calls)
        return await asyncio.gather(*sent)

    return world.run(gather())


def statuses(answers: list[httpx2.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def one_is_served(answers: list[httpx2.Response], refused: int) -> bool:
    """Whether one is, and the others are refused; where misses are written quickly, some are told to wait instead."""
    served, *others = statuses(answers)
    return served == 200 and 200 not in others and set(others) <= {refused, 429}


@pytest.fixture(autouse=True)
def _nothing_is_guessed_yet(world: World) -> None:
    """Each race begins without the misses of those before it."""
    world.pass_time(601)


def new_folder(world: World, token: str, parent: int, name: str) -> int:
    answer = world.send("POST", "/api/folder", token=token, json={"parent_id": parent, "name": name})
    number: int = answer.json()["id"]
    return number


@pytest.mark.parametrize(
    ("path", "body", "refused"),
    [
        ("/api/folder", {"parent_id": 1, "name": "wanted"}, 403),
        ("/api/user", {"login": "wanted"}, 422),
        ("/api/oauth2/app", {"name": "Wanted", "type": 1, "scopes": ["files.read"]}, 422),
    ],
)
def test_of_many_that_want_one_name_one_gets_it(
    world: World, token: str, path: str, body: dict[str, Any], refused: int
) -> None:
    answers = at_once(world, token, [("POST", path, {"json": body})] * 12)
    assert statuses(answers) == [201] + [refused] * 11


def test_two_folders_moved_into_each_other_do_not_make_a_loop(world: World, token: str) -> None:
    for number in range(10):
        a, b = (new_folder(world, token, 1, f"{name}{number}") for name in "ab")
        answers = at_once(
            world,
            token,
            [
                ("PUT", f"/api/folder/{a}", {"json": {"parent_id": b}}),
                ("PUT", f"/api/folder/{b}", {"json": {"parent_id": a}}),
            ],
        )
        assert statuses(answers) == [200, 409]


def test_uploads_into_a_folder_that_is_deleted_land_or_are_refused_whole(world: World, token: str) -> None:
    folder = new_folder(world, token, 1, "doomed")
    uploads: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/api/file/upload", {"data": {"folderId": str(folder)}, "files": {"targetFile": (f"f{n}", b"x" * 9)}})
        for n in range(10)
    ]
    answers = at_once(world, token, [*uploads[:5], ("DELETE", f"/api/folder/{folder}", {}), *uploads[5:]])
    assert set(statuses(answers)) <= {200, 201, 404}
    (gone,) = (answer.json() for answer in answers if answer.status_code == 200)
    landed = [answer for answer in answers if answer.status_code == 201]
    assert (gone["nb_files"], gone["size"]) == (len(landed), 9 * len(landed))
    blobs = [path for path in (world.folder / "blobs").rglob("*") if path.is_file()]
    assert len(blobs) == len(landed)


def test_az_11_the_last_two_administrators_cannot_both_go(world: World, token: str) -> None:
    second = world.person("second", is_administrator=True)
    answers = at_once(
        world,
        token,
        [
            ("DELETE", f"/api/user/{second.id}", {}),
            ("PUT", f"/api/user/{world.admin.id}", {"json": {"active": False}}),
        ],
    )
    assert statuses(answers)[1] == 409
    world.send("PUT", f"/api/user/{world.admin.id}", token=token, json={"active": True})


def test_a_revoked_token_stops_within_calls_that_run(world: World, token: str) -> None:
    other = world.token("files.read")
    number = other.removeprefix("jt_at_").partition(".")[0]
    revoke = ("DELETE", f"/api/oauth2/app/{number}/revoke", dict[str, Any]())
    reads = [("GET", "/api/folder/1", {"headers": {"Authorization": f"Bearer {other}"}})] * 5

    async def gather() -> list[httpx2.Response]:
        first = [world.http.request(m, p, **o) for m, p, o in reads]
        ending = world.http.request(revoke[0], revoke[1], headers={"Token": token})
        return await asyncio.gather(*first, ending)

    assert set(statuses(world.run(gather()))) <= {200, 204, 401}
    assert world.send("GET", "/api/folder/1", token=other).status_code == 401


def test_what_an_application_made_stays_when_it_is_deleted(world: World, token: str) -> None:
    made = world.application("files.readwrite", name="Short-lived robot")
    asking = {
        "client_id": made.application.client_id, "client_secret": made.client_secret,
        "grant_type": "client_credentials",
    }  # fmt: skip
    theirs = world.send("POST", "/oauth2/token", json=asking).json()["access_token"]
    folder = new_folder(world, theirs, 1, "made by a robot")
    options: dict[str, Any] = {"data": {"folderId": str(folder)}, "files": {"targetFile": ("f", b"bytes")}}
    file = world.send("POST", "/api/file/upload", token=theirs, **options).json()
    assert file["owner"] == "Short-lived robot"
    assert world.send("DELETE", f"/api/oauth2/app/{made.application.client_id}", token=token).status_code == 204
    seen = world.send("GET", f"/api/folder/{folder}?depth=1", token=token).json()
    assert [one["id"] for one in seen["content"]["files"]] == [file["id"]]
    assert isinstance(seen["owner"], str)
    assert world.send("GET", f"/api/file/{file['id']}/download", token=token).content == b"bytes"


def test_what_a_person_made_stays_when_they_are_deleted(world: World, token: str) -> None:
    person = world.person("leaver", is_administrator=True)
    theirs = world.token("files.readwrite", person=person)
    folder = new_folder(world, theirs, 1, "made by a person")
    own = new_folder(world, theirs, person.private_root, "private thing")
    assert world.send("DELETE", f"/api/user/{person.id}", token=token).status_code == 204
    assert world.send("GET", f"/api/folder/{folder}", token=token).json()["name"] == "made by a person"
    assert world.send("GET", f"/api/folder/{own}", token=token).status_code == 404
    assert world.send("GET", "/api/folder/1", token=theirs).status_code == 401


def test_ac_04_of_fifty_who_exchange_a_code_one_gets_tokens_and_the_others_end_them(world: World) -> None:
    person = world.person("raced")
    made = world.write(client_application)
    form = {"client_id": made.application.client_id, "client_secret": made.client_secret}
    code = world.write(lambda work: code_for(work, made, person))
    exchange = {**form, "grant_type": "authorization_code", "code": code}
    answers = at_once(world, "", [("POST", "/oauth2/token", {"data": exchange})] * 50)
    assert one_is_served(answers, 400)
    [won] = [answer.json() for answer in answers if answer.status_code == 200]
    assert world.send("GET", "/api/account", token=won["access_token"]).status_code == 401
    refresh = {**form, "grant_type": "refresh_token", "refresh_token": won["refresh_token"]}
    world.pass_time(601)
    assert world.send("POST", "/oauth2/token", data=refresh).json()["error"] == "invalid_grant"


def second_steps(world: World, login: str, count: int) -> list[Visitor]:
    """As many browsers, each asked for the second factor of one person."""
    visitors = [Visitor(world) for _ in range(count)]
    for visitor in visitors:
        assert visitor.log_in(login, f"{login} has a long password").headers["location"].startswith("/login/second")
        visitor.get("/login/second")
    return visitors


def shown_at_once(world: World, visitors: list[Visitor], fields: dict[str, str]) -> list[int]:
    async def gather() -> list[httpx2.Response]:
        sent = (
            visitor.http.post("/login/second", data={**visitor.hidden(), **fields}, headers=visitor.headers)
            for visitor in visitors
        )
        return await asyncio.gather(*sent)

    answers = world.run(gather())
    entered = [answer for answer in answers if "jeton=jt_se_" in answer.headers.get("set-cookie", "")]
    assert len(entered) == statuses(answers).count(303)
    return statuses(answers)


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_au_11_of_twenty_who_show_one_code_one_gets_in(world: World, kind: str) -> None:
    login = f"shown-{kind}"
    held = protect(world, world.person(login))
    visitors = second_steps(world, login, 20)
    fields = {"code": code(world, held.seed)} if kind == "code" else {"recovery": held.codes[0]}
    got = shown_at_once(world, visitors, fields)
    assert got.count(303) == 1
    assert set(got) <= {303, 422, 429}
    for visitor in visitors:
        visitor.close()


def test_of_twenty_who_take_one_step_or_code_in_the_database_one_gets_it(world: World) -> None:
    person = world.person("taken")
    protect(world, person)
    totp = world.read(lambda work: work.factors.totp(person.id))
    assert totp is not None
    sealed = totp.sealed
    world.write(lambda work: work.factors.keep_codes(person.id, [b"c" * 32]))

    async def gather() -> list[bool]:
        works = world.running.works
        steps = [works.write(lambda work: work.factors.take_step(person.id, sealed, 9)) for _ in range(20)]
        codes = [works.write(lambda work: work.factors.spend_code(person.id, b"c" * 32, 1)) for _ in range(20)]
        return [sum(await asyncio.gather(*steps)) == 1, sum(await asyncio.gather(*codes)) == 1]

    assert world.run(gather()) == [True, True]


def test_of_twenty_who_finish_one_login_one_gets_in(world: World) -> None:
    held = protect(world, world.person("finished"))
    (visitor,) = second_steps(world, "finished", 1)
    sent = [{"recovery": one} for one in held.codes]

    async def gather() -> list[httpx2.Response]:
        return await asyncio.gather(
            *(
                visitor.http.post("/login/second", data={**visitor.hidden(), **fields}, headers=visitor.headers)
                for fields in sent
            )
        )

    answers = world.run(gather())
    assert sum("jeton=jt_se_" in answer.headers.get("set-cookie", "") for answer in answers) == 1
    person = world.read(lambda work: work.people.find_by_identifier("finished"))
    assert person is not None
    assert world.read(lambda work: work.factors.codes_left(person.id)) == 9
    visitor.close()


def test_rt_02_of_fifty_who_refresh_for_a_public_application_all_get_one_successor(world: World) -> None:
    person = world.person("rotated")
    made = world.write(lambda work: client_application(work, is_public=True))
    first = world.write(lambda work: tokens_for(work, made, person)).refresh_token
    refresh = {"client_id": made.application.client_id, "grant_type": "refresh_token", "refresh_token": first}
    answers = at_once(world, "", [("POST", "/oauth2/token", {"data": refresh})] * 50)
    assert statuses(answers) == [200] * 50
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


def test_of_fifty_who_poll_with_a_device_code_one_gets_tokens(world: World) -> None:
    person = world.person("televised")
    made = world.write(client_application)
    form = {"client_id": made.application.client_id, "client_secret": made.client_secret}
    begun = world.send("POST", "/oauth2/device_authorization", data=form).json()

    def allow(work: Work) -> bool:
        assert isinstance(work, SqlWork)
        record = server_of(work).device_asking(begun["user_code"], work.authorization, work.now)
        assert record is not None
        return work.authorization.decide_device(record.id, str(person.id), record.scopes, work.now)

    assert world.write(allow)
    poll = {
        **form,
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": begun["device_code"],
    }
    answers = at_once(world, "", [("POST", "/oauth2/token", {"data": poll})] * 50)
    assert one_is_served(answers, 400)
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}


def test_of_fifty_who_show_one_proof_or_assertion_one_is_served(world: World) -> None:
    keys = Keys()
    made = world.application("files.read", metadata=USUAL._replace(jwks=keys.jwks))
    client_id = made.application.client_id
    assertion = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": keys.assertion(client_id, PUBLIC_URL, world.clock()),
    }
    answers = at_once(world, "", [("POST", "/oauth2/token", {"data": assertion})] * 50)
    assert one_is_served(answers, 401)
    other = world.application("files.read")
    form = {
        "grant_type": "client_credentials",
        "client_id": other.application.client_id,
        "client_secret": other.client_secret,
    }
    nonce = world.send("POST", "/oauth2/token", data=form, headers={"DPoP": "x"}).headers["dpop-nonce"]
    proof = keys.proof(f"{PUBLIC_URL}/oauth2/token", world.clock(), nonce=nonce)
    answers = at_once(world, "", [("POST", "/oauth2/token", {"data": form, "headers": {"DPoP": proof}})] * 50)
    assert one_is_served(answers, 400)


def test_of_twenty_answers_to_one_pushed_request_one_counts(world: World) -> None:
    made = world.write(client_application)
    form = {"client_id": made.application.client_id, "client_secret": made.client_secret, "response_type": "code"}
    pushed = world.send("POST", "/oauth2/par", data=form).json()["request_uri"]
    visitor = Visitor(world)
    visitor.log_in()
    query = urlencode({"client_id": made.application.client_id, "request_uri": pushed})
    pages = []
    for _ in range(20):
        visitor.get(f"/oauth2/authorize?{query}")
        pages.append(visitor.hidden())

    async def gather() -> list[httpx2.Response]:
        sent = (
            visitor.http.post("/oauth2/authorize", data={**fields, "decision": "allow"}, headers=visitor.headers)
            for fields in pages
        )
        return await asyncio.gather(*sent)

    answers = world.run(gather())
    assert sum("code=jt_co_" in answer.text for answer in answers) == 1
