"""Servers that are measured: each its own process on one core, on a folder that is thrown away."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

SERVER_CORE: Final = 0
_ON_ITS_CORE: Final = ("taskset", "-c", str(SERVER_CORE))
_ON_ALL_CORES: Final = ("env",)
_JETON: Final = str(Path(sys.executable).with_name("jeton"))
_ANSWER_BYTES: Final = 300

_NGINX: Final = """\
    master_process off;
    daemon off;
    pid {folder}/nginx.pid;
    error_log {folder}/error.log;
    events {{ worker_connections 1024; }}
    http {{
        access_log off;
        keepalive_requests 1000000000;
        client_body_temp_path {folder}/body;
        proxy_temp_path {folder}/proxy;
        fastcgi_temp_path {folder}/fastcgi;
        uwsgi_temp_path {folder}/uwsgi;
        scgi_temp_path {folder}/scgi;
        server {{
            listen 127.0.0.1:{port};
            default_type application/json;
            location / {{ return 200 '{answer}'; }}
            location /files/ {{
                root {folder};
                sendfile on;
                dav_methods PUT;
                client_max_body_size 0;
            }}
        }}
    }}
"""


class Application(NamedTuple):
    """A registered application, as `jeton app create --json` tells it."""

    client_id: str
    client_secret: str


class Server(NamedTuple):
    """A server that answers."""

    url: str
    process_id: int

    def cpu_s(self) -> float:
        """Processor time that it has used so far, with its workers."""
        ticks = 0
        for process in _family(self.process_id):
            # After the name in parentheses: the 12th and 13th fields, its own time and the kernel's on its behalf.
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """What is resident now, in the largest of its processes."""
        return max(_memory_mb(process, "VmRSS:") for process in _family(self.process_id))

    def peak_memory_mb(self) -> float:
        """The most that was resident at once in one of its processes."""
        return max(_memory_mb(process, "VmHWM:") for process in _family(self.process_id))


def _family(process: int) -> list[int]:
    """A process and all that it started."""
    family = [process]
    for member in family:  # grows while it is walked
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            family += map(int, children.read_text().split())
    return family


def _memory_mb(process: int, told: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(told):
            return int(line.split()[1]) / 1000
    raise RuntimeError("the kernel does not tell the memory of a process")


class Home(NamedTuple):
    """Where a platform keeps its things: a folder, and a database elsewhere unless it is in the folder."""

    data: Path
    database_url: str | None = None
    workers: int = 1

    def environment(self) -> dict[str, str]:
        """What `jeton` is told."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("JETON_")}
        plain["JETON_DATA"] = str(self.data)
        if self.database_url is not None:
            plain |= {"JETON_DATABASE_URL": self.database_url, "JETON_WORKERS": str(self.workers)}
        return plain


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """nginx as one process, its worker alone: a fixed JSON, and files under `/files/`, which `PUT` makes."""
    (folder / "files").mkdir(parents=True)
    port = _free_port()
    answer = json.dumps({"text": "x" * (_ANSWER_BYTES - len(json.dumps({"text": ""})))})
    configuration = folder / "nginx.conf"
    configuration.write_text(textwrap.dedent(_NGINX).format(folder=folder, port=port, answer=answer))
    command = [*_ON_ITS_CORE, "nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(configuration)]
    with _running(command, folder / "nginx.log", f"http://127.0.0.1:{port}", "/") as server:
        yield server


def make_platform(home: Home) -> Application:
    """A platform with its administrator and one application that may do everything."""
    _jeton(home, "init", "--admin-login", "admin", "--admin-email", "admin@example.org", "--admin-password-stdin",
           typed=f"{os.urandom(16).hex()}\n")  # fmt: skip
    told = _jeton(home, "app", "create", "--name", "Benchmark", "--type", "server", "--scope", "all", "--json")
    made = json.loads(told)
    return Application(made["client_id"], made["client_secret"])


def token_of(url: str, application: Application) -> str:
    """A token of the application, by its credentials."""
    body = {"grant_type": "client_credentials", **application._asdict()}
    headers = {"Content-Type": "application/json"}
    call = urllib.request.Request(f"{url}/oauth2/token", data=json.dumps(body).encode(), headers=headers, method="POST")
    with urllib.request.urlopen(call) as answer:
        token: str = json.load(answer)["access_token"]
    return token


@contextmanager
def jeton(home: Home) -> Iterator[Server]:
    """`jeton serve`; several workers share all cores, with the load that is put on them."""
    port = _free_port()
    cores = _ON_ITS_CORE if home.workers == 1 else _ON_ALL_CORES
    command = [*cores, _JETON, "serve", "--port", str(port)]
    log = home.data / "serve.log"
    with _running(command, log, f"http://127.0.0.1:{port}", "/readyz", environment=home.environment()) as server:
        yield server


@contextmanager
def _running(
    command: list[str], log: Path, url: str, path: str, *, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        _wait_for(process, url + path, log)
        yield Server(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(35)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"it did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _jeton(home: Home, *arguments: str, typed: str = "") -> str:
    command = [_JETON, *arguments]
    return subprocess.run(
        command, input=typed, env=home.environment(), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
