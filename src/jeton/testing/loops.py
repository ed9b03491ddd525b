"""Something asynchronous on a loop and thread of its own: a browser's driver may keep a loop running on this one."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end; what it gives, or raises."""
    with ThreadPoolExecutor(1, thread_name_prefix="apart") as thread:
        return thread.submit(asyncio.run, work).result()
