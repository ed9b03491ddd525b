"""Three processes on one database: what is ended through one of them is over for the others at their next request."""

import hashlib
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.testing.postgres import migrated_database, server
from jeton.testing.served import ADMIN_LOGIN, ADMIN_PASSWORD, Served, create_app, free_port, init

PUBLIC = "http://documents.example.org"
READER = {"browse": True, "read": True, "download": True}
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Process:
    """One of the processes, and a client that keeps its connection."""

    def __init__(self, data: Path, settings: dict[str, str], name: str) -> None:
        self.served = Served(data, port=free_port(), settings=settings, log=data.parent / f"{name}.log")
        self.http = httpx2.Client(base_url=self.served.url, timeout=20)

    def send(self, method: str, path: str, *, token: str = "", **options: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.request(method, path, headers={**headers, **options.pop("headers", {})}, **options)

    def end(self) -> None:
        self.http.close()
        assert self.served.stop() == 0


class Platform:
    """Three processes, and an application that may do everything."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.url = migrated_database()
        self.settings = {"JETON_DATABASE_URL": self.url, "JETON_PUBLIC_URL": PUBLIC, "JETON_INSECURE": "yes"}
        init(self.data, self.settings)
        self.made = 0
        self.app = create_app(self.data, name="Chief", settings=self.settings)
        first, second, third = (Process(self.data, self.settings, name) for name in "abc")
        self.three = (first, second, third)
        self.chief = self.token(self.app)

    def token(self, app: dict[str, Any]) -> str:
        body = {name: app[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
        answer = self.three[0].send("POST", "/oauth2/token", json=body)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def new_app(self) -> tuple[dict[str, Any], str]:
        """An application registered through the first process, and a token of it."""
        self.made += 1
        registration = {"name": f"Robot {self.made}", "type": 1, "scopes": ["files.readwrite", "files.read"]}
        answer = self.act("POST", "/api/oauth2/app", json=registration)
        return answer, self.token(answer)

    def new_person(self) -> dict[str, Any]:
        self.made += 1
        name = f"person{self.made}"
        made: dict[str, Any] = self.act("POST", "/api/user", json={
            "login": name, "email": f"{name}@example.org", "password": f"{name} has a long password",
        })  # fmt: skip
        return made

    def act(self, method: str, path: str, **options: Any) -> Any:
        """A call of the chief's through the first process, which must succeed."""
        answer = self.three[0].send(method, path, token=self.chief, **options)
        assert answer.status_code in {200, 201, 204}, answer.text
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("processes"))
    yield platform
    for process in platform.three:
        process.end()
    server().drop(platform.url)


def on_all(platform: Platform, ask: Callable[[Process], httpx2.Response]) -> list[int]:
    return [ask(process).status_code for process in platform.three]


def asking(method: str, path: str, **options: Any) -> Callable[[Process], httpx2.Response]:
    return lambda process: process.send(method, path, **options)


def log_in(process: Process, login: str, password: str) -> str:
    """The cookie of a new login session, made by the form of one process."""
    headers = {"Host": "documents.example.org", "Origin": PUBLIC}
    page = process.send("GET", "/login", headers=headers)
    hidden = dict(_HIDDEN.findall(page.text))
    cookies = "; ".join(f"{name}={value}" for name, value in process.http.cookies.items())
    answer = process.send(
        "POST", "/login", headers={**headers, "Cookie": cookies}, data={**hidden, "login": login, "password": password}
    )
    assert answer.status_code == 303, answer.text
    cookie = f"jeton={answer.cookies['jeton']}"
    process.http.cookies.clear()
    return cookie


def visit(process: Process, cookie: str, path: str = "/account") -> httpx2.Response:
    headers = {"Host": "documents.example.org", "Cookie": cookie}
    answer = process.send("GET", path, headers=headers)
    process.http.cookies.clear()
    return answer


def test_a_revoked_token_is_refused_everywhere(platform: Platform) -> None:
    for how in range(10):
        app, token = platform.new_app()
        assert on_all(platform, asking("GET", "/api/folders", token=token)) == [200] * 3
        body = {"token": token, "client_id": app["client_id"], "client_secret": app["client_secret"]}
        answer = platform.three[how % 3].send("POST", "/oauth2/revoke", json=body)
        assert answer.status_code == 200, answer.text
        assert on_all(platform, asking("GET", "/api/folders", token=token)) == [401] * 3


def test_a_suspended_application_is_refused_everywhere(platform: Platform) -> None:
    app, token = platform.new_app()
    ask = {name: app[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
    path = f"/api/oauth2/app/{app['client_id']}"
    for suspended, read, asked in ((False, 200, 200), (True, 401, 400), (False, 200, 200), (True, 401, 400)):
        platform.act("PUT", path, json={"suspended": suspended})
        assert on_all(platform, asking("GET", "/api/folders", token=token)) == [read] * 3
        assert on_all(platform, asking("POST", "/oauth2/token", json=ask)) == [asked] * 3


def test_calls_a_minute_are_counted_for_all_together(platform: Platform) -> None:
    app, token = platform.new_app()
    platform.act("PUT", f"/api/oauth2/app/{app['client_id']}", json={"requests_per_minute": 24})
    if time.time() % 60 > 50:  # within one minute of the clock
        time.sleep(60 - time.time() % 60)
    statuses = [status for _ in range(12) for status in on_all(platform, asking("GET", "/api/folders", token=token))]
    assert set(statuses) == {200, 429}
    assert 24 - 2 * 3 < statuses.count(200) <= 24


def test_narrowed_scopes_hold_everywhere(platform: Platform) -> None:
    app, token = platform.new_app()

    def make(process: Process) -> httpx2.Response:
        platform.made += 1
        return process.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": f"folder{platform.made}"})

    assert on_all(platform, make) == [201] * 3
    platform.act("PUT", f"/api/oauth2/app/{app['client_id']}", json={"scopes": ["files.read"]})
    assert on_all(platform, make) == [403] * 3


def test_a_reset_secret_is_over_everywhere(platform: Platform) -> None:
    app, _ = platform.new_app()
    ask = {name: app[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
    assert on_all(platform, asking("POST", "/oauth2/token", json=ask)) == [200] * 3
    platform.act("POST", f"/api/oauth2/app/{app['client_id']}/reset")
    assert on_all(platform, asking("POST", "/oauth2/token", json=ask)) == [401] * 3


def test_a_disabled_user_is_out_everywhere(platform: Platform) -> None:
    person = platform.new_person()
    cookie = log_in(platform.three[0], person["login"], f"{person['login']} has a long password")
    as_them = {"As": person["id"]}
    read = asking("GET", "/api/account", token=platform.chief, headers=as_them)

    assert on_all(platform, read) == [200] * 3
    assert on_all(platform, lambda process: visit(process, cookie)) == [200] * 3
    platform.act("PUT", f"/api/user/{person['id']}", json={"active": False})
    assert on_all(platform, read) == [403] * 3
    assert on_all(platform, lambda process: visit(process, cookie)) == [303] * 3


def test_a_right_holds_and_ends_everywhere(platform: Platform) -> None:
    person = platform.new_person()
    folder = platform.act("POST", "/api/folder", json={"parent_id": 1, "name": f"for {person['login']}"})["id"]

    read = asking("GET", f"/api/folder/{folder}", token=platform.chief, headers={"As": person["id"]})

    assert on_all(platform, read) == [404] * 3
    for _ in range(5):
        body = {"folder_id": folder, "target_id": person["id"], **READER}
        right = platform.act("POST", "/api/right", json=body)["id"]
        assert on_all(platform, read) == [200] * 3
        platform.act("DELETE", f"/api/right/{right}")
        assert on_all(platform, read) == [404] * 3


def test_a_right_of_a_group_ends_everywhere_when_one_leaves_it(platform: Platform) -> None:
    person = platform.new_person()
    folder = platform.act("POST", "/api/folder", json={"parent_id": 1, "name": f"of {person['login']}"})["id"]
    group = platform.act(
        "POST", "/api/group", json={"login": f"with {person['login']}", "members": [{"id": person["id"]}]}
    )

    read = asking("GET", f"/api/folder/{folder}", token=platform.chief, headers={"As": person["id"]})

    platform.act("POST", "/api/right", json={"folder_id": folder, "target_id": group["id"], **READER})
    assert on_all(platform, read) == [200] * 3
    platform.act("PUT", f"/api/group/{group['id']}", json={"members": []})
    assert on_all(platform, read) == [404] * 3


def test_a_login_session_that_was_ended_is_over_everywhere(platform: Platform) -> None:
    first, second, _ = platform.three
    cookie = log_in(first, ADMIN_LOGIN, ADMIN_PASSWORD)
    assert on_all(platform, lambda process: visit(process, cookie)) == [200] * 3
    page = visit(second, cookie)
    hidden = dict(_HIDDEN.findall(page.text))
    headers = {"Host": "documents.example.org", "Origin": PUBLIC, "Cookie": cookie}
    left = second.send("POST", "/logout", headers=headers, data=hidden)
    assert left.status_code == 303
    second.http.cookies.clear()
    assert on_all(platform, lambda process: visit(process, cookie)) == [303] * 3


def test_what_one_process_took_in_another_gives_out(platform: Platform) -> None:
    first, second, third = platform.three
    content = bytes(range(256)) * 12_000
    answer = first.send(
        "POST", "/api/file/upload", token=platform.chief, data={"folderId": "1"},
        files={"targetFile": ("large.bin", content)},
    )  # fmt: skip
    assert answer.status_code in {200, 201}, answer.text
    number = answer.json()["id"]
    for process in (second, third):
        downloaded = process.send("GET", f"/api/file/{number}/download", token=platform.chief)
        assert downloaded.content == content
        assert process.send("GET", f"/api/file/{number}", token=platform.chief).json()["size"] == len(content)


def test_of_patches_that_race_over_three_processes_each_byte_is_kept_once(platform: Platform) -> None:
    content, key = bytes(range(200)) * 50, ""
    for turn in range(5):
        body = {"name": f"raced{turn}.bin", "target": "1", "size": len(content)}
        key = platform.act("POST", "/api/file/tus", json=body)[0]["sessionKey"]
        tus = {"Tus-Resumable": "1.0.0"}
        made = {"Upload-Length": str(len(content)), "Upload-Metadata": f"token {b64encode(key.encode()).decode()}"}
        platform.act("POST", "/api/tus", headers={**tus, **made})
        half = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        send = asking("PATCH", f"/api/tus/{key}", token=platform.chief, headers=half, content=content[:5_000])
        with ThreadPoolExecutor(3) as threads:
            answers = [*threads.map(send, platform.three)]
        assert sorted({answer.status_code for answer in answers} - {204}) in ([409], [423], [409, 423])
        assert [answer.status_code for answer in answers].count(204) == 1
        rest = {**half, "Upload-Offset": "5000"}
        send = asking("PATCH", f"/api/tus/{key}", token=platform.chief, headers=rest, content=content[5_000:])
        assert send(platform.three[turn % 3]).status_code == 204
        file = platform.act("POST", "/api/file/tus", json={"token": key})
        assert (file["size"], file["hash"]) == (len(content), hashlib.md5(content).hexdigest())


def test_the_set_up_link_is_one_for_all_processes(tmp_path: Path) -> None:
    url = server().database()
    settings = {"JETON_DATABASE_URL": url, "JETON_PUBLIC_URL": PUBLIC, "JETON_INSECURE": "yes"}
    processes = [Process(tmp_path / "data", {**settings, "JETON_WORKERS": "2"}, name) for name in "ab"]
    links = [re.findall(r"/setup/\S+", process.served.told) for process in processes]
    assert [len(found) for found in links] == [1, 1]  # once by each command, however many workers it has
    [earlier], [link] = links
    headers = {"Host": "documents.example.org", "Origin": PUBLIC}
    form = {
        "name": "Documents", "language": "en", "login": ADMIN_LOGIN, "email": "ada@example.org",
        "password": ADMIN_PASSWORD, "repeated": ADMIN_PASSWORD,
    }  # fmt: skip
    try:
        for process in processes:
            assert process.send("GET", earlier, headers=headers).status_code == 410
            assert process.send("GET", link, headers=headers).status_code == 200
        page = processes[0].send("GET", link, headers=headers)
        filled = {**dict(_HIDDEN.findall(page.text)), **form}
        done = processes[0].send("POST", link, headers=headers, data=filled)
        assert done.status_code == 303, done.text
        for process in processes:
            assert process.send("GET", link, headers=headers).status_code != 200
            again = process.send("POST", link, headers=headers, data=filled)
            assert again.headers.get("location") != done.headers["location"]
    finally:
        for process in processes:
            process.end()
        server().drop(url)


def test_up_15_one_key_at_several_processes_at_once_is_one_effect(platform: Platform) -> None:
    folder = platform.act("POST", "/api/folder", json={"parent_id": 1, "name": "under keys"})["id"]
    with ThreadPoolExecutor(18) as pool:
        for number in range(10):
            body, key = {"parent_id": folder, "name": f"child {number}"}, {"Idempotency-Key": f"child-{number}"}
            ask = asking("POST", "/api/folder", token=platform.chief, json=body, headers=key)
            answers = list(pool.map(ask, platform.three * 6))
            assert {answer.status_code for answer in answers} == {201}, {answer.text for answer in answers}
            assert len({answer.content for answer in answers}) == 1
            assert sum("idempotent-replayed" in answer.headers for answer in answers) == 17
    listed = platform.three[0].send("GET", f"/api/folder/{folder}?depth=1", token=platform.chief).json()
    assert len(listed["content"]["folders"]) == 10
