"""Imported by the process that servers are forked from: a platform is put together there once and ended, for nothing.

What is made once in a process (statements, shapes, routes) is then there for each server, and most of its start is
saved. Nothing is left but that: no thread, no file.
"""

import asyncio
import gc
import tempfile
from pathlib import Path

from jeton.assembly.folder import make_folder
from jeton.assembly.settings import Settings
from jeton.assembly.wiring import build
from jeton.kernel.tree import Strictness
from jeton.kit.clock import system_clock
from jeton.kit.mint import SystemMint


def _warm() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        settings = Settings(data=data, public_url=None, names=Strictness.STRICT, trusted_proxies=frozenset())
        make_folder(settings, system_clock, SystemMint())
        asyncio.run(build(settings, "http://127.0.0.1").close())
    gc.collect()
    gc.freeze()


_warm()
