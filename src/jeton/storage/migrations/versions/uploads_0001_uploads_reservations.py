"""Uploads that take more than one request, and the room that they reserve."""

import sqlalchemy as sa
from alembic import op

revision = "uploads_0001"
down_revision = None
branch_labels = ("uploads",)
depends_on = "tree_0001"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("principal_id", sa.BigInteger, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("folder_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("md5", sa.Text),
        sa.Column("created_at", sa.BigInteger),
        sa.Column("modified_at", sa.BigInteger),
        sa.Column("chunks", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("metadata", sa.Text),
        sa.Column("blob_id", sa.BigInteger),
        sa.Column("offset_bytes", sa.BigInteger, nullable=False),
        sa.Column("reserved_bytes", sa.BigInteger, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("leased_until", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("file_id", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
        sa.UniqueConstraint("key", name="uq_uploads_key"),
    )
    op.create_index("ix_uploads_expires_at", "uploads", ["expires_at"])
    op.create_index("ix_uploads_file_id", "uploads", ["file_id"])
    op.create_index("ix_uploads_principal_id_client_id", "uploads", ["principal_id", "client_id"])
    op.create_table(
        "reservations",
        sa.Column("folder_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("folder_id", name="pk_reservations"),
        sa.ForeignKeyConstraint(["folder_id"], ["nodes.id"], name="fk_reservations_folder_id", ondelete="CASCADE"),
    )
