"""What the journal's readers ask: refusals with their code, and where a request came from."""

import sqlalchemy as sa
from alembic import op

revision = "platform_0002"
down_revision = "platform_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; refusals had their code among the facts. Each filter gets an index that follows the order."""
    for name in ("code", "address", "user_agent", "request_id"):
        op.add_column("audit", sa.Column(name, sa.Text, nullable=False, server_default=""))
    audit = sa.table("audit", sa.column("action", sa.Text), sa.column("code", sa.Text))
    op.get_bind().execute(sa.update(audit).where(audit.c.action == "call.refused").values(code="refused"))
    op.drop_index("ix_audit_subject", table_name="audit")
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])
    op.create_index("ix_audit_actor", "audit", ["actor", "id"])
    op.create_index("ix_audit_client_id", "audit", ["client_id", "id"])
