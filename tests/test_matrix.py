"""The permission matrix, generated from the declarations: who is let in, who is refused and how, and that whoever is
refused changed nothing.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, update

from jeton.assembly.catalogue import find_catalogue
from jeton.kernel.ports import Work
from jeton.kernel.scopes import Access, Public, Scope
from jeton.storage.sql.schema.oauth2 import tokens
from jeton.storage.sql.statement import Sql
from jeton.storage.work import SqlWork
from jeton.testing.matrix import Matrix, Try, tries
from jeton.testing.world import World

OPERATIONS = find_catalogue().operations
_NO_SCOPES = Sql(update(tokens).where(tokens.c.id == bindparam("which")).values(scopes=0))
NOT_A_TOKEN = frozenset({"malformed", "expired", "revoked", "suspended application"})


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    # Tokens end by moving the clock: a sweep would then change what the cells compare.
    with World(tmp_path_factory.mktemp("matrix") / "data", does_jobs=False, password_login=True) as world:
        yield Matrix(world)


def is_let_in(cell: Try) -> bool:
    """What should be: worked out here from the case's words alone, not by the guard."""
    scope = cell.operation.scope
    if isinstance(scope, Public) or cell.case == "the right scope":
        return True
    return (cell.case, scope.access.name) in {("read for write", "READ"), ("write for read", "WRITE")}


@pytest.mark.parametrize(
    "cell", list(tries(OPERATIONS)), ids=lambda cell: f"{cell.operation.name}-{cell.case}-{cell.way}"
)
def test_sc_01_sc_02_each_call_lets_in_whom_it_should_and_nobody_else(matrix: Matrix, cell: Try) -> None:
    sample = matrix.prepare(cell.operation)
    matrix.token(cell.operation, cell.case, as_person=sample.as_person)
    before = matrix.state()
    answer = matrix.send(cell, sample)
    if is_let_in(cell):
        assert answer.status_code == (204 if cell.operation.gives is None else cell.operation.status), answer.text
        return
    assert matrix.state() == before
    told = answer.json() if answer.content else None  # an answer to HEAD says it in its headers alone
    challenge = answer.headers["www-authenticate"]
    scope = cell.operation.scope
    assert isinstance(scope, Scope)
    if cell.case == "no token":
        assert answer.status_code == 401
        assert "error=" not in challenge
    elif cell.case in NOT_A_TOKEN:
        assert answer.status_code == 401
        assert 'error="invalid_token"' in challenge
    else:
        assert answer.status_code == 403
        assert told is None or (told["required_scopes"] == [scope.word] and scope.word in told["error"])
        assert f'error="insufficient_scope", scope="{scope.word}"' in challenge
        assert answer.headers["accepted-scopes"] == " ".join(scope.accepted)
        assert told is None or answer.headers["granted-scopes"] == " ".join(told["granted_scopes"])
    assert told is None or answer.headers["request-id"] == told["request_id"]


def test_the_scope_that_is_named_really_unlocks_the_call(matrix: Matrix) -> None:
    for operation in OPERATIONS:
        sample = matrix.prepare(operation)
        refused = matrix.send(Try(operation, "every scope but its family's", "Authorization"), sample)
        if not isinstance(operation.scope, Public):
            assert f'scope="{operation.scope.word}"' in refused.headers["www-authenticate"]
            sample = matrix.prepare(operation)
            assert matrix.send(Try(operation, "the right scope", "Authorization"), sample).is_success


def test_sc_03_both_boxes_of_a_family_open_its_reads(matrix: Matrix) -> None:
    for operation in OPERATIONS:
        scope = operation.scope
        if isinstance(scope, Public) or scope.access is not Access.READ:
            continue
        sample = matrix.prepare(operation)
        person = matrix.person if sample.as_person else None
        token = matrix.world.token(f"{scope.family}.readwrite", person=person)
        answer = matrix.call(operation, sample, {"Authorization": f"Bearer {token}"})
        assert answer.is_success, (operation.name, answer.text)


def test_sc_04_a_token_whose_scopes_are_empty_opens_nothing(matrix: Matrix) -> None:
    tokens = {}
    for person in (None, matrix.person):
        tokens[person is not None] = token = matrix.world.token("all", person=person)
        number = int(token.removeprefix("jt_at_").partition(".")[0])
        matrix.world.write(lambda work, number=number: _empty(work, number))
    for operation in OPERATIONS:
        if isinstance(operation.scope, Public):
            continue
        sample = matrix.prepare(operation)
        before = matrix.state()
        refused = matrix.call(operation, sample, {"Authorization": f"Bearer {tokens[sample.as_person]}"})
        told = refused.json()["granted_scopes"] if refused.content else []  # an answer to HEAD says nothing
        assert (refused.status_code, told) == (403, []), operation.name
        assert matrix.state() == before


def test_sc_05_who_may_read_the_administration_changes_tests_and_triggers_nothing(matrix: Matrix) -> None:
    token = matrix.world.token("admin.read")
    writes = [one for one in OPERATIONS if one.is_write and getattr(one.scope, "family", "") == "admin"]
    assert writes
    for operation in writes:
        sample = matrix.prepare(operation)
        before = matrix.state()
        refused = matrix.call(operation, sample, {"Authorization": f"Bearer {token}"})
        assert (refused.status_code, refused.json()["required_scopes"]) == (403, ["admin.write"]), operation.name
        assert matrix.state() == before


def _empty(work: Work, number: int) -> None:
    assert isinstance(work, SqlWork)
    work.session.run(_NO_SCOPES, which=number)


def test_each_write_that_is_accepted_leaves_a_line_in_the_audit(matrix: Matrix) -> None:
    for operation in OPERATIONS:
        if not operation.is_write or not operation.leaves_a_line:
            continue
        sample = matrix.prepare(operation)
        matrix.token(operation, "the right scope", as_person=sample.as_person)
        before = len(matrix.world.audit())
        assert matrix.send(Try(operation, "the right scope", "Authorization"), sample).is_success
        assert len(matrix.world.audit()) > before, operation.name


def test_every_operation_has_a_sample(matrix: Matrix) -> None:
    assert {operation.name for operation in OPERATIONS} == set(matrix.samples)


def test_sc_07_calls_about_a_person_need_one(matrix: Matrix) -> None:
    token = matrix.world.token("account.readwrite account.read")
    refused = matrix.world.send("GET", "/api/account", token=token)
    assert refused.status_code == 403
    assert refused.json()["code"] == "user_required"


def test_sc_06_ordinary_people_do_not_administer(matrix: Matrix) -> None:
    token = matrix.world.token(person=matrix.person)
    for operation in OPERATIONS:
        if operation.right.words != "administrator":
            continue
        sample = matrix.prepare(operation)
        before = matrix.state()
        refused = matrix.call(operation, sample, {"Authorization": f"Bearer {token}"})
        assert (refused.status_code, refused.json()["code"]) == (403, "administrator_required"), operation.name
        assert matrix.state() == before
