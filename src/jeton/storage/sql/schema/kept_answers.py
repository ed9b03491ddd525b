"""Answers to writes that came with an Idempotency-Key. Nothing refers to them, and they are swept after a day."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from jeton.storage.sql.schema import metadata

# `headers` is a JSON array of pairs.
kept_answers = Table(
    "kept_answers",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("outlived", BigInteger, nullable=False),
    Column("status", BigInteger, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("given_at", BigInteger, nullable=False, index=True),
)
