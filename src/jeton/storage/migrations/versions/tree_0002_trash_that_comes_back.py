"""What an entry of the trash must know to come back: where it was, in whose space, and who might read it."""

import sqlalchemy as sa
from alembic import op

revision = "tree_0002"
down_revision = "tree_0001"
branch_labels = None
depends_on = None

_nodes = sa.table(
    "nodes", sa.column("id"), sa.column("parent_id"), sa.column("space"), sa.column("owner_id"), sa.column("trash_id")
)
_trash = sa.table(
    "trash",
    sa.column("id"),
    sa.column("node_id"),
    sa.column("parent_id"),
    sa.column("space"),
    sa.column("space_owner_id"),
)


def upgrade() -> None:
    """Add the columns, and find out whose space each entry came from."""
    op.add_column("trash", sa.Column("place", sa.Text, nullable=False, server_default=""))
    op.add_column("trash", sa.Column("space", sa.Text, nullable=False, server_default="private"))
    op.add_column("trash", sa.Column("space_owner_id", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("trash", sa.Column("held", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("trash", sa.Column("destroyed_at", sa.BigInteger))
    op.create_index("ix_trash_deleted_at", "trash", ["deleted_at"])
    op.create_index(
        "ix_trash_destroyed_at",
        "trash",
        ["destroyed_at"],
        sqlite_where=sa.text("destroyed_at IS NOT NULL"),
        postgresql_where=sa.text("destroyed_at IS NOT NULL"),
    )
    connection = op.get_bind()
    for entry, node, parent in connection.execute(sa.select(_trash.c.id, _trash.c.node_id, _trash.c.parent_id)).all():
        space, owner = _space_above(connection, node, parent)
        connection.execute(sa.update(_trash).where(_trash.c.id == entry).values(space=space, space_owner_id=owner))


def _space_above(connection: sa.Connection, node: int, parent: int) -> tuple[str, int]:
    """The space that a folder hangs in, past the trash if need be; nobody's but its owner's when that is lost."""
    met: set[int] = set()
    up: int | None = parent
    while up is not None and up not in met:
        met.add(up)
        found = connection.execute(
            sa.select(_nodes.c.parent_id, _nodes.c.space, _nodes.c.owner_id, _trash.c.parent_id)
            .select_from(_nodes.outerjoin(_trash, _trash.c.id == _nodes.c.trash_id))
            .where(_nodes.c.id == up)
        ).first()
        if found is None:
            break
        if found[1] is not None:
            return found[1], found[2]
        up = found[3] if found[0] is None else found[0]
    owner = connection.execute(sa.select(_nodes.c.owner_id).where(_nodes.c.id == node)).scalar_one()
    return "private", owner
