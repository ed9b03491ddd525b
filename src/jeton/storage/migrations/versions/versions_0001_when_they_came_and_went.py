"""When a version came in and when another replaced it; and the ways to what is pruned and purged."""

import time

import sqlalchemy as sa
from alembic import op

revision = "versions_0001"
down_revision = None
branch_labels = ("versions",)
depends_on = "tree_0002"

_nodes = sa.table("nodes", sa.column("id"), sa.column("version_id"))
_versions = sa.table(
    "versions", sa.column("id"), sa.column("node_id"), sa.column("stored_at"), sa.column("replaced_at")
)


def upgrade() -> None:
    """Add the columns. Nobody knows any more when what is there came: its time begins now."""
    now = time.time_ns() // 1000
    op.add_column("versions", sa.Column("stored_at", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("versions", sa.Column("replaced_at", sa.BigInteger))
    connection = op.get_bind()
    is_current = sa.exists().where(_nodes.c.id == _versions.c.node_id, _nodes.c.version_id == _versions.c.id)
    connection.execute(sa.update(_versions).values(stored_at=now))
    connection.execute(sa.update(_versions).where(~is_current).values(replaced_at=now))
    _index("ix_versions_replaced_at", "versions", "replaced_at", "replaced_at IS NOT NULL")
    _index("ix_nodes_versions", "nodes", "versions", "versions > 1")
    _index("ix_nodes_purge_after_days", "nodes", "purge_after_days", "purge_after_days > 0")


def _index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
