"""Principals and users, login sessions, tickets, counts of misses."""

import sqlalchemy as sa
from alembic import op

revision = "people_0001"
down_revision = None
branch_labels = ("people",)
depends_on = None


def upgrade() -> None:
    """Make the tables of people."""
    op.create_table(
        "principals",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_principals"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("login_key", sa.Text, nullable=False),
        sa.Column("firstname", sa.Text, nullable=False),
        sa.Column("lastname", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("search_key", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("organization", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("is_active", sa.BigInteger, nullable=False),
        sa.Column("is_administrator", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("private_root", sa.BigInteger, nullable=False),
        sa.Column("token_generation", sa.BigInteger, nullable=False),
        sa.Column("tokens_revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.ForeignKeyConstraint(["id"], ["principals.id"], name="fk_users_id"),
        sa.UniqueConstraint("login_key", name="uq_users_login_key"),
    )
    op.create_index("ix_users_email_key", "users", ["email_key"])
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("proved_at", sa.BigInteger, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_login_sessions_user_id", ondelete="CASCADE"),
    )
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"])
    op.create_table(
        "tickets",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("claimed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("kind", "digest", name="pk_tickets"),
    )
    op.create_index("ix_tickets_expires_at", "tickets", ["expires_at"])
    op.create_table(
        "guesses",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("misses", sa.BigInteger, nullable=False),
        sa.Column("missed_at", sa.BigInteger, nullable=False),
        sa.Column("open_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_guesses"),
    )
    op.create_index("ix_guesses_missed_at", "guesses", ["missed_at"])
