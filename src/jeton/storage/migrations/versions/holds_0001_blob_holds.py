"""Holds, by which a backup keeps the bytes that it is copying from being unlinked."""

import sqlalchemy as sa
from alembic import op

revision = "holds_0001"
down_revision = None
branch_labels = ("holds",)
depends_on = None


def upgrade() -> None:
    """Make the table of holds."""
    op.create_table(
        "blob_holds",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blob_holds"),
    )
