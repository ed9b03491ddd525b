"""Nodes, versions, counts, the trash and the ledger of blobs."""

import sqlalchemy as sa
from alembic import op

revision = "tree_0001"
down_revision = None
branch_labels = ("tree",)
depends_on = None


def upgrade() -> None:
    """Make the tables of the tree."""
    op.create_table(
        "nodes",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("parent_id", sa.BigInteger),
        sa.Column("kind", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("space", sa.Text),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("modified_at", sa.BigInteger, nullable=False),
        sa.Column("purge_after_days", sa.BigInteger, nullable=False),
        sa.Column("quota_bytes", sa.BigInteger, nullable=False),
        sa.Column("guid", sa.Text),
        sa.Column("version_id", sa.BigInteger),
        sa.Column("versions", sa.BigInteger, nullable=False),
        sa.Column("trash_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_nodes"),
        sa.ForeignKeyConstraint(["parent_id"], ["nodes.id"], name="fk_nodes_parent_id"),
    )
    op.create_index(
        "uq_nodes_parent_id_name_key",
        "nodes",
        ["parent_id", "name_key"],
        unique=True,
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "ix_nodes_space_owner_id",
        "nodes",
        ["space", "owner_id"],
        sqlite_where=sa.text("space IS NOT NULL"),
        postgresql_where=sa.text("space IS NOT NULL"),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.BigInteger, nullable=False),
        sa.Column("blob_id", sa.BigInteger, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("md5", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("modified_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_versions_node_id"),
    )
    op.create_index("ix_versions_node_id", "versions", ["node_id"])
    op.create_index("ix_versions_blob_id", "versions", ["blob_id"])
    op.create_table(
        "totals",
        sa.Column("folder_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("stripe", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("files", sa.BigInteger, nullable=False),
        sa.Column("folders", sa.BigInteger, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("direct_files", sa.BigInteger, nullable=False),
        sa.Column("direct_folders", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("folder_id", "stripe", name="pk_totals"),
        sa.ForeignKeyConstraint(["folder_id"], ["nodes.id"], name="fk_totals_folder_id"),
    )
    op.create_table(
        "trash",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.BigInteger, nullable=False),
        sa.Column("parent_id", sa.BigInteger, nullable=False),
        sa.Column("deleted_at", sa.BigInteger, nullable=False),
        sa.Column("deleted_by", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trash"),
        sa.UniqueConstraint("node_id", name="uq_trash_node_id"),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_trash_node_id"),
    )
    op.create_index("ix_trash_deleted_by", "trash", ["deleted_by"])
    for name in ("blob_intents", "blob_doomed"):
        op.create_table(
            name,
            sa.Column("blob_id", sa.BigInteger, autoincrement=False, nullable=False),
            sa.Column("since", sa.BigInteger, nullable=False),
            sa.PrimaryKeyConstraint("blob_id", name=f"pk_{name}"),
        )
