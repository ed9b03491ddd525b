"""Whether what is kept is whole: the database in itself, and the database against the bytes on disk.

It counts everything anew in its own way instead of asking the stores, and changes nothing. Source: security.md
section 3.1 (`jeton doctor`).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from sqlalchemy import func, select, text

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Blobs
from jeton.kernel.previews import Rendition
from jeton.kernel.tree import COMPANY_ROOT, DEEPEST, NodeKind, Space, Totals, sibling_key
from jeton.storage.sql.check_uploads import check_reservations, check_under_way, uploads_of
from jeton.storage.sql.numbers import NODE, PRINCIPAL
from jeton.storage.sql.previews import EVERY_RENDITION
from jeton.storage.sql.schema.archive import archive
from jeton.storage.sql.schema.people import principals, users
from jeton.storage.sql.schema.platform import numbers
from jeton.storage.sql.schema.tree import blob_doomed, blob_intents, nodes, totals, trash, versions
from jeton.storage.sql.sealing import check_journal
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql
from jeton.storage.work import SqlWork

_CHUNK: Final = 1024 * 1024


class ListedBlobs(Blobs, Protocol):
    """Blobs that can be listed, however long that takes."""

    def every(self) -> Iterator[BlobId]:
        """Each blob that is there."""

    def incoming(self) -> Iterator[BlobId]:
        """Each that is being written."""

    def size_of(self, blob: BlobId) -> int | None:
        """How many bytes of one are there, finished or not; None when there is none."""


class _Node(NamedTuple):
    id: int
    parent: int | None
    kind: int
    name: str
    name_key: str
    space: str | None
    owner: int
    guid: str | None
    version: int | None
    versions: int
    trash: int | None


class _Version(NamedTuple):
    id: int
    node: int
    blob: int
    size_bytes: int
    sha256: str
    replaced_at: int | None


class _Trashed(NamedTuple):
    id: int
    node: int
    destroyed_at: int | None


class _Broken(NamedTuple):
    table: str
    row: int | None
    parent: str


# SQLite's own.
_INTEGRITY: Final = Sql(text("SELECT integrity_check FROM pragma_integrity_check"), str)
_FOREIGN_KEYS: Final = Sql(text('SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check'), _Broken)

_NUMBERS: Final = Sql(select(numbers.c.name, numbers.c.last), lambda name, last: (name, last))
_PRINCIPALS: Final = Sql(select(principals.c.id), int)
_PRIVATE_ROOTS: Final = Sql(select(users.c.id, users.c.private_root), lambda user, root: (user, root))
_NODES: Final = Sql(
    select(
        nodes.c.id, nodes.c.parent_id, nodes.c.kind, nodes.c.name, nodes.c.name_key, nodes.c.space, nodes.c.owner_id,
        nodes.c.guid, nodes.c.version_id, nodes.c.versions, nodes.c.trash_id,
    ),
    _Node,
)  # fmt: skip
_VERSIONS: Final = Sql(
    select(
        versions.c.id,
        versions.c.node_id,
        versions.c.blob_id,
        versions.c.size_bytes,
        versions.c.sha256,
        versions.c.replaced_at,
    ),
    _Version,
)
_TOTALS: Final = Sql(
    select(
        totals.c.folder_id,
        func.sum(totals.c.files),
        func.sum(totals.c.folders),
        func.sum(totals.c.size_bytes),
        func.sum(totals.c.direct_files),
        func.sum(totals.c.direct_folders),
    ).group_by(totals.c.folder_id),
    lambda folder, *counts: (folder, Totals(*(int(count) for count in counts))),
)
_TRASH: Final = Sql(select(trash.c.id, trash.c.node_id, trash.c.destroyed_at), _Trashed)
_ARCHIVED: Final = Sql(select(archive.c.node_id), int)
_INTENTS: Final = Sql(select(blob_intents.c.blob_id), int)
_DOOMED: Final = Sql(select(blob_doomed.c.blob_id), int)


def check_database(work: SqlWork, blobs: ListedBlobs) -> list[str]:
    """What is wrong, one sentence each; an empty list when all is well.

    Beside a running server, a file destroyed for good meanwhile may be told as missing: ask again.
    """
    # Before the snapshot begins: whatever is on its way in was announced, and the snapshot says so.
    incoming, on_disk = set(blobs.incoming()), set(blobs.every())
    damage = _damage(work.session)
    return damage or [
        *_rows(work.session),
        *check_journal(work.session, work.seals),
        *_bytes(work.session, blobs, incoming, on_disk),
    ]


def check_rows(session: Session) -> list[str]:
    """What is wrong with the rows in themselves, whatever lies on the disk, and whoever signed them."""
    return _damage(session) or [*_rows(session), *check_journal(session, None)]


def _damage(session: Session) -> list[str]:
    """Pages that are damaged: then what is said of anything else cannot be relied upon."""
    if session.engine != "sqlite":  # PostgreSQL holds its references itself, and looks after its own pages
        return []
    return [f"The database is damaged: {line}." for line in session.all(_INTEGRITY) if line != "ok"]


def _rows(session: Session) -> Iterator[str]:
    if session.engine == "sqlite":
        yield from _references(session)
    counted = _Counted(session)
    yield from counted.findings()
    yield from check_reservations(session, {node.id: node.parent for node in counted.nodes.values()})


def _references(session: Session) -> Iterator[str]:
    for broken in session.all(_FOREIGN_KEYS):
        yield f"Row {broken.row} of {broken.table} refers to a row of {broken.parent} that is not there."


class _Counted:
    """The tree in memory, and all that can be said about it."""

    def __init__(self, session: Session) -> None:
        self.nodes = {node.id: node for node in session.each(_NODES)}
        self.versions = session.all(_VERSIONS)
        self.totals = dict(session.all(_TOTALS))
        self.trash = session.all(_TRASH)
        self.archived = set(session.all(_ARCHIVED))
        self.numbers = dict(session.all(_NUMBERS))
        self.principals = set(session.all(_PRINCIPALS))
        self.private_roots = session.all(_PRIVATE_ROOTS)
        self.children: dict[int, list[_Node]] = defaultdict(list)
        for node in self.nodes.values():
            if node.parent is not None:
                self.children[node.parent].append(node)
        self._leave_out([entry.node for entry in self.trash if entry.destroyed_at is not None])

    def _leave_out(self, destroyed: list[int]) -> None:
        """Forget what is being destroyed: it is taken away from its leaves, and counts nothing any more."""
        for node in destroyed:  # grows while it is walked
            destroyed.extend(child.id for child in self.children.pop(node, ()))
            self.nodes.pop(node, None)
            self.totals.pop(node, None)

    def findings(self) -> Iterator[str]:
        yield from self._numbers()
        yield from self._places()
        yield from self._reach()
        yield from self._trash()
        yield from self._siblings()
        yield from self._owners()
        yield from self._versions()
        yield from self._totals()

    def _numbers(self) -> Iterator[str]:
        largest = {
            PRINCIPAL: max(self.principals, default=0),
            NODE: max(max(self.nodes, default=0), max((version.id for version in self.versions), default=0)),
        }
        for name, used in largest.items():
            last = self.numbers.get(name, 0)
            if last < used:
                yield f"The next number for a {name} would be {last + 1}, but {used} is taken already."

    def _places(self) -> Iterator[str]:
        for node in self.nodes.values():
            if node.parent is None:
                if node.space is None and node.trash is None and node.id not in self.archived:
                    yield f"{_name(node)} hangs nowhere: it is in no folder, no space, no archive and not in the trash."
                if node.id in self.archived and (node.space is not None or node.trash is not None):
                    yield f"{_name(node)} is in the archive, and elsewhere as well."
                continue
            if node.id in self.archived:
                yield f"{_name(node)} is in the archive, and in folder {node.parent} as well."
            if node.space is not None:
                yield f"{_name(node)} is in folder {node.parent}, and says that it is the top of a space."
            if node.trash is not None:
                yield f"{_name(node)} is in the trash, and in folder {node.parent} as well."
            parent = self.nodes.get(node.parent)
            if parent is not None and parent.kind != NodeKind.FOLDER:
                yield f"{_name(node)} is in {node.parent}, which is a file."

    def _reach(self) -> Iterator[str]:
        """Walk down from every top: what is never met hangs below itself or below nothing."""
        met: set[int] = set()
        level = [node for node in self.nodes.values() if node.parent is None]
        depth = 0
        while level:
            met.update(node.id for node in level)
            depth += 1
            below = [child for node in level for child in self.children.get(node.id, ())]
            if depth == DEEPEST + 1:
                yield from (f"{_name(node)} lies deeper than {DEEPEST} folders." for node in below if _is_folder(node))
            level = below
        for node in self.nodes.values():
            if node.id not in met:
                if node.parent not in self.nodes:
                    yield f"{_name(node)} is in folder {node.parent}, which does not exist."
                else:
                    yield f"{_name(node)} cannot be reached from any top: a folder above it hangs below itself."

    def _trash(self) -> Iterator[str]:
        entries = {entry.id: entry.node for entry in self.trash}
        for entry in self.trash:
            node = self.nodes.get(entry.node)
            if node is not None and node.trash != entry.id:
                yield f"Entry {entry.id} of the trash names {_name(node)}, which does not lie in it."
        for node in self.nodes.values():
            if node.trash is not None and node.trash not in entries:
                yield f"{_name(node)} lies in the trash, which has no entry {node.trash}."

    def _siblings(self) -> Iterator[str]:
        for node in self.nodes.values():
            if node.name_key != sibling_key(node.name):
                yield f"{_name(node)} is compared with its siblings by a name that is not its own."
        for parent, children in self.children.items():
            for key, count in Counter(sibling_key(child.name) for child in children).items():
                if count > 1:
                    yield f"Folder {parent} holds {count} things named {key!r}."

    def _owners(self) -> Iterator[str]:
        for node in self.nodes.values():
            if node.owner not in self.principals and node.space != Space.COMPANY.value:
                yield f"{_name(node)} belongs to {node.owner}, who is nobody."
        if COMPANY_ROOT not in self.nodes:
            yield "There is no company space: folder 1 is missing."
        for user, root in self.private_roots:
            top = self.nodes.get(root)
            if top is None or top.space != Space.PRIVATE.value or top.owner != user:
                yield f"User {user} has no private space: {root} is not theirs."

    def _versions(self) -> Iterator[str]:
        of: dict[int, list[int]] = defaultdict(list)
        for version in self.versions:
            of[version.node].append(version.id)
            node = self.nodes.get(version.node)
            if node is not None and (version.replaced_at is None) != (version.id == node.version):
                yield f"{_name(node)} is not told rightly whether its version {version.id} was replaced."
        for node in self.nodes.values():
            ids = of.get(node.id, [])
            if _is_folder(node):
                if ids or node.version is not None:
                    yield f"{_name(node)} has versions, and only files do."
            else:
                if node.version not in ids or node.version != max(ids):
                    yield f"{_name(node)} shows version {node.version}, which is not its newest."
                if node.versions != len(ids):
                    yield f"{_name(node)} counts {node.versions} versions, and has {len(ids)}."
                if not node.guid:
                    yield f"{_name(node)} has no guid."

    def _totals(self) -> Iterator[str]:
        recount = self._recount()
        nothing = Totals(0, 0, 0, 0, 0)
        for folder in sorted(recount.keys() | self.totals.keys()):
            told, counted = self.totals.get(folder, nothing), recount.get(folder, nothing)
            if told != counted:
                yield f"Folder {folder} says that it holds {_amounts(told)}, and holds {_amounts(counted)}."

    def _recount(self) -> dict[int, Totals]:
        """Add up from the leaves: a folder is counted when all its folders are. Those below themselves never are."""
        size_of = {version.id: version.size_bytes for version in self.versions}
        done: dict[int, Totals] = {}
        order: list[_Node] = [node for node in self.nodes.values() if node.parent is None and _is_folder(node)]
        for node in order:  # grows while it is walked: parents stand before their children
            order.extend(child for child in self.children.get(node.id, ()) if _is_folder(child))
        for node in reversed(order):
            children = self.children.get(node.id, ())
            folders = [done[child.id] for child in children if _is_folder(child)]
            files = [size_of.get(child.version or 0, 0) for child in children if not _is_folder(child)]
            done[node.id] = Totals(
                files=len(files) + sum(below.files for below in folders),
                folders=len(folders) + sum(below.folders for below in folders),
                size_bytes=sum(files) + sum(below.size_bytes for below in folders),
                direct_files=len(files),
                direct_folders=len(folders),
            )
        return done


def _bytes(session: Session, blobs: ListedBlobs, incoming: set[BlobId], on_disk: set[BlobId]) -> Iterator[str]:
    """The rows that name blobs against one another, and against the disk."""
    kept = session.all(_VERSIONS)
    intents = set(session.all(_INTENTS))
    doomed = set(session.all(_DOOMED))
    named = {version.blob for version in kept}
    under_way = uploads_of(session)
    yield from check_under_way(under_way, named | intents | doomed, blobs, incoming)
    for blob in sorted(intents & named):
        yield f"Blob {blob} is announced as coming, and a version of a file holds it already."
    for blob in sorted(doomed & named):
        yield f"Blob {blob} is doomed, and a version of a file still holds it."
    for blob in sorted(doomed & intents):
        yield f"Blob {blob} is both announced as coming and doomed."
    for version in kept:
        fault = _fault(version, blobs)
        if fault:
            yield f"Version {version.id} of file {version.node}: {fault}."
    drawings = session.all(EVERY_RENDITION)
    for drawing in drawings:
        if drawing.of not in named | doomed:
            yield f"A preview is kept of blob {drawing.of}, which no file holds."
        fault = _fault(drawing, blobs)
        if fault:
            yield f"The preview of blob {drawing.of} at {drawing.side} pixels: {fault}."
    drawn = {drawing.blob for drawing in drawings}
    for stray in sorted(on_disk - named - intents - doomed - drawn - under_way.keys()):
        reader = blobs.open(stray)
        if reader is not None:
            reader.close()
            yield f"Blob {stray} lies on the disk, and nothing names it."


def _fault(version: _Version | Rendition, blobs: Blobs) -> str | None:
    reader = blobs.open(BlobId(version.blob))
    if reader is None:
        return f"its bytes (blob {version.blob}) are not there"
    try:
        if reader.size_bytes != version.size_bytes:
            return f"blob {version.blob} has {reader.size_bytes} bytes instead of {version.size_bytes}"
        digest = hashlib.sha256()
        for offset in range(0, reader.size_bytes, _CHUNK):
            digest.update(reader.read(offset, _CHUNK))
    except OSError as error:
        return f"blob {version.blob} cannot be read ({error.strerror})"
    finally:
        reader.close()
    return None if digest.hexdigest() == version.sha256 else f"blob {version.blob} is not what was stored"


def _is_folder(node: _Node) -> bool:
    return node.kind == NodeKind.FOLDER


def _name(node: _Node) -> str:
    return f"{'Folder' if _is_folder(node) else 'File'} {node.id} ({node.name!r})"


def _amounts(held: Totals) -> str:
    return (
        f"{held.files} files and {held.folders} folders ({held.direct_files} and {held.direct_folders} directly), "
        f"{held.size_bytes} bytes"
    )
