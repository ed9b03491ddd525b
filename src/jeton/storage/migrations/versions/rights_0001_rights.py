"""Rights on folders."""

import sqlalchemy as sa
from alembic import op

revision = "rights_0001"
down_revision = None
branch_labels = ("rights",)
depends_on = ("people_0001", "tree_0001")


def upgrade() -> None:
    """Make the table of rights."""
    op.create_table(
        "rights",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("folder_id", sa.BigInteger, nullable=False),
        sa.Column("target_id", sa.BigInteger, nullable=False),
        sa.Column("flags", sa.BigInteger, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.Column("given_by", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rights"),
        sa.ForeignKeyConstraint(["folder_id"], ["nodes.id"], name="fk_rights_folder_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["target_id"], ["principals.id"], name="fk_rights_target_id"),
    )
    op.create_index("uq_rights_folder_id_target_id", "rights", ["folder_id", "target_id"], unique=True)
    op.create_index("ix_rights_target_id", "rights", ["target_id"])
