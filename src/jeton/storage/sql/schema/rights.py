"""The table of rights: which principal was given what on which folder."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table

from jeton.storage.sql.schema import metadata

# `flags` are the bits of `kernel.tree.Right`: 0 cuts off. A target is a user or a group; whoever removes one removes
# its rows, since a principal's row outlives it.
rights = Table(
    "rights",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("folder_id", BigInteger, ForeignKey("nodes.id", ondelete="CASCADE"), nullable=False),
    Column("target_id", BigInteger, ForeignKey("principals.id"), nullable=False),
    Column("flags", BigInteger, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Column("given_by", BigInteger, nullable=False),
    Index("uq_rights_folder_id_target_id", "folder_id", "target_id", unique=True),
    Index(None, "target_id"),
)
