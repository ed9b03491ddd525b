"""The page on scaling is true: its nginx configuration, before two groups of processes, one of which goes and comes."""

import re
import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from jeton.testing.postgres import migrated_database, server
from jeton.testing.served import ADMIN_LOGIN, ADMIN_PASSWORD, Served, create_app, free_port, init

PAGE = (Path(__file__).parent.parent / "docs" / "scaling.md").read_text(encoding="utf-8")
[CONFIGURATION] = re.findall(r"^```nginx\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PUBLIC = "https://documents.example.org"
HOST = {"Host": "documents.example.org"}
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin") or ""
INSTALL = "nginx is needed: sudo apt-get install -y --no-install-recommends nginx-light"


def fitted(folder: Path, port: int, groups: tuple[int, int]) -> str:
    """The page's configuration on this machine: ports, no certificate, and a folder of its own."""
    text = CONFIGURATION
    for told, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("ssl_certificate /etc/ssl/documents.example.org.pem;", ""),
        ("ssl_certificate_key /etc/ssl/private/documents.example.org.key;", ""),
        ("10.0.0.11:8080", f"127.0.0.1:{groups[0]}"),
        ("10.0.0.12:8080", f"127.0.0.1:{groups[1]}"),
        ("allow 10.0.0.0/8;", "allow 127.0.0.1;"),
        ("worker_processes auto;", "worker_processes 1;"),
    ):
        assert text.count(told) == 1, told
        text = text.replace(told, here)
    paths = "".join(
        f"    {name}_temp_path {folder / name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("http {\n", f"http {{\n    access_log off;\n{paths}")
    return f"daemon off;\npid {folder / 'nginx.pid'};\nerror_log {folder / 'nginx.log'};\n{text}"


class Cluster:
    """nginx before two groups of two workers."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.database_url = migrated_database()
        self.settings = {
            "JETON_DATABASE_URL": self.database_url,
            "JETON_WORKERS": "2",
            "JETON_PUBLIC_URL": PUBLIC,
            "JETON_TRUSTED_PROXIES": "127.0.0.1",
        }
        init(self.data, self.settings)
        self.app = create_app(self.data, settings=self.settings)
        self.ports = (free_port(), free_port())
        self.groups = [self.group(number) for number in (0, 1)]
        self.folder = folder / "nginx"
        self.folder.mkdir()
        self.port = free_port()
        configuration = self.folder / "nginx.conf"
        configuration.write_text(fitted(self.folder, self.port, self.ports))
        assert NGINX, INSTALL
        self.nginx = subprocess.Popen(
            [NGINX, "-c", str(configuration), "-p", str(self.folder)],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # it warns that its usual log is not ours to write
        )
        self.http = self.client()
        limit = time.monotonic() + 10
        while not self.answers():
            assert time.monotonic() < limit, (self.folder / "nginx.log").read_text()
            time.sleep(0.05)
        self.token = self.new_token(self.http)

    def group(self, number: int) -> Served:
        log = self.data.parent / f"group{number}.log"
        return Served(self.data, port=self.ports[number], settings=self.settings, log=log)

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", headers=HOST, timeout=30)

    def answers(self) -> bool:
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    def new_token(self, http: httpx2.Client) -> str:
        body = {name: self.app[name] for name in ("client_id", "client_secret")}
        answer = http.post("/oauth2/token", json={**body, "grant_type": "client_credentials"})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def end(self) -> None:
        self.http.close()
        self.nginx.terminate()
        self.nginx.wait(timeout=20)
        for group in self.groups:
            assert group.stop() == 0
        server().drop(self.database_url)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.end()


def test_large_bytes_pass_both_ways_through_nginx_and_none_is_laid_down_there(cluster: Cluster) -> None:
    content = bytes(range(256)) * (64 << 10)
    answer = cluster.http.post(
        "/api/file/upload",
        headers=cluster.authorization,
        data={"folderId": "1"},
        files={"targetFile": ("large.bin", content)},
    )
    assert answer.status_code in {200, 201}, answer.text
    path = f"/api/file/{answer.json()['id']}/download"
    assert cluster.http.get(path, headers=cluster.authorization).content == content
    assert not any(file.is_file() for file in (cluster.folder / "proxy").rglob("*"))
    assert not any(file.is_file() for file in (cluster.folder / "client_body").rglob("*"))


def test_both_groups_and_all_their_workers_answer(cluster: Cluster) -> None:
    def read(_: int) -> int:
        with cluster.client() as http:
            return http.get("/api/folders", headers=cluster.authorization).status_code

    def pids() -> set[str]:
        logs = [group.log.read_text() for group in cluster.groups]
        return {pid for log in logs for pid in re.findall(r'"pid":(\d+),"operation":"folders.roots"', log)}

    limit = time.monotonic() + 20
    with ThreadPoolExecutor(16) as people:
        while len(pids()) < 4 and time.monotonic() < limit:
            assert set(people.map(read, range(64))) == {200}
            time.sleep(0.2)
    assert len(pids()) == 4


def test_people_at_the_console_stay_on_the_public_address(cluster: Cluster) -> None:
    page = cluster.http.get("/login")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text))
    cookie = page.headers["set-cookie"].partition(";")[0]
    answer = cluster.http.post(
        "/login",
        headers={"Origin": PUBLIC, "Cookie": cookie},
        data={**hidden, "login": ADMIN_LOGIN, "password": ADMIN_PASSWORD},
    )
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith("/")
    assert answer.headers["set-cookie"].startswith("__Host-jeton=")
    assert cluster.http.get("/.well-known/oauth-authorization-server").json()["issuer"] == PUBLIC


@pytest.mark.crash
def test_a_group_that_stops_and_starts_again_under_load_fails_no_request(cluster: Cluster) -> None:
    counts: Counter[str] = Counter()
    failures: list[str] = []
    is_over = threading.Event()

    def go_on(name: str) -> None:
        with cluster.client() as http:
            while not is_over.is_set():
                try:
                    status = ask(http, name)
                except (httpx2.HTTPError, AssertionError) as error:
                    failures.append(f"{name}: {error!r}")
                else:
                    if status not in {200, 201}:
                        failures.append(f"{name}: {status}")
                counts[name] += 1
                time.sleep(0.005)

    def ask(http: httpx2.Client, name: str) -> int:
        if name == "tokens":
            return len(cluster.new_token(http)) and 200
        if name == "reads":
            return http.get("/api/folder/1", headers=cluster.authorization).status_code
        body: dict[str, Any] = {"parent_id": 1, "name": f"{threading.get_ident()} {counts[name]} {time.monotonic_ns()}"}
        return http.post("/api/folder", headers=cluster.authorization, json=body).status_code

    clients = [threading.Thread(target=go_on, args=(name,)) for name in ("tokens", "reads", "writes") * 2]
    for client in clients:
        client.start()
    try:
        for number in (0, 1, 0):
            time.sleep(0.3)
            assert cluster.groups[number].stop() == 0
            time.sleep(0.3)
            cluster.groups[number] = cluster.group(number)
        time.sleep(0.5)
    finally:
        is_over.set()
        for client in clients:
            client.join()
    assert failures == []
    assert min(counts[name] for name in ("tokens", "reads", "writes")) > 100, counts
