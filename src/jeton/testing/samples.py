"""What a slice says of each of its calls, so that generated tests can make it: one request that succeeds."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NamedTuple

from jeton.kernel.caller import NOBODY, Caller
from jeton.kernel.ids import FolderId
from jeton.kernel.ports import Work
from jeton.kernel.tree import COMPANY_ROOT


class Sample(NamedTuple):
    """A request: path, query, and a body: JSON, a form (fields, file name, content), or bytes as they are."""

    path: dict[str, str] = {}  # noqa: RUF012 - read only
    query: dict[str, str] = {}  # noqa: RUF012 - read only
    json: dict[str, Any] | None = None
    form: tuple[dict[str, str], str, bytes] | None = None
    content: bytes | None = None
    headers: dict[str, str] = {}  # noqa: RUF012 - read only
    as_person: bool = False
    """Whether a person must call: their token is used instead of a Server application's."""


Samples = dict[str, Callable[[Work], Sample]]
"""By operation name; each prepares through a writing work what its request needs."""

by: ContextVar[Caller] = ContextVar("by", default=NOBODY)
"""Who makes the call that is prepared: for samples of what only the one goes on with who began it."""

home: ContextVar[FolderId] = ContextVar("home", default=COMPANY_ROOT)
"""The folder that samples on folders and files are prepared in: the top of the company space, or of a private one."""
