"""Locks on files."""

import sqlalchemy as sa
from alembic import op

revision = "locks_0001"
down_revision = None
branch_labels = ("locks",)
depends_on = ("people_0001", "tree_0001")


def upgrade() -> None:
    """Make the table of locks."""
    op.create_table(
        "locks",
        sa.Column("node_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("holder_id", sa.BigInteger, nullable=False),
        sa.Column("taken_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("node_id", name="pk_locks"),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_locks_node_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["holder_id"], ["principals.id"], name="fk_locks_holder_id"),
    )
    op.create_index("ix_locks_holder_id", "locks", ["holder_id"])
