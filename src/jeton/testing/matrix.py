"""The permission matrix: each operation tried by each kind of token, shown in each way. All of it is generated."""

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import httpx2

import jeton.families
from jeton.families.applications import service as applications
from jeton.families.applications.model import ChangeApplication
from jeton.kernel.caller import OPERATOR, Caller
from jeton.kernel.declare import Operation
from jeton.kernel.ids import BlobId, FolderId, TokenId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.scopes import ALL_SCOPES, Access, Public, Scopes
from jeton.kernel.tree import COMPANY_ROOT
from jeton.storage.blobs.disk import DiskBlobs
from jeton.testing.kept import kept_in
from jeton.testing.samples import Sample, Samples, by, home
from jeton.testing.world import World

WAYS: Final = ("Authorization", "Token")
CASES: Final = (
    "no token",
    "malformed",
    "expired",
    "revoked",
    "suspended application",
    "every scope but its family's",
    "read for write",
    "write for read",
    "the right scope",
)
# Rows that a refusal may leave: facts observed on the way.
_OBSERVED: Final = frozenset({"audit", "commits", "guesses", "last_used_at", "seen_at"})


def find_samples() -> Samples:
    """The slices' samples, found by walking the families."""
    found: Samples = {}
    for family in pkgutil.iter_modules(jeton.families.__path__):
        module = importlib.import_module(f"jeton.families.{family.name}.tests.samples")
        found.update(module.SAMPLES)
    return found


class Try(NamedTuple):
    """One cell: an operation, a kind of token, a way to show it."""

    operation: Operation
    case: str
    way: str


def tries(operations: tuple[Operation, ...]) -> Iterator[Try]:
    """Every cell. Without a token there is one way to show none."""
    for operation in operations:
        for case in CASES:
            for way in WAYS:
                if case != "no token" or way == WAYS[0]:
                    yield Try(operation, case, way)


class Matrix:
    """A world in which each cell can be tried, with the tokens of all cases ready."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.samples = find_samples()
        self.person: User = world.person("person")
        blobs = DiskBlobs(world.folder / "blobs")
        blobs.create(BlobId(1)).finish()
        self._tokens: dict[tuple[str, str, bool], str] = {}

    def token(self, operation: Operation, case: str, *, as_person: bool) -> str | None:
        """The token of a case for an operation; None for none."""
        if case == "no token":
            return None
        words = self._words(operation, case)
        key = (words, case if case in {"expired", "revoked", "suspended application"} else "", as_person)
        if key not in self._tokens or (not key[1] and self.world.is_ended(self._tokens[key])):
            self._tokens[key] = self._made(words, key[1], as_person=as_person)
        token = self._tokens[key]
        return token[:-1] + ("A" if token[-1] != "A" else "B") if case == "malformed" else token

    def _words(self, operation: Operation, case: str) -> str:
        scope = operation.scope
        if isinstance(scope, Public):
            return "tags.read"
        others = {"read for write": Access.READ, "write for read": Access.WRITE}
        if case == "every scope but its family's":
            return str(ALL_SCOPES - Scopes.parse(f"{scope.family}.readwrite"))
        if case in others and others[case] is not scope.access:
            return f"{scope.family}.{others[case].name.lower()}"
        return scope.word

    def _made(self, words: str, fate: str, *, as_person: bool) -> str:
        token = self.world.token(words, person=self.person if as_person else None)
        number = TokenId(int(token.removeprefix("jt_at_").partition(".")[0]))
        if fate == "revoked":
            self.world.write(lambda work: work.tokens.revoke(number, work.now))
        elif fate == "suspended application":
            found = self.world.read(lambda work: work.tokens.find(number))
            assert found is not None
            command = ChangeApplication(client_id=found.client_id, is_suspended=True)
            self.world.write(lambda work: applications.change(work, OPERATOR, command))
        return token

    def prepare(self, operation: Operation, place: FolderId = COMPANY_ROOT) -> Sample:
        """What the operation's sample asks for, in this folder. KeyError when the slice has none."""

        caller = self._caller(operation)

        def prepared(work: Work) -> Sample:
            before, nobody = home.set(place), by.set(caller)  # here: a work runs on a thread of its own
            try:
                return self.samples[operation.name](work)
            finally:
                home.reset(before)
                by.reset(nobody)

        return self.world.write(prepared)

    def _caller(self, operation: Operation) -> Caller:
        """Whom the right scope lets in, unless a person must call."""
        token = self.token(operation, "the right scope", as_person=False)
        number = TokenId(int((token or "").removeprefix("jt_at_").partition(".")[0]))
        bearer = self.world.read(lambda work: work.bearers.find(number))
        assert bearer is not None
        return bearer.caller

    def send(self, cell: Try, sample: Sample) -> httpx2.Response:
        """Make the call."""
        operation = cell.operation
        token = self.token(operation, cell.case, as_person=sample.as_person)
        headers: dict[str, str] = {}
        if token is not None:
            headers[cell.way] = f"Bearer {token}" if cell.way == "Authorization" else token
        later = 90_000 if cell.case == "expired" and not operation.claims else 0  # what it claims would be over as well
        self.world.pass_time(later)
        try:
            return self.call(operation, sample, headers)
        finally:
            self.world.pass_time(-later)

    def call(self, operation: Operation, sample: Sample, headers: dict[str, str]) -> httpx2.Response:
        """Make the call that a sample describes, with these headers."""
        options: dict[str, Any] = {"headers": {**sample.headers, **headers}, "params": sample.query or None}
        if sample.json is not None:
            options["json"] = sample.json
        if sample.form is not None:
            fields, name, content = sample.form
            options.update(data=fields, files={"targetFile": (name, content)})
        if sample.content is not None:
            options["content"] = sample.content
        return self.world.send(operation.method, operation.path.format_map(sample.path), **options)

    def state(self) -> str:
        """A digest of everything that is kept, facts observed on the way excepted."""
        whole = hashlib.sha256()
        for kept in kept_in(self.world.folder, self.world.database_url, without=_OBSERVED):
            whole.update(repr((kept.table, sorted(map(repr, kept.rows)))).encode())
        for file in sorted((self.world.folder / "blobs").rglob("*")):
            whole.update(str(file).encode())
        return whole.hexdigest()
