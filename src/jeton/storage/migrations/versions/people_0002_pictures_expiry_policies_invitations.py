"""Pictures of people, the end of an account, access policies, invitations."""

import sqlalchemy as sa
from alembic import op

revision = "people_0002"
down_revision = "people_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the column of an account's end."""
    op.add_column("users", sa.Column("expires_at", sa.BigInteger))
    op.create_table(
        "pictures",
        sa.Column("user_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("png", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_pictures"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_pictures_user_id", ondelete="CASCADE"),
    )
    op.create_table(
        "access_policies",
        sa.Column("target_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("days", sa.BigInteger, nullable=False),
        sa.Column("ips", sa.Text),
        sa.PrimaryKeyConstraint("target_id", name="pk_access_policies"),
        sa.ForeignKeyConstraint(["target_id"], ["principals.id"], name="fk_access_policies_target_id"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("folder_id", sa.BigInteger, nullable=False),
        sa.Column("rights", sa.BigInteger, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source_id", sa.BigInteger, nullable=False),
        sa.Column("target_id", sa.BigInteger),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(["source_id"], ["principals.id"], name="fk_invitations_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["principals.id"], name="fk_invitations_target_id"),
    )
    op.create_index("ix_invitations_folder_id", "invitations", ["folder_id"])
