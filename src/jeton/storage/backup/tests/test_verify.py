"""Whatever is wrong with a backup is found by `verify`, told, and keeps `restore` from leaving anything behind."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from alembic.util import to_tuple
from sqlalchemy import inspect

from jeton.storage import migrations
from jeton.storage.backup import manifest as manifests
from jeton.storage.backup.layout import Damaged, lines_file, read_lines, write_lines
from jeton.storage.backup.manifest import MANIFEST, Manifest, NoBackup, read_manifest, write_manifest
from jeton.storage.backup.restore import MARK
from jeton.storage.backup.rows import Unfit
from jeton.storage.backup.tests.inhabited import back_up, bring_back, every_byte, examine, inhabit, silent
from jeton.storage.backup.verify import verify
from jeton.storage.sql.migrate import fresh, migrate, pending, tables
from jeton.storage.sql.sqlite import DATABASE, open_reader
from jeton.testing.kept import kept_in
from jeton.testing.postgres import server
from jeton.testing.world import World


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup."""
    folder = tmp_path_factory.mktemp("whole")
    with World(folder / "data") as world:
        inhabit(world)
        back_up(folder / "backup", folder / "data", world.database_url)
    return folder / "backup"


@pytest.fixture
def backup(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    shutil.copytree(whole, tmp_path / "backup")
    return tmp_path / "backup"


def a_blob(backup: Path) -> Path:
    return max((backup / "blobs").glob("??/*"), key=lambda file: file.stat().st_size)


def rewrite(backup: Path, change: Callable[[Manifest], Manifest]) -> None:
    """What somebody does who knows how a manifest is made."""
    write_manifest(backup, change(read_manifest(backup)))


def with_rows(backup: Path, name: str, change: Callable[[list[object]], list[object]]) -> None:
    """Other rows in a table, with the sizes and digests that go with them."""

    def changed(manifest: Manifest) -> Manifest:
        told = {lines.name: lines for lines in manifest.tables}
        rows = [tuple(change(list(row))) for row in read_lines(backup, told[name])]
        lines_file(backup, name).unlink()
        told[name] = write_lines(backup, name, told[name].columns, rows)
        return replace(manifest, tables=tuple(told.values()))

    rewrite(backup, changed)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def drop_a_line(file: Path) -> None:
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))


def test_a_backup_that_is_whole_has_nothing_wrong(whole: Path) -> None:
    assert verify(whole, silent) == []


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
def test_a_damaged_or_missing_file_is_found(backup: Path, damage: Callable[[Path], None], tmp_path: Path) -> None:
    blob = a_blob(backup)
    damage(blob)
    [finding] = verify(backup, silent)
    assert str(int(blob.name, 16)) in finding
    nothing_comes_of(backup, tmp_path)


@pytest.mark.parametrize("damage", [flip, cut, drop_a_line, Path.unlink])
@pytest.mark.parametrize("name", ["tables/nodes.jsonl", "tables/tokens.jsonl", "blobs.jsonl"])
def test_rows_that_changed_are_found(backup: Path, damage: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    damage(backup / name)
    findings = verify(backup, silent)
    assert [finding for finding in findings if finding.startswith(name)]
    nothing_comes_of(backup, tmp_path)


def test_a_manifest_that_changed_is_found(backup: Path, tmp_path: Path) -> None:
    members = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    members["tables"] = members["tables"][1:]
    (backup / MANIFEST).write_text(json.dumps(members), encoding="utf-8")
    [finding] = verify(backup, silent)
    assert MANIFEST in finding
    nothing_comes_of(backup, tmp_path)
    for text in ("", "[]", "{}", '{"sha256": 1}', "\udcff"):
        (backup / MANIFEST).write_bytes(text.encode(errors="surrogateescape"))
        [finding] = verify(backup, silent)
        assert MANIFEST in finding


def nothing_comes_of(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        bring_back(backup, tmp_path / "restored")
    assert tables(tmp_path / "restored") == set()
    assert every_byte(tmp_path / "restored").keys() <= {"jeton.lock", DATABASE}
    assert not (tmp_path / "restored" / MARK).exists()


def test_a_folder_without_a_manifest_is_no_backup(backup: Path, tmp_path: Path) -> None:
    (backup / MANIFEST).unlink()
    for folder in (backup, tmp_path / "nothing", backup / "blobs.jsonl"):
        with pytest.raises(NoBackup, match="no backup in"):
            verify(folder, silent)


def test_a_backup_of_a_newer_release_is_refused(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rewrite(backup, lambda manifest: replace(manifest, heads=(*manifest.heads[1:], "tree_9999")))
    with pytest.raises(NoBackup, match="newer release"):
        verify(backup, silent)
    with pytest.raises(NoBackup, match="newer release"):
        bring_back(backup, tmp_path / "restored")
    held = read_manifest(backup)
    monkeypatch.setattr(manifests, "FORMAT", 2)
    write_manifest(backup, held)
    monkeypatch.undo()
    with pytest.raises(NoBackup, match="newer release"):
        verify(backup, silent)


def test_a_file_that_nothing_names_is_told(backup: Path) -> None:
    (backup / "blobs" / "05" / f"{5:016x}").write_bytes(b"who am I?")
    assert verify(backup, silent) == ["1 file(s) of blobs are not in the list of them."]


def test_a_row_that_refers_to_none_is_found_though_all_digests_are_right(backup: Path, tmp_path: Path) -> None:
    with_rows(backup, "versions", lambda row: [row[0], 999_999, *row[2:]])
    findings = verify(backup, silent)
    assert len(findings) == 1
    assert "versions refers to a row of nodes that is not there" in findings[0]
    nothing_comes_of(backup, tmp_path)
    url = server().database()
    with pytest.raises(Damaged, match="A row of versions refers to one that is not there"):
        bring_back(backup, tmp_path / "restored", url)
    assert tables(tmp_path / "restored", url) == set()
    server().drop(url)


def test_rows_that_contradict_one_another_are_found_though_all_digests_are_right(backup: Path) -> None:
    with_rows(backup, "totals", lambda row: [*row[:2], 77, *row[3:]])
    assert all("77 files" in finding for finding in verify(backup, silent))
    with_rows(backup, "versions", lambda row: [*row[:2], 1, *row[3:]])
    assert "The list of files is not that of the rows." in verify(backup, silent)


@pytest.mark.parametrize("name", ["../../nodes", "nodes; --", "", "blobs"])
def test_a_name_in_a_manifest_leads_nowhere_else(backup: Path, name: str) -> None:
    def renamed(manifest: Manifest) -> Manifest:
        return replace(manifest, tables=(manifest.tables[0]._replace(name=name), *manifest.tables[1:]))

    rewrite(backup, renamed)
    [finding] = verify(backup, silent)
    assert MANIFEST in finding


def test_rows_for_a_table_that_does_not_exist_are_refused(backup: Path, tmp_path: Path) -> None:
    def renamed(manifest: Manifest) -> Manifest:
        lines_file(backup, "audit").rename(lines_file(backup, "jeton"))
        told = tuple(lines._replace(name="jeton") if lines.name == "audit" else lines for lines in manifest.tables)
        return replace(manifest, tables=told)

    rewrite(backup, renamed)
    [finding] = verify(backup, silent)
    assert "the rows of jeton are not taken" in finding
    with pytest.raises(Unfit):
        bring_back(backup, tmp_path / "restored")
    assert tables(tmp_path / "restored") == set()


def first_steps() -> tuple[str, ...]:
    """The migrations of the first release, as a database names them: those that others build on are implied."""
    scripts = list(ScriptDirectory(str(Path(migrations.__file__).parent)).walk_revisions())
    first = [script for script in scripts if script.down_revision is None]
    implied = {needed for script in first for needed in to_tuple(script.dependencies, default=())}
    return tuple(sorted(script.revision for script in first if script.revision not in implied))


def columns_then(folder: Path) -> dict[str, set[str]]:
    """The tables that these made, and their columns."""
    folder.mkdir()
    found: dict[str, set[str]] = {}
    with suppress(LookupError), fresh(folder, None, first_steps()) as connection:
        seen = inspect(connection)
        for table in seen.get_table_names():
            found[table] = {column["name"] for column in seen.get_columns(table)}
        raise LookupError  # that is all
    return found


def test_a_backup_of_an_older_release_becomes_a_platform_of_this_one(backup: Path, tmp_path: Path) -> None:
    """As the first release had it: fewer tables, and fewer columns in others."""
    then = columns_then(tmp_path / "then")
    assert "pictures" not in then

    def older(manifest: Manifest) -> Manifest:
        kept = []
        for lines in manifest.tables:
            if lines.name in then:
                places = [place for place, column in enumerate(lines.columns) if column.name in then[lines.name]]
                rows = [tuple(row[place] for place in places) for row in read_lines(backup, lines)]
                lines_file(backup, lines.name).unlink()
                columns = tuple(lines.columns[place] for place in places)
                kept.append(write_lines(backup, lines.name, columns, rows))
        return replace(manifest, tables=tuple(kept), heads=first_steps())

    rewrite(backup, older)
    assert verify(backup, silent) == []
    bring_back(backup, tmp_path / "restored")
    assert pending(tmp_path / "restored") == ()
    assert examine(tmp_path / "restored", None) == []
    reader = open_reader(tmp_path / "restored" / DATABASE)
    assert reader.execute("SELECT DISTINCT space FROM trash").fetchall() == [("company",)]
    reader.close()
    migrate(tmp_path / "anew")
    columns = {kept.table: kept.columns for kept in kept_in(tmp_path / "anew", None)}
    assert {kept.table: kept.columns for kept in kept_in(tmp_path / "restored", None)} == columns
