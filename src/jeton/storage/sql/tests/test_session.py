"""A session on SQLite: what its statements give, and which errors stores may meet."""

import types
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from sqlalchemy import bindparam, insert, select

from jeton.storage.sql.numbers import next_number
from jeton.storage.sql.schema.people import principals, users
from jeton.storage.sql.schema.platform import numbers
from jeton.storage.sql.session import AlreadyThere
from jeton.storage.sql.sqlite import DATABASE, PLANS, SqliteSession, compile_all, open_reader, open_writer
from jeton.storage.sql.statement import Sql, Uncompilable
from jeton.testing.sqlite import lay_migrated

ADD = Sql(insert(numbers))
ADD_AND_TELL = Sql(insert(numbers).returning(numbers.c.last), int)
NAMES = Sql(select(numbers.c.name).order_by(numbers.c.name), str)
ALL = Sql(select(numbers.c.name, numbers.c.last).order_by(numbers.c.name))
ONE = Sql(select(numbers.c.last).where(numbers.c.name == bindparam("which")), int)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lay_migrated(tmp_path)
    return tmp_path / DATABASE


@pytest.fixture
def connection(file: Path) -> Iterator[apsw.Connection]:
    opened = open_writer(file)
    yield opened
    opened.close()


@pytest.fixture
def session(connection: apsw.Connection) -> SqliteSession:
    return SqliteSession(connection)


def test_what_is_there_already_is_told_as_such(session: SqliteSession) -> None:
    assert session.run(ADD, name="a", last=1) == 1
    with pytest.raises(AlreadyThere):
        session.run(ADD, name="a", last=2)
    with pytest.raises(AlreadyThere):
        session.one(ADD_AND_TELL, name="a", last=2)
    assert session.one(ADD_AND_TELL, name="b", last=2) == 2


def test_another_broken_constraint_is_a_bug_and_not_a_refusal(session: SqliteSession) -> None:
    row = {column.name: 1 if column.type.python_type is int else "x" for column in users.columns}
    with pytest.raises(apsw.ConstraintError):
        session.run(Sql(insert(users)), **row)
    with pytest.raises(apsw.ConstraintError):
        session.one(Sql(insert(principals).returning(principals.c.id), int), id=1, kind=None, name="x")


def test_rows_become_what_the_statement_says(session: SqliteSession) -> None:
    for name in "cab":
        session.run(ADD, name=name, last=1)
    assert session.all(NAMES) == ["a", "b", "c"]
    assert list(session.each(NAMES)) == ["a", "b", "c"]
    assert session.one(NAMES) == "a"
    assert session.one(ONE, which="z") is None
    assert session.one(ALL) == ("a", 1)


def test_whoever_stops_half_way_pins_no_snapshot(file: Path, session: SqliteSession) -> None:
    for name in "abc":
        session.run(ADD, name=name, last=1)
    reader = open_reader(file)
    reading = SqliteSession(reader)
    reader.execute("BEGIN")
    rows = reading.each(NAMES)
    assert next(rows) == "a"
    session.run(ADD, name="d", last=1)
    rows.close()  # type: ignore[attr-defined]  # a generator, as every Iterator of `each` is
    reader.execute("ROLLBACK")
    reader.execute("BEGIN")
    assert reading.all(NAMES) == ["a", "b", "c", "d"]
    reader.execute("ROLLBACK")
    reader.close()


def test_numbers_are_drawn_once(session: SqliteSession) -> None:
    assert [next_number(session, "node") for _ in range(3)] == [1, 2, 3]
    assert next_number(session, "principal") == 1


def test_statements_of_a_slice_are_compiled_at_the_start_too() -> None:
    store = types.ModuleType("store")
    mine = Sql(select(numbers.c.name), str)
    vars(store)["MINE"] = mine
    compile_all(store)
    assert mine in PLANS
    vars(store)["BAD"] = Sql(select(numbers.c.name).where(numbers.c.last.in_([1, 2])), str)
    with pytest.raises(Uncompilable):
        compile_all(store)
