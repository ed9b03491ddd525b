"""A private PostgreSQL server for tests: Debian's binaries, a folder of its own, a socket and no port.

One server a test run, made when a test first asks and gone with the process; a fresh database, copied from a template,
for each use. Without the binaries it fails and says what to install.
"""

import atexit
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from jeton.storage.sql.migrate import migrate

INSTALL: Final = "PostgreSQL is needed: sudo apt-get install -y --no-install-recommends postgresql"
_PORT: Final = 5432
_STARTS_WITHIN_S: Final = 20.0
_CHOSEN: Final[set[str]] = set()


def binaries() -> Path:
    """Where the newest server's programs are. Raises RuntimeError with what to install."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
    if not found:
        raise RuntimeError(INSTALL)
    return found[-1].parent


class Server:
    """A server under a user that is not root, as it insists on."""

    def __init__(self, *, durable: bool = False) -> None:
        """Make and start one. `durable` syncs as in production, for tests that kill it."""
        self._programs = binaries()
        # A short name: the socket's path must stay under 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="jpg"))
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.folder.chmod(0o711)
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = itertools.count(1)
        self._templates: set[str] = set()
        made = self._spawn(
            "initdb", "-D", str(self.folder / "data"), "-A", "trust", "--locale=C.UTF-8", "--no-sync", "-U", "jeton"
        )
        said, _ = made.communicate(timeout=60)
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed: {said.decode(errors='replace')}")
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "unix_socket_permissions": "0777",
            "max_connections": "200",
            "log_min_messages": "panic",
            "fsync": "on" if self._durable else "off",
            "max_pred_locks_per_transaction": "256",
        }
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._process = self._spawn("postgres", "-D", str(self.folder / "data"), "-p", str(_PORT), *given)
        limit = time.monotonic() + _STARTS_WITHIN_S
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.01)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends every session, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.communicate(timeout=60)
            self._process = None

    def remove(self) -> None:
        """Stop it and forget everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def socket(self) -> Path:
        """The socket that it listens on."""
        return self.folder / f".s.PGSQL.{_PORT}"

    def url(self, database: str) -> str:
        """How to reach a database."""
        return f"postgresql://jeton@/{database}?host={self.folder}&port={_PORT}"

    def database(self, template: str = "template0") -> str:
        """A fresh database; its URL."""
        name = f"d{next(self._databases)}"
        self._make(name, template)
        return self.url(name)

    def template(self, name: str, fill: Callable[[str], object]) -> str:
        """A database that `fill` was run on once, to copy from; its name."""
        if name not in self._templates:
            self._make(name, "template0")
            fill(self.url(name))
            self._templates.add(name)
        return name

    def drop(self, url: str) -> None:
        """Forget a database, whoever is still connected."""
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        self._command(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(str(name))))

    def _make(self, name: str, template: str) -> None:
        self._command(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )

    def _command(self, command: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(command)

    def _spawn(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(self._programs / program), *arguments],
            user=None if self._user is None else self._user.pw_uid,
            group=None if self._user is None else self._user.pw_gid,
            extra_groups=None if self._user is None else [],
            cwd="/",
            env={"PATH": f"{self._programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program == "initdb" else subprocess.DEVNULL,
            start_new_session=True,  # an interrupt of the test run is for the run, which then stops the server
        )


def choose(engine: str) -> None:
    """What the worlds of this test run stand on: pytest's `--engine`."""
    _CHOSEN.clear()
    _CHOSEN.add(engine)


def is_chosen() -> bool:
    """Whether the worlds of this test run stand on PostgreSQL."""
    return "postgresql" in _CHOSEN


def migrated_database() -> str:
    """A fresh database with every table, and nothing in them; its URL."""
    with tempfile.TemporaryDirectory() as folder:
        template = server().template("migrated", lambda url: migrate(Path(folder), url))
    return server().database(template)


@lru_cache(maxsize=1)
def server() -> Server:
    """The server of this test run."""
    made = Server()
    atexit.register(made.remove)
    return made
