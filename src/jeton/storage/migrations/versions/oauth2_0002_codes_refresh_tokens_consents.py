"""Codes, refresh tokens and consents; tokens know what they came of."""

import sqlalchemy as sa
from alembic import op

revision = "oauth2_0002"
down_revision = "oauth2_0001"
branch_labels = None
depends_on = "people_0001"


def upgrade() -> None:
    """Make the tables, and the column of families."""
    op.add_column("tokens", sa.Column("family", sa.BigInteger))
    has_family = sa.text("family IS NOT NULL")
    op.create_index("ix_tokens_family", "tokens", ["family"], sqlite_where=has_family, postgresql_where=has_family)
    op.create_table(
        "codes",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("user_generation", sa.BigInteger, nullable=False),
        sa.Column("scopes", sa.BigInteger, nullable=False),
        sa.Column("redirect_uri", sa.Text),
        sa.Column("challenge", sa.Text),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("claimed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_codes"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("user_generation", sa.BigInteger, nullable=False),
        sa.Column("scopes", sa.BigInteger, nullable=False),
        sa.Column("family", sa.BigInteger, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("rotated_at", sa.BigInteger),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("successor_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_tokens"),
    )
    op.create_index("ix_refresh_tokens_family", "refresh_tokens", ["family"])
    op.create_index("ix_refresh_tokens_user_id_application_id", "refresh_tokens", ["user_id", "application_id"])
    op.create_table(
        "consents",
        sa.Column("application_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("scopes", sa.BigInteger, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("application_id", "user_id", name="pk_consents"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name="fk_consents_application_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_consents_user_id", ondelete="CASCADE"),
    )
    op.create_index("ix_consents_user_id", "consents", ["user_id"])
