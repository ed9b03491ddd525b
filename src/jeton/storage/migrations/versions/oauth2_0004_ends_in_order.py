"""What is over is found by its end, without looking through what is not: codes, refresh tokens, requests, devices."""

from alembic import op

revision = "oauth2_0004"
down_revision = "oauth2_0003"
branch_labels = None
depends_on = None

_TABLES = ("codes", "refresh_tokens", "pushed_requests", "device_codes")


def upgrade() -> None:
    """Add the indexes."""
    for table in _TABLES:
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])
