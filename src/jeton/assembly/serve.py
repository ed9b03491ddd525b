"""`jeton serve`: from settings to a listening server, and to its end."""

import gc
import socket
import sys

import uvloop

from jeton.assembly.folder import make_folder
from jeton.assembly.settings import Settings, is_loopback
from jeton.assembly.wiring import Running, build
from jeton.kernel.accounts import new_setup_link
from jeton.kit.clock import system_clock
from jeton.kit.mint import SystemMint
from jeton.web.server import Server


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError (a port that is taken), FolderInUse, TooNew."""
    listening = _listen(host, port)
    bound = listening.getsockname()[1]
    make_folder(settings, system_clock, SystemMint())
    public_url = settings.public_url or f"http://{_name_of(host)}:{bound}"
    uvloop.run(_serve(settings, listening, public_url))


async def _serve(settings: Settings, listening: socket.socket, public_url: str) -> None:
    # Two threads share one interpreter: short turns keep the loop quick while the writer works.
    sys.setswitchinterval(0.001)
    running = build(settings, public_url)
    server = Server(
        running.app,
        listening,
        on_started=lambda: _tell(running, public_url),
        on_drain=running.drain,
        on_stopped=running.close,
    )
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through it again took 45 ms each time, and everybody waited
    await server.run_to_the_end()


async def _tell(running: Running, public_url: str) -> None:
    """Where the platform is, and on an empty one the link that sets it up: printed, never logged."""
    token = await running.works.write(new_setup_link)
    if token is not None:
        print(f"Set the platform up here, within 24 hours:\n\n    {public_url}/setup/{token}\n", flush=True)
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


def _name_of(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host and is_loopback(host) else host
