"""What was seen of the bytes of files. Keys are blobs: versions that share bytes share what is seen of them."""

from sqlalchemy import BigInteger, Column, Table, Text

from jeton.storage.sql.schema import metadata

# `meta` is a JSON object of texts.
content_facts = Table(
    "content_facts",
    metadata,
    Column("of_blob", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("meta", Text, nullable=False),
)

# Left out of backups: a drawing is made again when it is asked for.
previews = Table(
    "previews",
    metadata,
    Column("of_blob", BigInteger, primary_key=True, autoincrement=False),
    Column("side", BigInteger, primary_key=True, autoincrement=False),
    Column("blob_id", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
)
