"""Tokens that open one file: only their digests are kept."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from jeton.storage.sql.schema import metadata

# `claimed_by` is the address that used it first, set by the one UPDATE that claims it. `token_id` names the access
# token that asked for it: a row refers to it without binding it, since tokens are swept by themselves.
file_tokens = Table(
    "file_tokens",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("use", Text, nullable=False),
    Column("version_id", BigInteger, nullable=False),
    Column("token_id", BigInteger, nullable=False),
    Column("acts_as", BigInteger),
    Column("expires_at", BigInteger, nullable=False),
    Column("claimed_by", Text),
    Index(None, "expires_at"),
)
