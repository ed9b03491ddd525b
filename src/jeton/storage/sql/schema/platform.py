"""The platform's own tables: settings, numbers that ids are drawn from, the journal, its blocks, marks of commits."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from jeton.storage.sql.schema import metadata

settings: Final = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
)

numbers: Final = Table(
    "numbers",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    Column("last", BigInteger, nullable=False),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("actor", BigInteger, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("on_behalf_by", Text, nullable=True),
    Column("client_id", Text, nullable=True),
    Column("token_id", BigInteger, nullable=True),
    Column("subject", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("user_agent", Text, nullable=False, server_default=""),
    Column("request_id", Text, nullable=False, server_default=""),
    Index("ix_audit_subject", "subject", "id"),
    Index("ix_audit_actor", "actor", "id"),
    Index("ix_audit_client_id", "client_id", "id"),
)

# See `kernel.sealing`. Rows are added and stay; only `lines` is emptied once those of the journal are gone.
audit_blocks: Final = Table(
    "audit_blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("last_id", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
    Column("line_count", BigInteger, nullable=False),
    Column("lines", LargeBinary, nullable=False),
    Column("lines_hash", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("key", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Index(None, "last_id"),
)

# One row, the end of the chain.
audit_head: Final = Table(
    "audit_head",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("key", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

# One row a transaction, for an hour, on PostgreSQL only: see `storage.sql.postgresql_line`.
commits: Final = Table(
    "commits",
    metadata,
    Column("at", BigInteger, primary_key=True, autoincrement=False, nullable=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False, nullable=False),
    Column("is_kept", BigInteger, nullable=False),
)
