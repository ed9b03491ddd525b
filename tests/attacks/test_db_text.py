"""DB: what is typed is a value, in every call, and never a part of a statement, a pattern or a number too large."""

import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from jeton.assembly.catalogue import find_catalogue
from jeton.kernel.declare import Body, Operation
from jeton.testing.matrix import Matrix
from jeton.testing.samples import Sample
from jeton.testing.world import World

OPERATIONS: Final = find_catalogue().operations
HOSTILE: Final = ("' OR 1=1 --", '"; DROP TABLE nodes; --', "\\", "%_[*]", "${7*7}{{7*7}}", "\U0001f4a9" * 50)
HUGE: Final = (2**63, -(2**63) - 1, 10**30, 2**63 - 1)


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    with World(tmp_path_factory.mktemp("typed") / "data", does_jobs=False) as world:
        yield Matrix(world)


def call(matrix: Matrix, operation: Operation, sample: Sample) -> Any:
    token = matrix.token(operation, "the right scope", as_person=sample.as_person)
    return matrix.call(operation, sample, {"Authorization": f"Bearer {token}"})


def spoiled(sample: Sample, value: object) -> Iterator[Sample]:
    """The sample with each of its members, one after the other, replaced."""
    for name in sample.path:
        yield sample._replace(path={**sample.path, name: str(value).replace("/", "") or "x"})
    for name in sample.query:
        yield sample._replace(query={**sample.query, name: str(value)})
    for name in sample.json or {}:
        yield sample._replace(json={**(sample.json or {}), name: value})


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_db_01_db_07_nothing_typed_breaks_a_statement(matrix: Matrix, operation: Operation) -> None:
    for value in (*HOSTILE[:: 1 if operation.body is Body.JSON else 3], *HUGE[:2]):
        sample = matrix.prepare(operation)
        for tried in spoiled(sample, value):
            if any("/" in part or part in {".", ".."} for part in tried.path.values()):
                continue
            answer = call(matrix, operation, tried)
            assert answer.status_code < 500 or answer.status_code == 507, (operation.name, tried, answer.text)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    "path", ["folder/{}", "file/{}", "file/{}/versions", "trash/{}", "user/{}", "group/{}", "logs/{}"]
)
def test_db_07_ids_beyond_numbers_are_nobody_s(matrix: Matrix, path: str, number: int) -> None:
    answer = matrix.world.send("GET", f"/api/{path.format(number)}", token=matrix.world.token())
    assert answer.status_code in {404, 422}


@pytest.mark.parametrize("query", ["offset", "limit"])
@pytest.mark.parametrize("number", HUGE)
def test_db_07_pages_beyond_numbers_are_empty_or_refused(matrix: Matrix, query: str, number: int) -> None:
    for path in ("users", "groups", "logs", "trashes"):
        answer = matrix.world.send("GET", f"/api/{path}?{query}={number}", token=matrix.world.token())
        assert answer.status_code in {200, 422}, path


@pytest.mark.parametrize("typed", ["%", "_", "\\%", "[", "*", "%%%", "a%", "NEAR", '"', "name:x", "(a+)+$", "a*" * 40])
def test_db_02_db_03_db_06_a_search_is_for_letters(world: World, typed: str) -> None:
    token = world.token()
    began = time.perf_counter()
    for path in ("users", "groups"):
        found = world.send("GET", f"/api/{path}", token=token, params={"search": typed})
        assert found.status_code == 200
        listed = found.json() if isinstance(found.json(), list) else found.json()["objects"]
        assert listed == [], "nobody is called that"
    assert time.perf_counter() - began < 2
    made = world.send("POST", "/api/group", token=token, json={"login": f"x{typed}x"})
    assert made.status_code == 201, made.text
    found = world.send("GET", "/api/groups", token=token, params={"search": typed}).json()["objects"]
    assert [group["login"] for group in found] == [f"x{typed}x"]
    world.send("DELETE", f"/api/group/{made.json()['id']}", token=token)


@pytest.mark.parametrize("order", ["name;drop", "(select 1)", "name desc, id", "id"])
def test_db_04_nobody_chooses_a_column(matrix: Matrix, order: str) -> None:
    token = matrix.world.token()
    for name in ("sort", "order", "order_by", "filter", "fields"):
        for path in ("users", "folder/1"):
            plain = matrix.world.send("GET", f"/api/{path}", token=token)
            sorted_ = matrix.world.send("GET", f"/api/{path}", token=token, params={name: order})
            assert (sorted_.status_code, sorted_.json()) == (200, plain.json())


@pytest.mark.parametrize("cursor", ["", "x", '{"id":1}', "1;drop", "eyJpZCI6MX0=", "-1", "1.5", "1e3"])
def test_db_05_where_a_walk_goes_on_is_a_number_and_nothing_else(matrix: Matrix, cursor: str) -> None:
    answer = matrix.world.send("GET", "/api/logs", token=matrix.world.token(), params={"before_id": cursor})
    assert answer.status_code in {200, 422}
    assert answer.status_code == 422 or cursor == ""


@pytest.mark.parametrize("text", ['"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"a\x00b"'])
def test_db_08_what_no_engine_keeps_is_refused_alike(matrix: Matrix, text: str) -> None:
    token = matrix.world.token()
    bodies = (("POST", "folder", f'{{"parent_id": 1, "name": {text}}}'), ("POST", "group", f'{{"login": {text}}}'))
    for method, path, body in bodies:
        answer = matrix.world.send(method, f"/api/{path}", token=token, content=body.encode())
        assert answer.status_code in {400, 422}
