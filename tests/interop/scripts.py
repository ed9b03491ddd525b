"""A script of `node/` in a process of its own, talked to in lines of JSON."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from tests.interop.clients import Registered

FOLDER: Final = Path(__file__).parent / "node"
LONGEST_S: Final = 60


def node() -> str:
    """The program; its packages are there too."""
    found = shutil.which("node")
    assert found is not None, "node is not installed: make test does it"
    assert (FOLDER / "node_modules").is_dir(), "the packages of tests/interop/node are not installed: make test does it"
    return found


def environment() -> dict[str, str]:
    """This environment, without what would change how node runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("NODE_", "NPM_", "npm_"))}


class Script:
    """It is running. What it tells is heard in order."""

    def __init__(self, process: subprocess.Popen[str], given: dict[str, Any]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._in: IO[str] = process.stdin
        self._out: IO[str] = process.stdout
        self.say(**given)

    def say(self, **value: Any) -> None:
        """Send it one line."""
        self._in.write(json.dumps(value) + "\n")
        self._in.flush()

    def hear(self) -> dict[str, Any]:
        """Its next line."""
        line = self._out.readline()
        assert line, self._process.communicate()[1]
        told: dict[str, Any] = json.loads(line)
        return told


@contextmanager
def running(name: str, app: Registered, **given: Any) -> Iterator[Script]:
    """One script, for this application; at the end it has left in order, and nothing of it is there any more."""
    given.setdefault("method", "basic" if app.client_secret else "none")
    process = subprocess.Popen(
        [node(), f"{name}.mjs"],
        cwd=FOLDER,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    limit = threading.Timer(LONGEST_S, process.kill)
    limit.start()
    try:
        yield Script(process, {**app._asdict(), **given})
        left, complaints = process.communicate()
        assert (process.returncode, left) == (0, ""), complaints
    finally:
        limit.cancel()
        process.kill()
        process.communicate()


def run(name: str, app: Registered, **given: Any) -> dict[str, Any]:
    """One script that tells one thing."""
    with running(name, app, **given) as script:
        return script.hear()
