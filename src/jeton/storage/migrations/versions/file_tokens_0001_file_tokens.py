"""Tokens that open one file without a bearer."""

import sqlalchemy as sa
from alembic import op

revision = "file_tokens_0001"
down_revision = None
branch_labels = ("file_tokens",)
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "file_tokens",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.Column("version_id", sa.BigInteger, nullable=False),
        sa.Column("token_id", sa.BigInteger, nullable=False),
        sa.Column("acts_as", sa.BigInteger),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("claimed_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_file_tokens"),
    )
    op.create_index("ix_file_tokens_expires_at", "file_tokens", ["expires_at"])
