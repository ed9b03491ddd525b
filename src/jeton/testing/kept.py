"""Everything that a platform's database holds, row by row, on either engine: to see whether anything changed."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import psycopg
from psycopg import sql

from jeton.storage.sql.sqlite import DATABASE


class Kept(NamedTuple):
    """One table; columns by name."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def kept_in(folder: Path, url: str | None, *, without: Collection[str] = ()) -> Iterator[Kept]:
    """Every table with every row, in the order of their names, but for columns and tables named in `without`."""
    yield from _in_sqlite(folder / DATABASE, without) if url is None else _in_postgresql(url, without)


def _in_sqlite(file: Path, without: Collection[str]) -> Iterator[Kept]:
    connection = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for table in (str(name) for (name,) in names):
        if table not in without:
            pragma = connection.execute(f"PRAGMA table_info({table})")
            columns = tuple(sorted(name for _, name, *_ in pragma if name not in without))
            rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
            yield Kept(table, columns, rows)
    connection.close()


def _in_postgresql(url: str, without: Collection[str]) -> Iterator[Kept]:
    with psycopg.connect(url) as connection:
        columns_of: dict[str, list[str]] = {}
        found = connection.execute(
            "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
            ' ORDER BY relname COLLATE "C", attname COLLATE "C"'
        )
        for table, column in found:
            if table not in without and column not in without:
                columns_of.setdefault(table, []).append(column)
        for table, columns in columns_of.items():
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            rows = connection.execute(sql.SQL("SELECT {} FROM {}").format(listed, sql.Identifier(table))).fetchall()
            yield Kept(table, tuple(columns), rows)
