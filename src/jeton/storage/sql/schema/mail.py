"""The outbox: mails on their way. A row goes as soon as its mail is handed over."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Table, Text

from jeton.storage.sql.schema import metadata

# `next_at` is when it may be taken; taking one moves it on. `sealed` holds the facts, links among them.
outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, nullable=False),
    Column("letter", Text, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("ix_outbox_next_at", "next_at"),
)
