"""LG: what is written down, of whom, and what must never be. LG-05 is `storage/sql/tests/test_sealing.py`."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import apsw
import psycopg
import pytest

from jeton.assembly.catalogue import Catalogue, find_catalogue
from jeton.kernel.caller import Caller
from jeton.kernel.declare import Body, Family, Operation
from jeton.kernel.logs import LogEntry, LogFilter
from jeton.kernel.ports import Work
from jeton.kernel.tree import Strictness
from jeton.storage.sql.sqlite import DATABASE
from jeton.testing.browsing import Visitor
from jeton.testing.kept import kept_in
from jeton.testing.matrix import Matrix
from jeton.testing.tokens import altered
from jeton.testing.world import World
from tests.attacks.cast import App, exchange, post, register, tokens_for

PROOF: Final = {"password": "alice has a long password"}
SECRET: Final = "a secret that a handler held"
OPERATIONS: Final = find_catalogue().operations


def lines_of(world: World, *, action: str = "") -> list[LogEntry]:
    """The journal, the oldest line first."""
    found = world.read(lambda work: work.logs.page(LogFilter(action=action), offset=0, limit=1000))
    return list(reversed(found))


def log_of(world: World) -> list[str]:
    world.running.journal.flush()
    return world.log.getvalue().splitlines()


# LG-01.


def issued(world: World, alice: Visitor, web: App, script: App) -> Iterator[str]:
    """Every kind of secret that the platform gives or takes, each used once."""
    assert script.secret is not None and web.secret is not None  # noqa: PT018 - both are confidential
    yield from (script.secret, web.secret)
    robot = post(world, script, grant_type="client_credentials").json()["access_token"]
    mine = tokens_for(alice, web)
    yield from (robot, mine["access_token"], mine["refresh_token"])
    yield from (cookie.value or "" for cookie in alice.http.cookies.jar)
    password = "correct horse battery of a new person"
    body = {"login": f"lg{world.now}", "email": "lg@example.org", "password": password}
    assert world.send("POST", "/api/user", token=robot, json=body).status_code == 201
    yield password
    wrong = "what somebody typed by mistake"
    visitor = Visitor(world)
    visitor.log_in("alice", wrong)
    visitor.close()
    yield wrong
    totp = world.send("POST", "/api/account/totp", token=mine["access_token"], json=PROOF)
    yield from (totp.json()["secret"], totp.json()["uri"])
    invitation = {"folder": 1, "rights": 1, "email": "guest@example.org"}
    invited = world.send("POST", "/api/invite", token=robot, json=invitation)
    yield invited.json()["key"]
    upload: dict[str, Any] = {"data": {"folderId": "1"}, "files": {"targetFile": ("a.txt", b"bytes")}}
    file = world.send("POST", "/api/file/upload", token=robot, **upload).json()["id"]
    link = world.send("POST", f"/api/token/file/{file}/download", token=robot).json()["token"]
    assert world.send("GET", "/api/file/download", params={"token": link}).content == b"bytes"
    yield link
    body = {"callback_urls": [], "name": f"New {world.now}", "type": "server", "scopes": "files.read"}
    yield world.send("POST", "/api/oauth2/app", token=robot, json=body).json().get("client_secret", SECRET)
    refused = world.send("GET", "/api/account", token=altered(robot))
    assert robot[:-1] not in refused.text
    assert exchange(world, web, "jt_ac_1.made_up").status_code == 400


def test_lg_01_no_secret_that_was_issued_or_shown_is_written_down_anywhere(
    world: World, alice: Visitor, web: App, script: App
) -> None:
    secrets = [secret for secret in issued(world, alice, web, script) if len(secret) > 7]
    assert len(secrets) > 10
    world.until(lambda: any(line.action == "login.refused" for line in lines_of(world)))
    rows = repr(list(kept_in(world.folder, world.database_url)))
    files = b"".join(file.read_bytes() for file in Path(world.folder).rglob("*") if file.is_file())
    log = "\n".join(log_of(world))
    assert len(lines_of(world)) > 10
    for secret in secrets:
        assert secret not in rows
        assert secret not in log
        assert secret.encode() not in files


# LG-02.

HOSTILE: Final = (
    'a\r\n{"at":"2026-01-01T00:00:00Z","event":"forged"}',
    "\x1b[2J\x1b[31mred",
    '"},{"event":"forged"',
    "line\u2028separator\x85and\x0bmore",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_lg_02_what_is_put_into_names_stays_in_one_line_of_the_log_and_of_the_journal(
    tmp_path: Path, text: str
) -> None:
    with World(tmp_path / "data", names=Strictness.RELAXED, does_jobs=False) as world:
        token = world.token()
        before = len(log_of(world))
        made = world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": text})
        assert made.status_code == 201
        world.send("GET", f"/api/folder/{'x' * 60_000}", token=token)
        world.send("GET", "/api/folder/1", token=token, params={"x": text})
        after = log_of(world)[before:]
        lines = [json.loads(line) for line in after]
        assert len(lines) == 3
        assert {line["event"] for line in lines} == {lines[0]["event"]}
        assert "forged" not in "".join(after)
        assert "\x1b" not in "".join(after)
        assert max(map(len, after)) < 1000
        (line,) = lines_of(world, action="folder.created")
        assert line.facts["name"] == text
        told = world.send("GET", "/api/logs", token=token, params={"type": "folder.created"})
        assert len(told.json()) == 1
        assert "\x1b" not in told.text
        assert "\r" not in told.text


def test_lg_02_headers_that_come_with_it_are_left_out_or_cut(world: World, script: App) -> None:
    token = post(world, script, grant_type="client_credentials").json()["access_token"]
    for agent in ("x" * 1_000_000, "\x1b[31mred", "a\tb"):
        headers = {"User-Agent": agent, "X-Forwarded-For": "1.2.3.4", "X-Request-Id": "forged"}
        body = {"parent_id": 1, "name": f"n{world.mint.number(world.now)}"}
        made = world.send("POST", "/api/folder", token=token, json=body, headers=headers)
        line = next(line for line in lines_of(world) if line.request_id == made.headers["request-id"])
        assert len(line.user_agent) <= 500
        assert line.user_agent.isprintable()
        assert line.address != "1.2.3.4"
    assert "forged" not in "\n".join(log_of(world))


# LG-03.


class Stage(NamedTuple):
    """Who acts in the inventory of security events, and a user, an application and a folder to act upon."""

    world: World
    robot: str
    mine: str
    user: int
    client_id: str
    folder: int
    web: App

    def send(self, method: str, path: str, token: str | None = None, **options: Any) -> Any:
        return self.world.send(method, path, token=token or self.robot, **options)

    def logs_in(self, password: str) -> None:
        visitor = Visitor(self.world)
        visitor.log_in("alice", password)
        visitor.close()


EVENTS: Final[dict[str, Callable[[Stage], object]]] = {
    "login": lambda on: on.logs_in("alice has a long password"),
    "login.refused": lambda on: on.logs_in("wrong"),
    "token.issued": lambda on: tokens_of_robot(on),
    "client.refused": lambda on: post(on.world, on.web, client_secret="wrong", grant_type="client_credentials"),
    "call.refused": lambda on: on.send("GET", "/api/users", on.mine),
    "user.changed": lambda on: on.send("PUT", f"/api/user/{on.user}", json={"firstname": "Eve"}),
    "user.deleted": lambda on: on.send("DELETE", f"/api/user/{on.user}"),
    "right.given": lambda on: on.send("POST", "/api/right", json={"folder_id": on.folder, "target_id": on.user}),
    "application.changed": lambda on: on.send("PUT", f"/api/oauth2/app/{on.client_id}", json={"description": "x"}),
    "application.deleted": lambda on: on.send("DELETE", f"/api/oauth2/app/{on.client_id}"),
    "secret.created": lambda on: on.send("POST", f"/api/oauth2/app/{on.client_id}/reset"),
    "platform.configured": lambda on: on.send("PUT", "/api/config", json={"config": {"trash_days": on.folder % 90}}),
    "factor.totp_begun": lambda on: on.send("POST", "/api/account/totp", on.mine, json=PROOF),
    "folder.trashed": lambda on: on.send("DELETE", f"/api/folder/{on.folder}"),
    "folder.destroyed": lambda on: on.send("DELETE", f"/api/folder/{on.folder}", params={"trash": "0"}),
}
REFUSALS: Final = frozenset({"login.refused", "client.refused", "call.refused"})


def tokens_of_robot(on: Stage) -> object:
    return on.world.token("files.read")


@pytest.fixture
def stage(world: World, alice: Visitor, web: App, script: App) -> Stage:
    world.pass_time(70)  # a new minute: what was observed within one is told once
    robot = post(world, script, grant_type="client_credentials").json()["access_token"]
    user = world.person(f"u{world.mint.number(world.now)}")
    body = {"parent_id": 1, "name": f"n{world.mint.number(world.now)}"}
    folder = world.send("POST", "/api/folder", token=robot, json=body).json()["id"]
    return Stage(world, robot, tokens_for(alice, web)["access_token"], user.id, register(world).client_id, folder, web)


@pytest.mark.parametrize("action", EVENTS)
def test_lg_03_each_event_leaves_one_line_with_who_what_when_whence_and_how_it_ended(stage: Stage, action: str) -> None:
    world = stage.world
    stage.send("GET", "/api/folder/1")
    before = {line.id for line in lines_of(world)}
    EVENTS[action](stage)

    def new() -> list[LogEntry]:
        return [line for line in lines_of(world) if line.id not in before and line.action == action]

    assert world.until(lambda: bool(new())), action
    (line,) = new()
    assert line.at == world.now
    assert bool(line.code) is (action in REFUSALS)
    assert line.request_id.startswith("req_")
    assert line.address == "127.0.0.1"
    assert line.subject
    if action not in {"login.refused", "client.refused"}:
        assert line.actor > 0
        assert line.actor_name
    told = world.send("GET", f"/api/log/{line.id}", token=stage.robot)
    assert (told.status_code, told.json()["type"]) == (200, action)


def test_lg_03_who_acts_in_somebody_s_name_is_told_beside_them(stage: Stage) -> None:
    world = stage.world
    headers = {"As": str(stage.user)}
    root = world.send("GET", "/api/account", token=stage.robot, headers=headers).json()["roots"][-1]
    body = {"parent_id": root, "name": "made in their name"}
    assert stage.send("POST", "/api/folder", headers=headers, json=body).status_code == 201
    line = lines_of(world, action="folder.created")[-1]
    assert line.actor == stage.user
    assert line.on_behalf_by
    assert line.client_id


_OBSERVED: Final = frozenset({"audit", "blob_doomed", "blob_intents", "commits", "guesses", "last_used_at", "seen_at"})


def kept(world: World, operation: Operation) -> str:
    """Everything that is kept, but facts observed on the way, and bytes that came and will be swept or sent again."""
    takes_bytes = operation.body in {Body.UPLOAD, Body.BYTES}
    without = _OBSERVED | {"uploads", "reservations"} if takes_bytes else _OBSERVED
    tables = kept_in(world.folder, world.database_url, without=without)
    return "\n".join(f"{table.table} {sorted(map(repr, table.rows))}" for table in tables)


# LG-04.


def breaks(work: Work, caller: Caller, command: Any) -> object:
    held = {"password": SECRET}
    raise RuntimeError(f"this holds {held}")


def broken_families() -> Iterator[Family]:
    for family in find_catalogue().families:
        yield replace(family, operations=tuple(replace(operation, call=breaks) for operation in family.operations))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    catalogue = Catalogue(tuple(broken_families()))
    with World(
        tmp_path_factory.mktemp("broken") / "data", catalogue=catalogue, does_jobs=False, password_login=True
    ) as world:
        yield Matrix(world)


def test_lg_04_a_fault_in_any_call_tells_its_id_and_the_log_where_and_neither_what_was_held(broken: Matrix) -> None:
    world = broken.world
    for operation in OPERATIONS:
        sample = broken.prepare(operation)
        token = broken.token(operation, "the right scope", as_person=sample.as_person) or ""
        before = kept(world, operation)
        answer = broken.call(operation, sample, {"Authorization": f"Bearer {token}"})
        if operation.method == "HEAD":
            assert answer.status_code == 500
            continue
        told = answer.json()
        assert (answer.status_code, told["code"]) == (500, "internal_error"), (operation.name, answer.text)
        assert set(told) <= {"error", "code", "status", "request_id"}
        found = [line for line in log_of(world) if told["request_id"] in line]
        assert any("RuntimeError at test_lg_traces.py" in line for line in found), operation.name
        assert all(secret not in line for secret in (SECRET, token) for line in found)
        assert SECRET not in answer.text
        assert set(kept(world, operation).splitlines()) ^ set(before.splitlines()) == set(), operation.name


# LG-06.

_TRIGGER: Final = "CREATE TRIGGER no_line BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no line'); END"
_RULE: Final = "ALTER TABLE audit ADD CONSTRAINT no_line CHECK (id < 0) NOT VALID"


def let_no_line_be_written(world: World) -> None:
    """From now on the database itself refuses each line of the journal."""
    if world.database_url is not None:
        with psycopg.connect(world.database_url) as connection:
            connection.execute(_RULE)
        return
    connection = apsw.Connection(str(world.folder / DATABASE))
    connection.set_busy_timeout(5000)
    connection.execute(_TRIGGER)
    connection.close()


def writes() -> tuple[Operation, ...]:
    return tuple(operation for operation in OPERATIONS if operation.is_write and operation.leaves_a_line)


def test_lg_06_an_act_whose_line_cannot_be_written_is_not_done(tmp_path: Path) -> None:
    with World(tmp_path / "data", does_jobs=False, password_login=True) as world:
        matrix = Matrix(world)
        prepared = []
        for operation in writes():
            sample = matrix.prepare(operation)
            prepared.append((operation, sample, matrix.token(operation, "the right scope", as_person=sample.as_person)))
        let_no_line_be_written(world)
        for operation, sample, token in prepared:
            before = kept(world, operation)
            answer = matrix.call(operation, sample, {"Authorization": f"Bearer {token}"})
            assert answer.status_code >= 400, operation.name
            assert set(kept(world, operation).splitlines()) ^ set(before.splitlines()) == set(), operation.name
