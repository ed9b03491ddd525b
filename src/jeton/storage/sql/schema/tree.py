"""Tables of the tree: nodes, versions of files, counts, the trash, and the ledger of blobs."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, text

from jeton.storage.sql.schema import metadata

# A top has no parent and says of which `space` it is. What is in the trash hangs on nothing: its top lost its parent
# and has a `trash_id`, so nothing below it is reached any more. `name_key` is the name in canonical composition.
nodes = Table(
    "nodes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("parent_id", BigInteger, ForeignKey("nodes.id")),
    Column("kind", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("space", Text),
    Column("owner_id", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger, nullable=False),
    Column("purge_after_days", BigInteger, nullable=False),
    Column("quota_bytes", BigInteger, nullable=False),
    Column("guid", Text),
    Column("version_id", BigInteger),
    Column("versions", BigInteger, nullable=False),
    Column("trash_id", BigInteger),
)
Index(
    "uq_nodes_parent_id_name_key",
    nodes.c.parent_id,
    nodes.c.name_key,
    unique=True,
    sqlite_where=nodes.c.parent_id.is_not(None),
    postgresql_where=nodes.c.parent_id.is_not(None),
)
Index(
    "ix_nodes_space_owner_id",
    nodes.c.space,
    nodes.c.owner_id,
    sqlite_where=nodes.c.space.is_not(None),
    postgresql_where=nodes.c.space.is_not(None),
)
# The few files that have old versions, and the few folders that are purged.
Index(
    "ix_nodes_versions",
    nodes.c.versions,
    sqlite_where=nodes.c.versions > text("1"),
    postgresql_where=nodes.c.versions > text("1"),
)
Index(
    "ix_nodes_purge_after_days",
    nodes.c.purge_after_days,
    sqlite_where=nodes.c.purge_after_days > text("0"),
    postgresql_where=nodes.c.purge_after_days > text("0"),
)

# `created_at` and `modified_at` are what clients say; `stored_at` is when it came in, `replaced_at` when another became
# the current one. Versions may share a blob: it is doomed with the last that names it.
versions = Table(
    "versions",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("node_id", BigInteger, ForeignKey("nodes.id"), nullable=False, index=True),
    Column("blob_id", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("md5", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("replaced_at", BigInteger),
    Index(None, "blob_id"),
)
Index(
    "ix_versions_replaced_at",
    versions.c.replaced_at,
    sqlite_where=versions.c.replaced_at.is_not(None),
    postgresql_where=versions.c.replaced_at.is_not(None),
)

# Counts below a folder, the whole subtree and the direct children. A folder has as many stripes as the engine wants
# (one on SQLite): a change adds to one of them, a look sums them.
totals = Table(
    "totals",
    metadata,
    Column("folder_id", BigInteger, ForeignKey("nodes.id"), primary_key=True, autoincrement=False),
    Column("stripe", BigInteger, primary_key=True, autoincrement=False),
    Column("files", BigInteger, nullable=False),
    Column("folders", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("direct_files", BigInteger, nullable=False),
    Column("direct_folders", BigInteger, nullable=False),
)

# `place` is the names of the folders that held it, as its deleter saw them, `space` and `space_owner_id` where these
# hang, and `held` what the deleter might read of it (bits of `kernel.tree.Right`). An entry with `destroyed_at` is
# there for nobody any more: its rows are taken away a few at a time.
trash = Table(
    "trash",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("node_id", BigInteger, ForeignKey("nodes.id"), nullable=False, unique=True),
    Column("parent_id", BigInteger, nullable=False),
    Column("deleted_at", BigInteger, nullable=False),
    Column("deleted_by", BigInteger, nullable=False, index=True),
    Column("place", Text, nullable=False),
    Column("space", Text, nullable=False),
    Column("space_owner_id", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("destroyed_at", BigInteger),
    Index(None, "deleted_at"),
)
Index(
    "ix_trash_destroyed_at",
    trash.c.destroyed_at,
    sqlite_where=trash.c.destroyed_at.is_not(None),
    postgresql_where=trash.c.destroyed_at.is_not(None),
)

blob_intents = Table(
    "blob_intents",
    metadata,
    Column("blob_id", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, nullable=False),
)

blob_doomed = Table(
    "blob_doomed",
    metadata,
    Column("blob_id", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, nullable=False),
)

# While a hold lasts, no doomed blob is unlinked: a backup is copying what its snapshot names.
blob_holds = Table(
    "blob_holds",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
)
