"""Each operation, tried by each role in each space, with the scope it asks and without: who gets what is worked out by
an independent model, and whoever is refused changed nothing.
"""

from collections.abc import Iterator

import pytest

from jeton.assembly.catalogue import find_catalogue
from jeton.kernel.declare import Operation
from jeton.kernel.scopes import Public
from jeton.testing.matrix import Matrix
from jeton.testing.roles import NEEDS, ROLES, SPACES, Cell, Roles
from jeton.testing.world import World

OPERATIONS = find_catalogue().operations
GUARDED = tuple(operation for operation in OPERATIONS if not isinstance(operation.scope, Public))
CELLS = [Cell(role, space) for role in ROLES for space in SPACES]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("roles") / "data", does_jobs=False, password_login=True) as made:
        yield made


@pytest.fixture(scope="module")
def matrix(world: World) -> Matrix:
    return Matrix(world)


@pytest.fixture(scope="module")
def roles(world: World) -> Roles:
    return Roles(world)


def test_what_each_operation_asks_is_told_a_second_time() -> None:
    assert set(NEEDS) == {operation.name for operation in OPERATIONS}, "add new operations to jeton.testing.roles"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_each_role_may_do_what_the_model_says_and_no_more(matrix: Matrix, roles: Roles, operation: Operation) -> None:
    scope = operation.scope
    words = "tags.read" if isinstance(scope, Public) else scope.word
    for cell in CELLS:
        sample = matrix.prepare(operation, roles.tops[cell.space])
        token = roles.token(cell.role, f"{words} trashes.write")
        before = matrix.state()
        answer = matrix.call(operation, sample, {"Authorization": f"Bearer {token}"})
        refusal = None if isinstance(scope, Public) else roles.expected(operation.name, cell)
        if refusal is None:
            assert answer.is_success, (cell, answer.text)
            continue
        assert answer.status_code == refusal[0], (cell, answer.text)
        if operation.method != "HEAD":
            assert answer.json()["code"] == (refusal[1] or answer.json()["code"]), cell
        assert matrix.state() == before, cell


@pytest.mark.parametrize("operation", GUARDED, ids=lambda operation: operation.name)
def test_no_role_makes_up_for_a_scope(matrix: Matrix, roles: Roles, operation: Operation) -> None:
    tokens = {role: roles.token(role, "tags.readwrite tags.read") for role in ROLES}
    sample = matrix.prepare(operation)
    before = matrix.state()
    for role, token in tokens.items():
        answer = matrix.call(operation, sample, {"Authorization": f"Bearer {token}"})
        code = "invalid_token" if role == "disabled" else "missing_scope"
        assert answer.status_code == (401 if role == "disabled" else 403)
        assert operation.method == "HEAD" or answer.json()["code"] == code
    assert matrix.state() == before
