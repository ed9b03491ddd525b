"""Browsers that somebody signed in from before."""

import sqlalchemy as sa
from alembic import op

revision = "people_0003"
down_revision = "people_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "browsers",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("misses", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_browsers"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_browsers_user_id", ondelete="CASCADE"),
    )
    op.create_index("ix_browsers_user_id", "browsers", ["user_id"])
    op.create_index("ix_browsers_expires_at", "browsers", ["expires_at"])
