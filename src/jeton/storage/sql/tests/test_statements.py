"""Every statement that the platform runs, compiled ahead for both engines, and taken by a migrated SQLite."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from sqlalchemy import Boolean, DateTime, LargeBinary, bindparam, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from jeton.storage.sql.migrate import migrate
from jeton.storage.sql.schema.people import tickets, users
from jeton.storage.sql.sqlite import DATABASE, PLANS, SqliteSession, compile_all, open_reader
from jeton.storage.sql.statement import Sql, Uncompilable, compile_statement, find_statements, in_list

STATEMENTS = dict(find_statements())
POSTGRESQL = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy's own
SQLITE = sqlite.dialect(paramstyle="named")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[apsw.Connection]:
    folder: Path = tmp_path_factory.mktemp("statements")
    migrate(folder)
    opened = open_reader(folder / DATABASE)
    yield opened
    opened.close()


def test_statements_are_found_where_stores_keep_them() -> None:
    assert "jeton.storage.sql.tokens" in {where.rpartition(".")[0] for where in STATEMENTS}
    assert len(STATEMENTS) > 30


@pytest.mark.parametrize("where", STATEMENTS)
def test_a_statement_compiles_for_postgresql(where: str) -> None:
    compiled = compile_statement(STATEMENTS[where], POSTGRESQL)
    assert all(f"${place}" in compiled.text for place in range(1, len(compiled.names) + 1))


@pytest.mark.parametrize("where", STATEMENTS)
def test_a_statement_is_one_that_sqlite_takes(where: str, reader: apsw.Connection) -> None:
    compiled = compile_statement(STATEMENTS[where], SQLITE)
    assert reader.execute(f"EXPLAIN {compiled.text}", dict.fromkeys(compiled.names)).fetchall()


def test_all_are_compiled_before_the_first_is_run() -> None:
    compile_all()
    assert all(sql in PLANS for sql in STATEMENTS.values())


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])
def test_a_list_that_expands_when_run_is_refused(dialect: Any) -> None:
    expanding = Sql(select(users.c.id).where(users.c.id.in_([1, 2])), int)
    with pytest.raises(Uncompilable, match="expand"):
        compile_statement(expanding, dialect)


@pytest.mark.parametrize("type_", [DateTime(), Boolean()], ids=["date", "boolean"])
def test_a_value_that_needs_converting_is_refused(type_: Any) -> None:
    converting = Sql(select(users.c.id).where(bindparam("value", type_=type_) == literal(1)), int)
    with pytest.raises(Uncompilable, match="converted"):
        compile_statement(converting, SQLITE)


def test_bytes_pass_as_they_are() -> None:
    compiled = compile_statement(Sql(select(bindparam("value", type_=LargeBinary())), bytes), SQLITE)
    assert compiled.names == ("value",)


def test_a_list_is_one_parameter_whatever_its_length(reader: apsw.Connection) -> None:
    these = Sql(select(tickets.c.kind).where(in_list(tickets.c.expires_at, "times")), str)
    session = SqliteSession(reader)
    for times in ([], [1], list(range(5000))):
        assert session.all(these, times=session.bound(times)) == []
    assert "= ANY($1" in compile_statement(these, POSTGRESQL).text


def test_constants_of_a_statement_need_no_telling(reader: apsw.Connection) -> None:
    constant = Sql(select(literal(7), bindparam("given", type_=tickets.c.expires_at.type)), lambda *row: row)
    assert SqliteSession(reader).one(constant, given=8) == (7, 8)
