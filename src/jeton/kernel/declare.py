"""Whatever can be called is declared once, completely, here: an operation of the API, a page of the console.

A declaration is data: the guard, the routes, the OpenAPI document, the permission table, the scope picker's list of
calls and the permission matrix are all made from it. `scope` and `right` have no default: forgetting one is a
TypeError at import.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from jeton.kernel.problems import Problem
from jeton.kernel.rights import Claim
from jeton.kernel.scopes import Public, Scope

# (work, caller, command) -> value. Commands and values differ from operation to operation: the guard hands them
# through without looking inside, so their types are checked where each use case is written, not here.
UseCase = Callable[..., Any]


class Body(Enum):
    """How an operation's command arrives, besides the path."""

    NONE = "none"
    """Path and query."""
    JSON = "json"
    """Path and one JSON object; unknown members are refused."""
    OPTIONAL = "optional"
    """Path and query, and one JSON object if there is a body; unknown members are ignored."""
    UPLOAD = "upload"
    """Path, query, and a multipart form with one file, streamed to the blob store."""
    BYTES = "bytes"
    """Path, query, headers, and a file's bytes as they are, streamed to the blob store."""
    PICTURE = "picture"
    """Path, query, and an image of at most 512 KiB: the body itself, or the one file of a multipart form. The command
    holds it as `content`."""


class OneOf(dict[type[Any], Any]):
    """What a call gives that gives one of several things: from the type of the value to what spells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call of the API.

    `takes` is a wire struct: its members come from the path by name, the others from the query or the body as `body`
    says; `.command()` turns it into the command. `takes_json` is another one, for an upload that may also come as JSON.
    `headers` says which members come from which headers. `gives` is a wire struct with `.of(value)`, a list of one
    (`list[gives]`), `OneOf` several, `bool` for a bare yes or no, `Picture`, `Download` or `Bundle` for bytes, a struct
    of headers (`Heads`), or None for an empty answer (204). `always` are headers that each of its answers has, whatever
    it says.

    A write is judged twice: `admit` (when there is one) and the right on a read, then `prepare` outside any
    transaction, then everything again with `call` in the writer. `admit(work, caller, command) -> command` may add
    facts that `prepare(workshop, command) -> command` needs. `is_long(command)` sends a read to a thread of its own;
    so does `weighs(work, caller, command)`, a cheap count of entries, when they are many.

    A call that takes a file's bytes judges them once more before the first: `begin(work, caller, command) -> Inflow`
    says where they go. The command of `call` then holds `inflow`, `taken` (bytes that are durable, those from before
    included) and `received` (a Receipt, when the blob is whole). `leaves_a_line` is False for a step of something whose
    end leaves the line in the audit.
    """

    name: str
    method: str
    path: str
    scope: Scope | Public
    right: Claim
    takes: type[Any]
    gives: Any
    call: UseCase
    source: str
    body: Body = Body.NONE
    status: int = 200
    problems: tuple[type[Problem], ...] = ()
    admit: UseCase | None = None
    prepare: Callable[..., Any] | None = None
    is_long: Callable[[Any], bool] | None = None
    weighs: Callable[..., int] | None = None
    claims: bool = False
    """A GET that spends something, such as a token that works once."""
    takes_json: type[Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    always: tuple[tuple[str, str], ...] = ()
    begin: UseCase | None = None
    leaves_a_line: bool = True
    gives_secret: bool = False
    """Whether its answer holds what is told this once: it is kept nowhere, so it takes no `Idempotency-Key`."""
    by_session: bool = False
    """Whether the console's pages make it too, below `/session`, for whoever is signed in there."""

    @property
    def is_write(self) -> bool:
        """Whether it may change anything: it then passes through the writer."""
        return self.claims or self.method not in {"GET", "HEAD", "OPTIONS"}

    @property
    def takes_key(self) -> bool:
        """Whether it takes an `Idempotency-Key`: a write by somebody, whose answer may be kept."""
        is_of_somebody = not isinstance(self.scope, Public)
        return self.is_write and is_of_somebody and not self.claims and not self.gives_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a page's form does when it is sent.

    `reads` turns the form into the command. After `call`: `then` is a path to go to (303), or gives it from the value,
    with `{names}` filled from the path; or `shows` is the template that answers the POST itself (200, once: the form's
    single-use token is spent in the same transaction). `fresh` asks for a password shown within 15 minutes.
    """

    reads: Callable[[Any], Any]
    call: UseCase
    then: str | Callable[[Any], str] | None = None
    shows: str | None = None
    notice: str | None = None
    fresh: bool = False
    admit: UseCase | None = None
    prepare: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One screen of the console: `show(work, caller, command) -> view`, and the acts of its forms by button name.

    `reads` turns path and query into the command of `show`. `fresh` asks for a recent password before it is shown.
    A page without a template gives a `Sheet`. `is_long` sends it to a thread of its own.
    """

    name: str
    path: str
    right: Claim
    template: str
    reads: Callable[[Any], Any]
    show: UseCase
    fresh: bool = False
    is_long: bool = False
    acts: Mapping[str, Act] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A slice's card: what the catalogue finds by walking the families."""

    name: str
    operations: tuple[Operation, ...]
    pages: tuple[Page, ...] = ()
