"""The tree against a model of twenty lines: random acts, then every count, name and place compared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from jeton.kernel.ids import BlobId, FileId, FolderId, PrincipalId
from jeton.kernel.tree import COMPANY_ROOT, File, Folder, sibling_key
from jeton.kernel.treeport import Content
from jeton.kit.mint import SystemMint
from jeton.storage.sql.schema.tree import blob_doomed, nodes, totals, versions
from jeton.storage.sql.session import AlreadyThere
from jeton.storage.sql.sqlite import DATABASE, SqliteSession, open_writer
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.trash import reap
from jeton.storage.sql.tree import SqlTree
from jeton.storage.sql.versions import SqlVersions
from jeton.testing.contracts.values import NOW
from jeton.testing.sqlite import lay_migrated

OWNER = PrincipalId(0)
MARKS: Any = {"owner": OWNER, "created_at": NOW, "modified_at": NOW, "now": NOW}
DOOMED = Sql(select(blob_doomed.c.blob_id), int)
LIVE_BLOBS = Sql(select(versions.c.blob_id), int)
NODES = Sql(select(func.count()).select_from(nodes), int)
TOTALS = Sql(select(func.count()).select_from(totals), int)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[apsw.Connection]:
    folder: Path = tmp_path_factory.mktemp("tree")
    lay_migrated(folder)
    opened = open_writer(folder / DATABASE)
    yield opened
    opened.close()


@dataclass(slots=True, kw_only=True)
class Thing:
    """A folder (`size` is None) or a file, as the model knows it. Versions lie in `blobs`, the current one last."""

    name: str
    parent: "Thing | None"
    number: int
    size: int | None = None
    blobs: list[int] = field(default_factory=list)

    def is_in(self, other: "Thing") -> bool:
        return self is other or (self.parent is not None and self.parent.is_in(other))


class Pair:
    """The tree and its model, on which the same acts are done."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.session = SqliteSession(connection)
        self.tree = SqlTree(self.session, SystemMint())
        self.versions = SqlVersions(self.session, SystemMint())
        self.tree.plant_company("Company", NOW)
        self.top = Thing(name="Company", parent=None, number=COMPANY_ROOT)
        self.alive = [self.top]
        self.in_trash: list[Thing] = []
        self.doomed: set[int] = set()
        self.blobs = 0
        self.trashed = 0

    def folder(self, thing: Thing) -> Folder:
        found = self.tree.folder(FolderId(thing.number))
        assert found is not None
        return found[0]

    def node(self, thing: Thing) -> Folder | File:
        return self.folder(thing) if thing.size is None else self.tree.reread_file(FileId(thing.number))

    def content(self, size: int) -> Content:
        self.blobs += 1
        return Content(blob=BlobId(self.blobs), size_bytes=size, md5="0" * 32, sha256="0" * 64)

    def taken(self, parent: Thing, name: str, by: Thing | None = None) -> Thing | None:
        for thing in self.alive:
            if thing.parent is parent and thing is not by and sibling_key(thing.name) == sibling_key(name):
                return thing
        return None

    # Acts.

    def make(self, where: Thing, name: str, size: int | None) -> None:
        parent = self.folder(where)
        there = self.tree.sibling(parent, name)
        assert (there is None) == (self.taken(where, name) is None)
        if size is None:
            if there is not None:
                self.refused(lambda: self.tree.add_folder(parent, name, **MARKS))
                return
            number: int = self.tree.add_folder(parent, name, **MARKS)
            self.alive.append(Thing(name=name, parent=where, number=number))
        elif there is None:
            content = self.content(size)
            number = self.tree.add_file(parent, name, content, **MARKS)
            self.alive.append(Thing(name=name, parent=where, number=number, size=size, blobs=[content.blob]))
        elif isinstance(there, File):
            thing, content = self.taken(where, name), self.content(size)
            assert thing is not None
            thing.number = self.tree.add_version(there, content, author=OWNER, created_at=NOW, modified_at=NOW, now=NOW)
            thing.size = size
            thing.blobs.append(content.blob)

    def rename(self, thing: Thing, name: str) -> None:
        if thing.parent is None:
            return
        if self.taken(thing.parent, name, thing) is not None:
            self.refused(lambda: self.tree.rename(self.node(thing), name, NOW))
            return
        self.tree.rename(self.node(thing), name, NOW)
        thing.name = name

    def move(self, thing: Thing, target: Thing, name: str) -> None:
        if thing.parent is None:
            return
        if thing.size is None:
            assert self.tree.holds(self.folder(thing), self.folder(target)) == target.is_in(thing)
            if target.is_in(thing):
                return
        if self.taken(target, name, thing) is not None:
            self.refused(lambda: self.tree.move(self.node(thing), self.folder(target), name, NOW))
            return
        self.tree.move(self.node(thing), self.folder(target), name, NOW)
        thing.parent, thing.name = target, name

    def copy(self, thing: Thing, target: Thing, name: str) -> None:
        """Current versions alone, which share their bytes with the original's."""
        if thing.size is not None or target.is_in(thing) or self.taken(target, name) is not None:
            return
        number = self.tree.copy_folder(self.folder(thing), self.folder(target), name, owner=OWNER, now=NOW)
        self.copied(thing, Thing(name=name, parent=target, number=number))

    def copied(self, thing: Thing, twin: Thing) -> None:
        self.alive.append(twin)
        folders, files = self.tree.children([self.folder(twin)])
        numbers: dict[str, int] = {one.name: one.id for one in folders} | {one.name: one.id for one in files}
        for one in [one for one in self.alive if one.parent is thing and one is not twin]:
            inner = Thing(name=one.name, parent=twin, number=numbers.pop(one.name), size=one.size, blobs=one.blobs[-1:])
            if one.size is None:
                self.copied(one, inner)
            else:
                self.alive.append(inner)
        assert not numbers

    def drop(self, thing: Thing) -> None:
        """The oldest version of a file, unless it is the only one."""
        if thing.size is None or len(thing.blobs) < 2:
            return
        file = self.tree.reread_file(FileId(thing.number))
        oldest = self.versions.of(file, offset=len(thing.blobs) - 1, limit=2)
        assert [version.blob for version in oldest] == thing.blobs[:1]
        self.versions.drop(file.node, [version.id for version in oldest], NOW)
        self.let_go([thing.blobs.pop(0)])

    def let_go(self, blobs: list[int]) -> None:
        """Bytes are doomed with the last version that holds them."""
        held = {blob for one in (*self.alive, *self.in_trash) for blob in one.blobs}
        self.doomed.update(blob for blob in blobs if blob not in held)

    def remove(self, thing: Thing, *, for_good: bool) -> None:
        if thing.parent is None:
            return
        gone = [one for one in self.alive if one.is_in(thing)]
        self.alive = [one for one in self.alive if one not in gone]
        if for_good:
            self.tree.destroy(self.node(thing), NOW)
            while reap(self.session, NOW, limit=2):
                pass
            self.let_go([blob for one in gone for blob in one.blobs])
        else:
            self.trashed += 1
            item = self.tree.trash(self.node(thing), by=OWNER, trash_id=self.trashed, now=NOW)
            assert item.files == sum(one.size is not None for one in gone)
            assert item.size_bytes == sum(one.size or 0 for one in gone)
            self.in_trash += gone

    def refused(self, act: Callable[[], object]) -> None:
        """The database itself holds names apart; what was half done is taken back, as the writer does."""
        self.connection.execute("SAVEPOINT act")
        with pytest.raises(AlreadyThere):
            act()
        self.connection.execute("ROLLBACK TO act")

    # Looking.

    def compare(self) -> None:
        for thing in self.alive:
            above: list[int] = []
            up = thing.parent
            while up is not None:
                above.insert(0, up.number)
                up = up.parent
            if thing.size is not None:
                found = self.tree.file(FileId(thing.number))
                assert found is not None
                assert (found[0].name, found[0].size_bytes, found[2]) == (thing.name, thing.size, thing.number)
                assert (found[0].blob, found[0].versions) == (thing.blobs[-1], len(thing.blobs))
                assert [ancestor.id for ancestor in found[1].above] == above
                continue
            held = self.tree.folder(FolderId(thing.number))
            assert held is not None
            folder, place = held
            assert [ancestor.id for ancestor in place.above] == above
            below = [one for one in self.alive if one.is_in(thing) and one is not thing]
            direct = [one for one in below if one.parent is thing]
            assert folder.totals == (
                sum(one.size is not None for one in below),
                sum(one.size is None for one in below),
                sum(one.size or 0 for one in below),
                sum(one.size is not None for one in direct),
                sum(one.size is None for one in direct),
            )
            folders, files = self.tree.children([folder])
            shown = {one.id for one in folders} | {one.id for one in files}
            assert shown == {one.number for one in direct}
        for thing in self.in_trash:
            found_any = self.tree.folder(FolderId(thing.number)) or self.tree.file(FileId(thing.number))
            assert found_any is None
        assert set(self.session.all(DOOMED)) == self.doomed
        kept = {blob for one in (*self.alive, *self.in_trash) for blob in one.blobs}
        assert set(self.session.all(LIVE_BLOBS)) == kept
        assert self.session.one(NODES) == len(self.alive) + len(self.in_trash)
        assert self.session.one(TOTALS) == sum(one.size is None for one in (*self.alive, *self.in_trash))


# Two spellings of one accent are one name; two cases are two.
NAMES = st.sampled_from(["a", "A", "b", "\u00e9", "e\u0301", "z.txt"])
CHOICE = st.integers(0, 1000)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("folder"), CHOICE, NAMES),
        st.tuples(st.just("file"), CHOICE, NAMES, st.integers(0, 99)),
        st.tuples(st.just("rename"), CHOICE, NAMES),
        st.tuples(st.just("move"), CHOICE, CHOICE, NAMES),
        st.tuples(st.just("copy"), CHOICE, CHOICE, NAMES),
        st.tuples(st.just("drop"), CHOICE),
        st.tuples(st.just("trash"), CHOICE),
        st.tuples(st.just("destroy"), CHOICE),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_counts_names_and_places_are_those_of_a_plain_model(connection: apsw.Connection, acts: list[Any]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        pair = Pair(connection)
        for kind, choice, *more in acts:
            folders = [one for one in pair.alive if one.size is None]
            thing = pair.alive[choice % len(pair.alive)]
            if kind == "folder":
                pair.make(folders[choice % len(folders)], more[0], None)
            elif kind == "file":
                pair.make(folders[choice % len(folders)], more[0], more[1])
            elif kind == "rename":
                pair.rename(thing, more[0])
            elif kind == "move":
                pair.move(thing, folders[more[0] % len(folders)], more[1])
            elif kind == "copy":
                pair.copy(thing, folders[more[0] % len(folders)], more[1])
            elif kind == "drop":
                pair.drop(thing)
            else:
                pair.remove(thing, for_good=kind == "destroy")
        pair.compare()
    finally:
        connection.execute("ROLLBACK")
