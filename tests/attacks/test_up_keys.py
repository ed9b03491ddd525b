"""Attacks UP-15 and UP-16, and what lies about them: one idempotency key, one effect, told to whoever did it alone."""

import asyncio
from typing import Any, Final

import httpx2
import pytest

from jeton.kit.clock import DAY, SECOND
from jeton.storage.sql.sweep import sweep
from jeton.storage.work import SqlWork
from jeton.testing.kept import kept_in
from jeton.testing.world import World

_NUMBERS = iter(range(10**6))
WRITER: Final = {"browse": True, "read": True, "download": True, "write": True, "edit": True}
GRANT: Final = {"grant_type": "client_credentials"}


class Keyed:
    """An application that sends its writes under keys."""

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token

    def __call__(self, key: str | None, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = {**({} if key is None else {"Idempotency-Key": key}), **options.pop("headers", {})}
        return self.world.send(method, f"/api{path}", token=self.token, headers=headers, **options)

    def folder(self, name: str = "") -> int:
        made = self(None, "POST", "/folder", json={"parent_id": 1, "name": name or new("folder")})
        number: int = made.json()["id"]
        return number

    def form(self, key: str, folder: int, name: str, content: bytes) -> httpx2.Response:
        return self(key, "POST", "/file/upload", data={"folderId": str(folder)}, files={"targetFile": (name, content)})

    def content(self, folder: int) -> dict[str, Any]:
        listed: dict[str, Any] = self(None, "GET", f"/folder/{folder}?depth=1").json()["content"]
        return listed

    def files(self, folder: int) -> list[tuple[str, int]]:
        return [(file["name"], file["size"]) for file in self.content(folder)["files"]]


def new(word: str) -> str:
    return f"{word}-{next(_NUMBERS)}"


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def is_repeat(answer: httpx2.Response) -> bool:
    return answer.headers.get("idempotent-replayed") == "true"


def blobs(world: World) -> int:
    return sum(1 for file in (world.folder / "blobs").rglob("*") if file.is_file())


@pytest.fixture
def keyed(world: World) -> Keyed:
    return Keyed(world, world.token("all"))


def at_once(world: World, calls: list[dict[str, Any]]) -> list[httpx2.Response]:
    async def gather() -> list[httpx2.Response]:
        return await asyncio.gather(*(world.http.request(**call) for call in calls))

    return world.run(gather())


@pytest.mark.parametrize("way", ["form", "bytes", "folder"])
def test_up_15_twenty_at_once_under_one_key_have_one_effect_and_one_answer(
    world: World, keyed: Keyed, way: str
) -> None:
    folder, before = keyed.folder(), blobs(world)
    headers = {"Authorization": f"Bearer {keyed.token}", "Idempotency-Key": new("key")}
    call: dict[str, Any] = {"method": "POST", "headers": headers}
    if way == "form":
        file = {"targetFile": ("a.bin", b"z" * 100_000)}
        call |= {"url": "/api/file/upload", "data": {"folderId": str(folder)}, "files": file}
    elif way == "bytes":
        number = keyed.form(new("key"), folder, "a.bin", b"before").json()["id"]
        call |= {"method": "PUT", "url": f"/api/file/{number}/upload", "content": b"z" * 100_000}
    else:
        call |= {"url": "/api/folder", "json": {"parent_id": folder, "name": "a"}}
    answers = at_once(world, [call] * 20)
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1, {one.text for one in answers}
    assert answers[0].is_success
    assert sum(map(is_repeat, answers)) == 19
    if way == "folder":
        assert len(keyed.content(folder)["folders"]) == 1
    else:
        assert keyed.files(folder) == [("a.bin", 100_000)]
        assert world.until(lambda: blobs(world) == before + (1 if way == "form" else 2))


def test_up_16_the_same_key_with_another_request_is_refused_and_does_nothing(world: World, keyed: Keyed) -> None:
    folder, key = keyed.folder(), new("key")
    assert keyed.form(key, folder, "a.txt", b"one").status_code == 201
    stored = blobs(world)
    for answer in (
        keyed.form(key, folder, "a.txt", b"two"),
        keyed.form(key, folder, "a.txt", b"one and more"),
        keyed.form(key, folder, "b.txt", b"one"),
        keyed.form(key, keyed.folder(), "a.txt", b"one"),
        keyed(key, "POST", "/folder", json={"parent_id": folder, "name": "one"}),
        keyed(key, "PUT", f"/folder/{folder}", json={"name": "one"}),
        keyed(key, "DELETE", f"/folder/{folder}"),
    ):
        assert code(answer) == (422, "idempotency_key_reused")
    assert is_repeat(keyed.form(key, folder, "a.txt", b"one"))
    assert keyed.files(folder) == [("a.txt", 3)]
    assert blobs(world) == stored


def test_up_16_the_same_key_of_another_caller_is_another_key(world: World, keyed: Keyed) -> None:
    key, name = new("key"), new("group")
    first = keyed(key, "POST", "/folder", json={"parent_id": 1, "name": name})
    assert first.status_code == 201
    other = Keyed(world, world.token("all"))
    assert code(other(key, "POST", "/folder", json={"parent_id": 1, "name": name}))[0] == 403  # the name is taken
    assert other(key, "POST", "/folder", json={"parent_id": 1, "name": new("group")}).status_code == 201
    people = [world.person(new("person")) for _ in range(2)]
    for person in people:  # one application, another person
        made = keyed(key, "PUT", "/account", json={"firstname": "Ana"}, headers={"As": str(person.id)})
        assert (made.status_code, is_repeat(made)) == (200, False), made.text
        again = keyed(key, "PUT", "/account", json={"firstname": "Ana"}, headers={"As": str(person.id)})
        assert (again.content, is_repeat(again)) == (made.content, True)
    assert is_repeat(keyed(key, "POST", "/folder", json={"parent_id": 1, "name": name}))


def test_a_repeat_is_judged_anew_and_a_right_taken_away_refuses_it(world: World, keyed: Keyed) -> None:
    person, folder = world.person(new("person")), keyed.folder()
    entry = keyed(None, "POST", "/right", json={"folder_id": folder, "target_id": person.id, **WRITER}).json()["id"]
    theirs = Keyed(world, world.token("files.readwrite", person=person))
    making = {"parent_id": folder, "name": "theirs"}
    key, of_bytes = new("key"), new("key")
    assert theirs(key, "POST", "/folder", json=making).status_code == 201
    assert theirs.form(of_bytes, folder, "a.txt", b"one").status_code == 201
    assert is_repeat(theirs(key, "POST", "/folder", json=making))
    assert is_repeat(theirs.form(of_bytes, folder, "a.txt", b"one"))
    assert keyed(None, "DELETE", f"/right/{entry}").status_code == 204
    for answer in (theirs(key, "POST", "/folder", json=making), theirs.form(of_bytes, folder, "a.txt", b"one")):
        assert (answer.status_code, is_repeat(answer)) == (404, False)
    nobody = Keyed(world, theirs.token[:-1] + ("A" if theirs.token[-1] != "A" else "B"))
    assert nobody(key, "POST", "/folder", json=making).status_code == 401


def test_what_is_gone_by_the_act_itself_is_answered_again(keyed: Keyed) -> None:
    folder, key = keyed.folder(), new("key")
    first = keyed(key, "DELETE", f"/folder/{folder}")
    assert first.status_code == 200
    assert keyed(None, "DELETE", f"/folder/{folder}").status_code == 404
    again = keyed(key, "DELETE", f"/folder/{folder}")
    assert (again.status_code, again.content, is_repeat(again)) == (200, first.content, True)


def test_a_refusal_is_not_kept(keyed: Keyed) -> None:
    key, name = new("key"), new("folder")
    taken = keyed.folder(name)
    assert keyed(key, "POST", "/folder", json={"parent_id": 1, "name": name}).status_code == 403
    assert keyed(None, "DELETE", f"/folder/{taken}").status_code == 200
    made = keyed(key, "POST", "/folder", json={"parent_id": 1, "name": name})
    assert (made.status_code, is_repeat(made)) == (201, False)
    assert is_repeat(keyed(key, "POST", "/folder", json={"parent_id": 1, "name": name}))


def test_a_key_is_remembered_for_a_day_and_its_row_is_swept(world: World) -> None:
    key, name = new("key"), new("folder")
    body = {"parent_id": 1, "name": name}
    app = world.application("all")
    asked = {"client_id": app.application.client_id, "client_secret": app.client_secret}

    def fresh() -> Keyed:
        return Keyed(world, world.send("POST", "/oauth2/token", json=asked | GRANT).json()["access_token"])

    assert fresh()(key, "POST", "/folder", json=body).status_code == 201
    try:
        world.pass_time(DAY // SECOND - 60)
        assert is_repeat(fresh()(key, "POST", "/folder", json=body))  # with a new token: the caller is the same
        world.pass_time(61)
        assert fresh()(key, "POST", "/folder", json=body).status_code == 403  # acts again: the name is taken
        again = {**body, "name": new("folder")}
        assert fresh()(key, "POST", "/folder", json=again).status_code == 201  # in place of what was kept
        assert is_repeat(fresh()(key, "POST", "/folder", json=again))
        world.pass_time(DAY // SECOND + 1)
        world.write(swept)
        assert rows(world) == []
    finally:
        world.pass_time(-2 * (DAY // SECOND) - 2)


def swept(work: object) -> None:
    assert isinstance(work, SqlWork)
    while sweep(work.session, work.now):
        pass


def rows(world: World) -> list[tuple[Any, ...]]:
    return next(table.rows for table in kept_in(world.folder, world.database_url) if table.table == "kept_answers")


@pytest.mark.parametrize("key", ["", " ", '"', '""', "a b", "k" * 256, '"open', "a\tb", 'a"b', "a\\b"])
def test_a_key_that_is_none_is_refused(keyed: Keyed, key: str) -> None:
    name = new("folder")
    refused = keyed(None, "POST", "/folder", json={"parent_id": 1, "name": name}, headers={"Idempotency-Key": key})
    assert code(refused) == (400, "bad_idempotency_key")
    assert keyed.folder(name)  # it was not made


def test_a_key_is_the_same_in_quotation_marks_and_may_be_long(keyed: Keyed) -> None:
    key = new("k").ljust(255, "~")
    body = {"parent_id": 1, "name": new("folder")}
    assert keyed(f'"{key}"', "POST", "/folder", json=body).status_code == 201
    assert is_repeat(keyed(key, "POST", "/folder", json=body))


def test_two_keys_are_none(keyed: Keyed) -> None:
    twice = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    refused = keyed.world.send("POST", "/api/folder", token=keyed.token, headers=twice, json={"parent_id": 1})
    assert code(refused) == (400, "repeated_header")


def test_reading_takes_no_notice_of_a_key_and_keeps_nothing(world: World, keyed: Keyed) -> None:
    before = rows(world)
    key = new("key")
    assert keyed(key, "GET", "/folder/1").status_code == 200
    assert not is_repeat(keyed(key, "GET", "/folder/1"))
    keyed.folder()
    assert rows(world) == before


def test_neither_a_key_nor_what_was_asked_nor_a_file_s_bytes_are_kept(world: World, keyed: Keyed) -> None:
    key, secret = new("a key that is long"), "a password that nobody guesses"
    key = key.replace(" ", "-")
    person = {"login": new("login"), "email": "who@example.org", "password": secret}
    assert keyed(key, "POST", "/user", json=person).status_code == 201
    assert keyed.form(f"{key}-bytes", keyed.folder(), "a.txt", b"bytes of a file").status_code == 201
    told = repr(rows(world))
    assert key not in told
    assert secret not in told
    assert "bytes of a file" not in told
