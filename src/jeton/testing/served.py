"""The real server in a process of its own, on a free port and a folder of its own: for tests that need one."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

ADMIN_LOGIN: Final = "ada"
ADMIN_PASSWORD: Final = "correct horse battery"
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_SERVES = re.compile(r"Jeton serves http://127\.0\.0\.1:(\d+)")
_SERVES_ELSEWHERE = re.compile(r"Jeton serves http")


def environment(data: Path, settings: Mapping[str, str] = _NONE) -> dict[str, str]:
    """This environment, with the data folder, these settings, and nothing else of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JETON_")}
    return {**kept, "JETON_DATA": str(data), "LC_ALL": "C.UTF-8", **settings}


def jeton(
    data: Path, *arguments: str, stdin: str = "", settings: Mapping[str, str] = _NONE
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "jeton", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment(data, settings),
        check=False,
        timeout=60,
    )


def free_port() -> int:
    """A port that nobody listens on just now: for a server with a public address, which does not tell its own."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def init(data: Path, settings: Mapping[str, str] = _NONE) -> None:
    """Make a platform with the administrator `ada`."""
    done = jeton(
        data, "init", "--admin-login", ADMIN_LOGIN, "--admin-email", "ada@example.org", "--admin-password-stdin",
        stdin=ADMIN_PASSWORD + "\n", settings=settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def create_app(
    data: Path, *, name: str = "Robot", scope: str = "all", settings: Mapping[str, str] = _NONE
) -> dict[str, Any]:
    """Register a Server application; what `--json` printed."""
    arguments = ("app", "create", "--name", name, "--type", "server", "--scope", scope, "--json")
    done = jeton(data, *arguments, settings=settings)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


class Served:
    """`jeton serve`, running. Its output up to "Jeton serves" is in `told`."""

    def __init__(
        self, data: Path, *, port: int = 0, settings: Mapping[str, str] = _NONE, log: Path | None = None
    ) -> None:
        self.data = data
        self.log = log or data.parent / f"{data.name}.log"
        self._log = self.log.open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jeton", "serve", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env=environment(data, settings),
        )
        assert self.process.stdout is not None
        self.told = ""
        for line in self.process.stdout:
            self.told += line
            if match := _SERVES.search(line):
                self.port = int(match[1])
                break
            if _SERVES_ELSEWHERE.search(line):  # it has a public address; where it listens was asked for
                self.port = port
                break
        else:
            self.process.wait()
            raise AssertionError(f"jeton serve did not start: {self.told}\n{self.log.read_text()}")
        self.url = f"http://127.0.0.1:{self.port}"
        self._drainer = subprocess.Popen(["cat"], stdin=self.process.stdout, stdout=self._log)

    def token(self, app: dict[str, Any]) -> str:
        """A token by the article's call."""
        status, answer = self.call(
            "POST",
            "/oauth2/token",
            {
                "client_id": app["client_id"],
                "grant_type": "client_credentials",
                "client_secret": app["client_secret"],
            },
        )
        assert status == 200, answer
        token: str = answer["access_token"]
        return token

    def call(self, method: str, path: str, body: object = None, *, token: str | None = None) -> tuple[int, Any]:
        """One request with a JSON body; the status and the JSON answer (None when empty)."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=content, method=method)
        if content is not None:
            request.add_header("Content-Type", "application/json")
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            with error:
                text = error.read()
                return error.code, json.loads(text) if text else None

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, and wait; the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=40)
        self._drainer.wait(timeout=10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        if not self._log.closed:
            self._log.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.stop()
