"""Groups, who is in them, who administers them."""

import sqlalchemy as sa
from alembic import op

revision = "groups_0001"
down_revision = None
branch_labels = ("groups",)
depends_on = ("people_0001",)


def upgrade() -> None:
    """Make the tables of groups."""
    op.create_table(
        "groups",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.ForeignKeyConstraint(["id"], ["principals.id"], name="fk_groups_id"),
        sa.UniqueConstraint("name_key", name="uq_groups_name_key"),
    )
    op.create_table(
        "memberships",
        sa.Column("group_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_memberships"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_memberships_group_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_memberships_user_id", ondelete="CASCADE"),
    )
    op.create_index("ix_memberships_user_id", "memberships", ["user_id"])
    op.create_table(
        "delegates",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delegates"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_delegates_group_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_delegates_user_id", ondelete="CASCADE"),
    )
    op.create_index("uq_delegates_group_id_user_id", "delegates", ["group_id", "user_id"], unique=True)
    op.create_index("ix_delegates_user_id", "delegates", ["user_id"])
