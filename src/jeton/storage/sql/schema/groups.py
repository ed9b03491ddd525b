"""Tables of groups: their names, who is in them, and who administers them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from jeton.storage.sql.schema import metadata

# A group is a principal; `name_key` is its name folded (`kit.text.accentless`).
groups = Table(
    "groups",
    metadata,
    Column("id", BigInteger, ForeignKey("principals.id"), primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("group_id", BigInteger, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Index(None, "user_id"),
)

# A delegate administers a group without being an administrator.
delegates = Table(
    "delegates",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("group_id", BigInteger, ForeignKey("groups.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Index("uq_delegates_group_id_user_id", "group_id", "user_id", unique=True),
    Index(None, "user_id"),
)
