"""What is archived, and where it was."""

import sqlalchemy as sa
from alembic import op

revision = "archive_0001"
down_revision = None
branch_labels = ("archive",)
depends_on = ("tree_0001",)


def upgrade() -> None:
    """Make the table of the archive."""
    op.create_table(
        "archive",
        sa.Column("node_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("parent_id", sa.BigInteger, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("space_owner_id", sa.BigInteger, nullable=False),
        sa.Column("archived_at", sa.BigInteger, nullable=False),
        sa.Column("archived_by", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("node_id", name="pk_archive"),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_archive_node_id", ondelete="CASCADE"),
    )
    op.create_index("ix_archive_parent_id", "archive", ["parent_id"])
    op.create_index("ix_archive_space_space_owner_id", "archive", ["space", "space_owner_id"])
