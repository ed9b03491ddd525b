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
        """Processor time that it has used so far."""
        # After the name in parentheses: the 12th and 13th fields, its own time and the kernel's on its behalf.
        fields = Path(f"/proc/{self.process_id}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_memory_mb(self) -> float:
        """The most that was resident at once."""
        for line in Path(f"/proc/{self.process_id}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1000
        raise RuntimeError("the kernel does not tell the memory of a process")


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """nginx as one process, its worker alone, answering a fixed JSON."""
    folder.mkdir()
    port = _free_port()
    answer = json.dumps({"text": "x" * (_ANSWER_BYTES - len(json.dumps({"text": ""})))})
    configuration = folder / "nginx.conf"
    configuration.write_text(textwrap.dedent(_NGINX).format(folder=folder, port=port, answer=answer))
    command = [*_ON_ITS_CORE, "nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(configuration)]
    with _running(command, folder / "nginx.log", f"http://127.0.0.1:{port}", "/") as server:
        yield server


def make_platform(data: Path) -> Application:
    """A platform with its administrator and one application that may do everything."""
    _jeton(data, "init", "--admin-login", "admin", "--admin-email", "admin@example.org", "--admin-password-stdin",
           typed=f"{os.urandom(16).hex()}\n")  # fmt: skip
    told = _jeton(data, "app", "create", "--name", "Benchmark", "--type", "server", "--scope", "all", "--json")
    made = json.loads(told)
    return Application(made["client_id"], made["client_secret"])


@contextmanager
def jeton(data: Path) -> Iterator[Server]:
    """`jeton serve` on a data folder."""
    port = _free_port()
    command = [*_ON_ITS_CORE, _JETON, "serve", "--port", str(port)]
    with _running(command, data / "serve.log", f"http://127.0.0.1:{port}", "/readyz", data=data) as server:
        yield server


@contextmanager
def _running(command: list[str], log: Path, url: str, path: str, *, data: Path | None = None) -> Iterator[Server]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=_environment(data))
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


def _jeton(data: Path, *arguments: str, typed: str = "") -> str:
    command = [_JETON, *arguments]
    return subprocess.run(
        command, input=typed, env=_environment(data), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _environment(data: Path | None) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("JETON_")}
    return plain if data is None else {**plain, "JETON_DATA": str(data)}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
