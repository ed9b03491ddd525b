"""What applications must send beyond their registration, who may use them, and what their tokens are bound to."""

import sqlalchemy as sa
from alembic import op

revision = "oauth2_0003"
down_revision = "oauth2_0002"
branch_labels = None
depends_on = "groups_0001"


def upgrade() -> None:
    """Add the columns, and the tables of requests that wait for a person, of what was used once, and of keys."""
    op.add_column("applications", sa.Column("metadata", sa.Text, nullable=False, server_default=""))
    op.add_column("applications", sa.Column("has_audience", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("applications", sa.Column("requests_per_minute", sa.BigInteger, nullable=False, server_default="0"))
    for table in ("tokens", "codes", "refresh_tokens"):
        op.add_column(table, sa.Column("jkt", sa.Text))
        op.add_column(table, sa.Column("resource", sa.Text))
    op.create_table(
        "audiences",
        sa.Column("application_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("application_id", "group_id", name="pk_audiences"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name="fk_audiences_application_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_audiences_group_id", ondelete="CASCADE"),
    )
    op.create_index("ix_audiences_group_id", "audiences", ["group_id"])
    op.create_table(
        "pushed_requests",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("shown_at", sa.BigInteger),
        sa.Column("claimed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_pushed_requests"),
    )
    op.create_table(
        "device_codes",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("user_code_digest", sa.LargeBinary, nullable=False),
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("scopes", sa.BigInteger, nullable=False),
        sa.Column("jkt", sa.Text),
        sa.Column("resource", sa.Text),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("interval_s", sa.BigInteger, nullable=False),
        sa.Column("polled_at", sa.BigInteger),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("user_generation", sa.BigInteger),
        sa.Column("claimed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_device_codes"),
        sa.UniqueConstraint("user_code_digest", name="uq_device_codes_user_code_digest"),
    )
    op.create_table(
        "replays",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_replays"),
    )
    op.create_index("ix_replays_until", "replays", ["until"])
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("public", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("active_from", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_keys"),
    )
    op.create_table(
        "request_counts",
        sa.Column("application_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("minute", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("application_id", "minute", name="pk_request_counts"),
    )
