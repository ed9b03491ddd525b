"""A disk that fails: the N-th call on files below a folder gives an error, or writes less than it was given.

The calls are the system's, wherever they are made; the database makes its own, and is not meant here.
"""

import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

_CALLS: Final = ("open", "write", "fsync", "rename", "unlink", "ftruncate", "pread")


class FailingDisk:
    """While it is entered, the `number`-th call fails with `error`; without one, the `number`-th write is short.

    One that `lasts` fails from then on.
    """

    def __init__(self, folder: Path, number: int, error: int | None, *, lasts: bool = False) -> None:
        self._lasts = lasts
        self._folder = str(folder)
        self._left = number
        self._error = error
        self._real: dict[str, Callable[..., Any]] = {}
        self._lock = threading.Lock()
        self.failed: str | None = None
        """The call that failed first, once one did."""

    def __enter__(self) -> Self:
        for name in _CALLS if self._error is not None else ("write",):
            self._real[name] = getattr(os, name)
            setattr(os, name, partial(self._call, name))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for name, real in self._real.items():
            setattr(os, name, real)

    def _call(self, name: str, target: Any, *given: Any, **named: Any) -> Any:
        call = self._real[name]
        if not self._is_due(target):
            return call(target, *given, **named)
        self.failed = self.failed or name
        if self._error is None:
            content = memoryview(given[0])
            return call(target, content[: len(content) // 2 or 1])
        raise OSError(self._error, os.strerror(self._error))

    def _is_due(self, target: Any) -> bool:
        try:
            path = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else os.fspath(target)
        except FileNotFoundError:
            return False
        if not str(path).startswith(self._folder):
            return False
        with self._lock:
            self._left -= 1
            return self._left == 0 or (self._lasts and self._left < 0)
