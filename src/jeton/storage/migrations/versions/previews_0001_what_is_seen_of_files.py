"""What is seen of files: what their bytes tell, and drawings of them."""

import sqlalchemy as sa
from alembic import op

revision = "previews_0001"
down_revision = None
branch_labels = ("previews",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "content_facts",
        sa.Column("of_blob", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("pages", sa.BigInteger, nullable=False),
        sa.Column("meta", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("of_blob", name="pk_content_facts"),
    )
    op.create_table(
        "previews",
        sa.Column("of_blob", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("side", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("blob_id", sa.BigInteger, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("of_blob", "side", name="pk_previews"),
    )
