"""Out of SQLite, into PostgreSQL, and back: every row and every byte is equal, and what was given out still works."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from sqlalchemy import Column, LargeBinary, Table, Text

from jeton.kernel.ports import Work
from jeton.storage.backup.layout import BLOBS, LEFT_OUT, tables
from jeton.storage.backup.manifest import read_manifest
from jeton.storage.backup.tests.inhabited import HERE, back_up, bring_back, every_byte, examine, inhabit, silent
from jeton.storage.backup.verify import verify
from jeton.storage.sql import schema
from jeton.storage.sql.migrate import migrate
from jeton.storage.sql.sealing import check_journal, seal
from jeton.storage.sql.sqlite import DATABASE, open_writer
from jeton.storage.work import SqlWork
from jeton.testing.kept import kept_in
from jeton.testing.postgres import server
from jeton.testing.world import World

# What looks odd to JSON, to COPY, to either engine; and the ends of what a column takes.
TEXTS = (
    "",
    " ",
    "\\N",
    "\\.",
    "a\tb\nc\r\n",
    '"',
    "\\",
    "é\N{COMBINING ACUTE ACCENT}",
    "\N{GRINNING FACE}",
    "\u2028\x7f\x01",
)
ROWS = 40
NUMBERS = (0, 1, -1, 2**63 - 1, -(2**63))


@pytest.fixture
def database() -> Iterator[str]:
    """An empty one on PostgreSQL."""
    url = server().database()
    yield url
    server().drop(url)


def rows_of(folder: Path, url: str | None) -> dict[str, list[tuple[Any, ...]]]:
    return {kept.table: sorted(kept.rows, key=repr) for kept in kept_in(folder, url, without=HERE)}


def files_of(backup: Path) -> dict[str, bytes]:
    """All but the manifest, which says where it was made."""
    return {name: content for name, content in every_byte(backup).items() if name != "manifest.json"}


def test_a_platform_goes_to_the_other_engine_and_back_without_losing_a_bit(tmp_path: Path, database: str) -> None:
    with World(tmp_path / "data") as world:
        token = inhabit(world)
        began = rows_of(tmp_path / "data", world.database_url)
        made = back_up(tmp_path / "first", tmp_path / "data", world.database_url)
    assert made.lost == ()
    bring_back(tmp_path / "first", tmp_path / "on-postgresql", database)
    assert rows_of(tmp_path / "on-postgresql", database) == began
    assert examine(tmp_path / "on-postgresql", database) == []
    back_up(tmp_path / "second", tmp_path / "on-postgresql", database)
    bring_back(tmp_path / "second", tmp_path / "on-sqlite")
    assert rows_of(tmp_path / "on-sqlite", None) == began
    assert examine(tmp_path / "on-sqlite", None) == []
    assert files_of(tmp_path / "second") == files_of(tmp_path / "first")
    assert every_byte(tmp_path / "on-sqlite" / "blobs") == every_byte(tmp_path / "data" / "blobs")
    assert len(every_byte(tmp_path / "on-sqlite" / "blobs")) == made.blobs.rows
    with World(tmp_path / "on-postgresql", is_set_up=False, database_url=database) as world:
        found = world.send("GET", "/api/users", token=token)
        assert found.status_code == 200, found.text


def test_a_token_that_was_given_before_works_after(tmp_path: Path) -> None:
    with World(tmp_path / "data") as world:
        token = inhabit(world)
        before = world.send("GET", "/api/folder/1?depth=-1", token=token)
        back_up(tmp_path / "backup", tmp_path / "data", world.database_url)
        url = world.database_url and server().database()
    bring_back(tmp_path / "backup", tmp_path / "restored", url)
    with World(tmp_path / "restored", is_set_up=False, database_url=url) as world:
        after = world.send("GET", "/api/folder/1?depth=-1", token=token)
        assert (after.status_code, after.json()) == (200, before.json())
        refused = world.send("GET", "/api/users", token=token[:-1] + ("A" if token[-1] != "A" else "B"))
        assert refused.status_code == 401


def test_a_sealed_journal_is_still_whole_and_goes_on_where_it_was(tmp_path: Path, database: str) -> None:
    with World(tmp_path / "data", does_jobs=False) as world:
        inhabit(world)
        world.pass_time(60)
        assert sealed(world) == 1
        world.person("zoe")
        back_up(tmp_path / "backup", tmp_path / "data", world.database_url)
    assert verify(tmp_path / "backup", silent) == []
    for name, url in (("on-postgresql", database), ("on-sqlite", None)):
        bring_back(tmp_path / "backup", tmp_path / name, url)
        shutil.copytree(tmp_path / "data" / "keys", tmp_path / name / "keys")
        with World(tmp_path / name, is_set_up=False, does_jobs=False, database_url=url) as world:
            world.pass_time(120)
            assert journal_of(world) == []
            assert sealed(world) == 2
            assert journal_of(world) == []


def sealed(world: World) -> int:
    def act(work: Work) -> int:
        assert isinstance(work, SqlWork)
        block = seal(work)
        return 0 if block is None else block.number

    return world.write(act)


def journal_of(world: World) -> list[str]:
    def look(work: Work) -> list[str]:
        assert isinstance(work, SqlWork)
        return list(check_journal(work.session, work.seals))

    return world.read(look)


@pytest.mark.parametrize("seed", range(2))
def test_any_value_of_any_column_comes_back(tmp_path: Path, database: str, seed: int) -> None:
    chance = random.Random(seed)
    migrate(tmp_path / "data")
    writer = open_writer(tmp_path / "data" / DATABASE)
    writer.execute("PRAGMA foreign_keys = OFF")
    ids: dict[str, list[int]] = {}
    for table in tables():  # those that are referred to come first
        kin = [key.column.table.name for key in table.c[0].foreign_keys if table.c[0].name == "id"]
        ids[table.name] = chance.sample(ids[kin[0]] if kin else range(1, 2**62), ROWS)
        fill(writer, table, chance, ids)
    assert writer.execute("PRAGMA foreign_key_check").fetchall() == []
    writer.close()
    (tmp_path / "data" / "blobs").mkdir()
    made = back_up(tmp_path / "first", tmp_path / "data", None)
    assert all(lines.rows for lines in made.tables)
    assert len(made.lost) == made.blobs.rows > 0  # rows that name bytes which never were
    bring_back(tmp_path / "first", tmp_path / "on-postgresql", database)
    assert rows_of(tmp_path / "on-postgresql", database) == rows_of(tmp_path / "data", None)
    bring_back(tmp_path / "first", tmp_path / "on-sqlite")
    assert rows_of(tmp_path / "on-sqlite", None) == rows_of(tmp_path / "data", None)
    again = back_up(tmp_path / "second", tmp_path / "on-postgresql", database)
    assert (again.tables, again.blobs) == (made.tables, made.blobs)


def fill(writer: apsw.Connection, table: Table, chance: random.Random, ids: dict[str, list[int]]) -> None:
    """Rows with these keys, which refer to what there is, or will be."""
    single = {column.name for index in table.indexes if index.unique for column in index.columns}
    single.update(column.name for column in table.columns if column.primary_key or column.unique)
    unused = {name: chance.sample(numbers, len(numbers)) for name, numbers in ids.items()}

    def value(column: Column[Any], number: int) -> Any:
        if column.nullable and chance.random() < 0.3:
            return None
        if column.foreign_keys and column.name != "id":
            name = next(iter(column.foreign_keys)).column.table.name
            return chance.choice(ids[name]) if column.name not in single else unused[name].pop()
        if isinstance(column.type, LargeBinary):
            return chance.randbytes(32 if column.name in single else chance.choice((0, 1, 70_000)))
        if isinstance(column.type, Text):
            return "".join(chance.choices(TEXTS, k=3)) + str(chance.getrandbits(60))
        return number if column.name in single else chance.choice((*NUMBERS, chance.getrandbits(62)))

    rows = [tuple(value(column, number) for column in table.columns) for number in ids[table.name]]
    names = ", ".join(column.name for column in table.columns)
    writer.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(table.columns))})", rows)


def test_every_table_is_in_a_backup_but_for_those_of_what_goes_on(tmp_path: Path) -> None:
    migrate(tmp_path / "data")
    (tmp_path / "data" / "blobs").mkdir()
    back_up(tmp_path / "backup", tmp_path / "data", None)
    held = {lines.name for lines in read_manifest(tmp_path / "backup").tables}
    assert held == set(schema.metadata.tables) - LEFT_OUT
    assert BLOBS not in held
