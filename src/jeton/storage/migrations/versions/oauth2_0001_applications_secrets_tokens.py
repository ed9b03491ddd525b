"""Applications, their logos and secrets, and the tokens that they were given."""

import sqlalchemy as sa
from alembic import op

revision = "oauth2_0001"
down_revision = None
branch_labels = ("oauth2",)
depends_on = ("people_0001",)


def upgrade() -> None:
    """Make the tables of applications."""
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("principal_id", sa.BigInteger),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("editor", sa.Text, nullable=False),
        sa.Column("editor_url", sa.Text, nullable=False),
        sa.Column("type", sa.BigInteger, nullable=False),
        sa.Column("is_public", sa.BigInteger, nullable=False),
        sa.Column("callback_urls", sa.Text, nullable=False),
        sa.Column("scopes", sa.BigInteger, nullable=False),
        sa.Column("lifetime_s", sa.BigInteger, nullable=False),
        sa.Column("is_suspended", sa.BigInteger, nullable=False),
        sa.Column("has_logo", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("last_used_at", sa.BigInteger),
        sa.Column("token_generation", sa.BigInteger, nullable=False),
        sa.Column("tokens_revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.ForeignKeyConstraint(["principal_id"], ["principals.id"], name="fk_applications_principal_id"),
        sa.UniqueConstraint("client_id", name="uq_applications_client_id"),
        sa.UniqueConstraint("principal_id", name="uq_applications_principal_id"),
        sa.UniqueConstraint("name_key", name="uq_applications_name_key"),
    )
    op.create_table(
        "logos",
        sa.Column("application_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("png", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("application_id", name="pk_logos"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name="fk_logos_application_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "secrets",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("last_used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_secrets"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name="fk_secrets_application_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_secrets_application_id", "secrets", ["application_id"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("application_id", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("user_generation", sa.BigInteger),
        sa.Column("scopes", sa.BigInteger, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("last_used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
    )
    op.create_index("ix_tokens_application_id_generation_id", "tokens", ["application_id", "generation", "id"])
    op.create_index(
        "ix_tokens_user_id_id",
        "tokens",
        ["user_id", "id"],
        sqlite_where=sa.text("user_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
