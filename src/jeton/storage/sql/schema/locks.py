"""The table of locks: who has locked which file."""

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text

from jeton.storage.sql.schema import metadata

# `kind` is that of `kernel.locks.LockKind`. A holder is a user or a Server application; whoever removes one removes its
# rows, since a principal's row outlives it.
locks = Table(
    "locks",
    metadata,
    Column("node_id", BigInteger, ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("holder_id", BigInteger, ForeignKey("principals.id"), nullable=False, index=True),
    Column("taken_at", BigInteger, nullable=False),
)
