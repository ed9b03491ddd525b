"""`jeton serve`: from settings to a listening server, and to its end.

One process serves by itself. With `JETON_WORKERS`, a supervisor starts several and each is a `Worker` here.
"""

import asyncio
import gc
import signal
import socket
import sys

import uvloop

from jeton.assembly.folder import make_folder
from jeton.assembly.settings import Settings, is_loopback
from jeton.assembly.supervisor import READY, Supervisor
from jeton.assembly.wiring import build
from jeton.kernel.accounts import new_setup_link
from jeton.kit.clock import system_clock
from jeton.kit.mint import SystemMint
from jeton.storage.sql.engines import open_beside
from jeton.web.journal import Journal
from jeton.web.server import Server


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises OSError (a port that is taken), FolderInUse, KeysUnsound, TooNew, Unreachable, UnsoundPostgresql,
    WorkerFailed.
    """
    with _listen(host, port) as listening:
        make_folder(settings, system_clock, SystemMint())
        public_url = _public_url(settings, host, listening)
        if settings.workers == 1:
            uvloop.run(_serve(settings, listening, public_url))
        else:
            asyncio.run(_supervise(settings, listening, host, public_url))


def serve_as_worker(settings: Settings, host: str, listening_number: int, line_number: int) -> None:
    """Serve as one of several, on two sockets that the supervisor left open: the listening one, and the line to it.

    Raises KeysUnsound, TooNew, Unreachable, UnsoundPostgresql.
    """
    listening, line = socket.socket(fileno=listening_number), socket.socket(fileno=line_number)
    listening.setblocking(False)
    line.setblocking(False)
    make_folder(settings, system_clock, SystemMint())  # this code may be newer than the supervisor's
    uvloop.run(_serve(settings, listening, _public_url(settings, host, listening), line))


async def _supervise(settings: Settings, listening: socket.socket, host: str, public_url: str) -> None:
    def tell() -> None:
        works = open_beside(settings.data, settings.database_url, system_clock, SystemMint())
        try:
            _say(public_url, works.write(new_setup_link))
        finally:
            works.close()

    supervisor = Supervisor(listening, host, settings.workers, Journal(system_clock))
    await supervisor.run_to_the_end(on_started=tell)


async def _serve(
    settings: Settings, listening: socket.socket, public_url: str, line: socket.socket | None = None
) -> None:
    # Two threads share one interpreter: short turns keep the loop quick while the writer works.
    sys.setswitchinterval(0.001)
    running = build(settings, public_url)

    async def tell() -> None:
        running.start()
        if line is None:
            _say(public_url, await running.works.write(new_setup_link))
        else:
            await asyncio.get_running_loop().sock_sendall(line, READY)

    server = Server(running.app, listening, on_started=tell, on_drain=running.drain, on_stopped=running.close)
    if line is not None:
        _heed(line, server)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through it again took 45 ms each time, and everybody waited
    await server.run_to_the_end()


def _heed(line: socket.socket, server: Server) -> None:
    """Retire when told so; stop when the line is at its end, for the supervisor is gone then, however that came."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_reader(line)
        server.handle_exit(signal.SIGTERM, None)

    loop.add_reader(line, stop)
    loop.add_signal_handler(signal.SIGHUP, server.retire)


def _say(public_url: str, link: str | None) -> None:
    """Where the platform is, and on an empty one the link that sets it up: printed, never logged."""
    if link is not None:
        print(f"Set the platform up here, within 24 hours:\n\n    {public_url}/setup/{link}\n", flush=True)
    print(f"Jeton serves {public_url}", flush=True)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


def _public_url(settings: Settings, host: str, listening: socket.socket) -> str:
    return settings.public_url or f"http://{_name_of(host)}:{listening.getsockname()[1]}"


def _name_of(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host and is_loopback(host) else host
