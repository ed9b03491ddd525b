"""Each write, sent twice under one key, is done once; made from the samples, like the permission matrix."""

from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy import func, select

from jeton.assembly.catalogue import find_catalogue
from jeton.kernel.declare import Operation
from jeton.storage.sql.schema.kept_answers import kept_answers
from jeton.storage.sql.statement import Sql
from jeton.storage.work import SqlWork
from jeton.testing.matrix import Matrix
from jeton.testing.samples import Sample
from jeton.testing.world import World

WRITES: Final = [operation for operation in find_catalogue().operations if operation.is_write]
KEYED: Final = [operation for operation in WRITES if operation.takes_key]
SECRETS: Final = ("client_secret", "codes", "key", "password", "secret", "smtp_password", "token")
"""Members that tell what is told once."""
_HOW_MANY: Final = Sql(select(func.count()).select_from(kept_answers), int)
_NUMBERS = iter(range(10**6))


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    # A sweep would change what is compared.
    with World(tmp_path_factory.mktemp("once") / "data", does_jobs=False, password_login=True) as world:
        yield Matrix(world)


def headers_of(matrix: Matrix, operation: Operation, sample: Sample, key: str) -> dict[str, str]:
    token = matrix.token(operation, "the right scope", as_person=sample.as_person)
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": key}


def new_key() -> str:
    return f"key-{next(_NUMBERS)}"


def acts(world: World) -> list[str]:
    """What the journal tells of acts. Refusals are told some time after they are answered."""
    return [action for action in world.audit() if not action.endswith(".refused")]


def kept(world: World) -> int:
    def look(work: object) -> int:
        assert isinstance(work, SqlWork)
        return work.session.one(_HOW_MANY) or 0

    return world.read(look)


@pytest.mark.parametrize("operation", KEYED, ids=lambda operation: operation.name)
def test_a_write_that_comes_twice_under_one_key_is_done_once(matrix: Matrix, operation: Operation) -> None:
    sample = matrix.prepare(operation)
    headers = headers_of(matrix, operation, sample, new_key())
    first = matrix.call(operation, sample, headers)
    assert first.is_success, first.text
    assert "idempotent-replayed" not in first.headers
    told = first.json() if first.content else None
    assert not {name for name in SECRETS if isinstance(told, dict) and told.get(name)}
    lines = acts(matrix.world)
    before = matrix.state()
    again = matrix.call(operation, sample, headers)
    assert matrix.state() == before
    assert acts(matrix.world) == lines
    if again.status_code == 401:  # the call ended the very token that it was made with
        assert matrix.world.is_ended(headers["Authorization"].removeprefix("Bearer "))
        return
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    own = {name for name in first.headers if name not in {"request-id", "date", "ratelimit"}}
    assert {name: again.headers[name] for name in own} == {name: first.headers[name] for name in own}
    other = sample._replace(query={**sample.query, "other": "1"})
    refused = matrix.call(operation, other, headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert matrix.state() == before


@pytest.mark.parametrize(
    "operation", [one for one in WRITES if not one.takes_key], ids=lambda operation: operation.name
)
def test_what_tells_a_secret_takes_no_key_and_does_nothing(matrix: Matrix, operation: Operation) -> None:
    sample = matrix.prepare(operation)
    before, many = matrix.state(), kept(matrix.world)
    refused = matrix.call(operation, sample, headers_of(matrix, operation, sample, new_key()))
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_not_taken")
    assert (matrix.state(), kept(matrix.world)) == (before, many)
