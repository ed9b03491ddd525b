"""Tables of uploads that take more than one request, and of the room that they reserve."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from jeton.storage.sql.schema import metadata

# `client_id` is empty for whoever came without an application. `blob_id` goes once the bytes are a version's, or gone.
uploads = Table(
    "uploads",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("principal_id", BigInteger, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("folder_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("size_bytes", BigInteger),
    Column("md5", Text),
    Column("created_at", BigInteger),
    Column("modified_at", BigInteger),
    Column("chunks", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("metadata", Text),
    Column("blob_id", BigInteger),
    Column("offset_bytes", BigInteger, nullable=False),
    Column("reserved_bytes", BigInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("leased_until", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("file_id", BigInteger, index=True),
    Column("finished_at", BigInteger),
    Index(None, "principal_id", "client_id"),
)

# What the open uploads into a folder, and into all below it, will take. A folder without any has no row.
reservations = Table(
    "reservations",
    metadata,
    Column("folder_id", BigInteger, ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("size_bytes", BigInteger, nullable=False),
)
