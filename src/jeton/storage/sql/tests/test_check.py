"""A whole store gives nothing to say; each kind of damage is told in one sentence."""

from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from jeton.kernel.ids import BlobId, FolderId, PrincipalId
from jeton.kernel.treeport import Content
from jeton.kit.mint import SystemMint
from jeton.storage.blobs.disk import DiskBlobs, prepare_folder
from jeton.storage.sql.check import check_database
from jeton.storage.sql.sqlite import DATABASE, SqliteSession, open_writer
from jeton.storage.work import SqlWork
from jeton.testing.contracts.values import NOW, a_user
from jeton.testing.sqlite import lay_migrated

ANA = PrincipalId(1)
DRAFT, FINAL, PICTURE, COMING, DOOMED = (BlobId(number << 20) for number in range(1, 6))


class Kept:
    """A small platform: folders 1 > 3 > 4, a file of two versions in 4, one in 3, and something in the trash."""

    def __init__(self, folder: Path) -> None:
        lay_migrated(folder)
        prepare_folder(folder / "blobs")
        self.blobs = DiskBlobs(folder / "blobs")
        self.connection = open_writer(folder / DATABASE)
        self.work = SqlWork(SqliteSession(self.connection), NOW, SystemMint())
        self._fill()

    def _fill(self) -> None:
        work, tree = self.work, self.work.tree
        tree.plant_company("Company", NOW)
        user = a_user(work.people.new_id(), "ana")
        home = tree.add_space(private_to=user.id, name="ana", now=NOW)
        work.people.add(user._replace(private_root=home))
        top = tree.reread_folder(FolderId(1))
        projects = tree.reread_folder(self._folder(FolderId(1), "Projects"))
        bridge = tree.reread_folder(self._folder(projects.id, "Bridge"))
        plan = tree.add_file(
            bridge, "plan.txt", self.store(DRAFT, b"draft"), owner=ANA, created_at=NOW, modified_at=NOW, now=NOW
        )
        tree.add_version(
            tree.reread_file(plan),
            self.store(FINAL, b"final plan"),
            author=ANA,
            created_at=NOW,
            modified_at=NOW,
            now=NOW,
        )
        tree.add_file(
            projects, "a.png", self.store(PICTURE, b"picture"), owner=ANA, created_at=NOW, modified_at=NOW, now=NOW
        )
        old = tree.reread_folder(self._folder(top.id, "Old"))
        self._folder(old.id, "Older")
        tree.trash(tree.reread_folder(old.id), by=ANA, trash_id=77, now=NOW)
        work.blobs.intend(COMING, NOW)
        self.store(COMING, b"coming")
        work.blobs.doom(DOOMED, NOW)
        self.store(DOOMED, b"doomed")

    def _folder(self, parent: FolderId, name: str) -> FolderId:
        tree = self.work.tree
        return tree.add_folder(tree.reread_folder(parent), name, owner=ANA, created_at=NOW, modified_at=NOW, now=NOW)

    def store(self, blob: BlobId, content: bytes) -> Content:
        writer = self.blobs.create(blob)
        writer.write(content)
        receipt = writer.finish()
        return Content(blob=blob, size_bytes=receipt.size_bytes, md5=receipt.md5, sha256=receipt.sha256)

    def damage(self, *statements: str) -> None:
        self.connection.execute("PRAGMA foreign_keys = OFF").fetchall()
        for statement in statements:
            self.connection.execute(statement)

    def findings(self) -> list[str]:
        return check_database(self.work, self.blobs)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    kept.connection.close()


def number_of(kept: Kept, name: str) -> int:
    [(number,)] = kept.connection.execute("SELECT id FROM nodes WHERE name = ?", (name,)).fetchall()
    assert isinstance(number, int)
    return number


def test_a_whole_store_gives_nothing(kept: Kept) -> None:
    assert kept.findings() == []


def test_an_empty_platform_gives_nothing(tmp_path: Path) -> None:
    lay_migrated(tmp_path)
    prepare_folder(tmp_path / "blobs")
    connection = open_writer(tmp_path / DATABASE)
    work = SqlWork(SqliteSession(connection), NOW, SystemMint())
    work.tree.plant_company("Company", NOW)
    assert check_database(work, DiskBlobs(tmp_path / "blobs")) == []
    connection.close()


ROWS = {
    "a number behind": ("UPDATE numbers SET last = 3 WHERE name = 'node'", "The next number for a node would be 4"),
    "a principal's number behind": (
        "DELETE FROM numbers WHERE name = 'principal'",
        "for a principal would be 1",
    ),
    "a dangling reference": (
        "DELETE FROM principals",
        "Row 1 of users refers to a row of principals that",
    ),
    "an owner who is nobody": ("UPDATE nodes SET owner_id = 9 WHERE name = 'Bridge'", "belongs to 9, who is nobody."),
    "a lost private space": ("UPDATE users SET private_root = 1", "User 1 has no private space: 1 is not theirs."),
    "no company": ("UPDATE nodes SET id = 999, space = NULL WHERE id = 1", "There is no company space"),
    "a node that hangs nowhere": ("UPDATE nodes SET parent_id = NULL WHERE name = 'Bridge'", "hangs nowhere"),
    "a top inside a folder": ("UPDATE nodes SET space = 'private' WHERE name = 'Bridge'", "the top of a space."),
    "in the trash and in a folder": (
        "UPDATE nodes SET trash_id = 77 WHERE name = 'Bridge'",
        "in the trash, and in",
    ),
    "a file as a folder": (
        "UPDATE nodes SET parent_id = (SELECT id FROM nodes WHERE name = 'a.png') WHERE name = 'Bridge'",
        "which is a file.",
    ),
    "a cycle": (
        "UPDATE nodes SET parent_id = (SELECT id FROM nodes WHERE name = 'Bridge') WHERE name = 'Projects'",
        "a folder above it hangs below itself.",
    ),
    "an orphan": ("UPDATE nodes SET parent_id = 555 WHERE name = 'Bridge'", "is in folder 555, which does not exist."),
    "no entry in the trash": ("DELETE FROM trash", "lies in the trash, which has no entry 77."),
    "an entry of something live": (
        "UPDATE nodes SET trash_id = NULL, parent_id = 1 WHERE name = 'Old'",
        "Entry 77 of the trash names Folder",
    ),
    "a name's key": ("UPDATE nodes SET name = 'Brigde' WHERE name = 'Bridge'", "by a name that is not its own."),
    "an old version": (
        "UPDATE nodes SET version_id = version_id - 1 WHERE name = 'plan.txt'",
        "is not its newest.",
    ),
    "versions miscounted": ("UPDATE nodes SET versions = 7 WHERE name = 'plan.txt'", "counts 7 versions, and has 2."),
    "no guid": ("UPDATE nodes SET guid = NULL WHERE name = 'plan.txt'", "has no guid."),
    "a folder with a version": ("UPDATE nodes SET version_id = 1 WHERE name = 'Bridge'", "only files do."),
    "totals": (
        "UPDATE totals SET size_bytes = 1 WHERE folder_id = 1",
        "Folder 1 says that it holds 2 files",
    ),
    "missing totals": ("DELETE FROM totals WHERE folder_id = 1", "Folder 1 says that it holds 0 files and 0 folders"),
    "announced and held": (
        f"INSERT INTO blob_intents VALUES ({FINAL}, 0)",
        f"Blob {FINAL} is announced as",
    ),
    "doomed and held": (f"INSERT INTO blob_doomed VALUES ({FINAL}, 0)", f"Blob {FINAL} is doomed, and"),
    "announced and doomed": (f"INSERT INTO blob_doomed VALUES ({COMING}, 0)", "both announced as coming and doomed."),
    "unknown bytes": ("DELETE FROM blob_intents", f"Blob {COMING} lies on the disk, and nothing names it."),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_that_does_not_fit_is_told(kept: Kept, kind: str) -> None:
    statement, sentence = ROWS[kind]
    kept.damage(statement)
    findings = kept.findings()
    assert any(sentence in finding for finding in findings), findings
    assert all(finding.endswith(".") and "\n" not in finding for finding in findings)


def test_two_of_one_name_are_told(kept: Kept) -> None:
    kept.damage(
        "DROP INDEX uq_nodes_parent_id_name_key",
        "UPDATE nodes SET name = 'Bridge', name_key = 'Bridge' WHERE name = 'a.png'",
    )
    assert kept.findings() == [f"Folder {number_of(kept, 'Projects')} holds 2 things named 'Bridge'."]


def test_folders_that_lie_too_deep_are_told(kept: Kept) -> None:
    parent = FolderId(1)
    for level in range(101):
        parent = kept._folder(parent, str(level))
    findings = kept.findings()
    assert findings == [f"Folder {number_of(kept, '100')} ('100') lies deeper than 100 folders."]


def test_missing_cut_and_changed_bytes_are_told(kept: Kept) -> None:
    changes: dict[BlobId, Callable[[Path], object]] = {
        DRAFT: lambda path: path.unlink(),
        FINAL: lambda path: path.write_bytes(b"final"),
        PICTURE: lambda path: path.write_bytes(b"Picture"),
    }
    for blob, change in changes.items():
        change(kept.blobs.path_of(blob))
    told = [finding.partition(": ")[2] for finding in kept.findings()]
    assert sorted(told) == sorted(
        [
            f"its bytes (blob {DRAFT}) are not there.",
            f"blob {FINAL} has 5 bytes instead of 10.",
            f"blob {PICTURE} is not what was stored.",
        ]
    )


def test_a_damaged_database_is_told_and_nothing_else(kept: Kept, tmp_path: Path) -> None:
    kept.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    kept.connection.execute("PRAGMA writable_schema = ON").fetchall()
    kept.connection.execute("UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'ix_versions_blob_id'")
    kept.connection.close()
    kept.connection = open_writer(tmp_path / DATABASE)
    kept.work = SqlWork(SqliteSession(kept.connection), NOW, SystemMint())
    findings = kept.findings()
    assert findings
    assert all(finding.startswith("The database is damaged: ") for finding in findings)


def test_checking_changes_nothing(kept: Kept) -> None:
    kept.connection.execute("PRAGMA query_only = ON").fetchall()
    assert kept.findings() == []
    with pytest.raises(apsw.ReadOnlyError):
        kept.damage("DELETE FROM trash")
