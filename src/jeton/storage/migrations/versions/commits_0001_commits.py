"""Marks of commits, by which a PostgreSQL transaction whose end was not heard is found again."""

import sqlalchemy as sa
from alembic import op

revision = "commits_0001"
down_revision = None
branch_labels = ("commits",)
depends_on = None


def upgrade() -> None:
    """Make the table of marks."""
    op.create_table(
        "commits",
        sa.Column("at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("is_kept", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("at", "number", name="pk_commits"),
    )
