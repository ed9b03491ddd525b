"""The table of what is archived: what hangs in no folder and remembers the one that held it."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from jeton.storage.sql.schema import metadata

# `place` is the names of the folders that held it, as whoever archived it saw them, `space` and `space_owner_id` where
# these hang. What hangs below an archived folder has no row.
archive = Table(
    "archive",
    metadata,
    Column("node_id", BigInteger, ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("parent_id", BigInteger, nullable=False, index=True),
    Column("place", Text, nullable=False),
    Column("space", Text, nullable=False),
    Column("space_owner_id", BigInteger, nullable=False),
    Column("archived_at", BigInteger, nullable=False),
    Column("archived_by", BigInteger, nullable=False),
    Index(None, "space", "space_owner_id"),
)
