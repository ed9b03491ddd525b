"""Tables of principals and people: who there is, who is logged in, what may happen once, who guesses too much."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from jeton.storage.sql.schema import metadata

USER = "user"
GROUP = "group"
APPLICATION = "application"

# Whoever may own or do something, under the name that is shown for it. The row stays when the user or the application
# is removed: what it owned still names it.
principals = Table(
    "principals",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
)

# `login_key` is the login folded (`kit.text.caseless`), `email_key` the address; `search_key` all that a search looks
# in, folded without accents. A token lives while its `user_generation` is its user's `token_generation`.
users = Table(
    "users",
    metadata,
    Column("id", BigInteger, ForeignKey("principals.id"), primary_key=True, autoincrement=False),
    Column("login", Text, nullable=False),
    Column("login_key", Text, nullable=False, unique=True),
    Column("firstname", Text, nullable=False),
    Column("lastname", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, index=True),
    Column("search_key", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("organization", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("is_active", BigInteger, nullable=False),
    Column("is_administrator", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("private_root", BigInteger, nullable=False),
    Column("token_generation", BigInteger, nullable=False),
    Column("tokens_revoked_at", BigInteger),
    Column("expires_at", BigInteger),
)

pictures = Table(
    "pictures",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("png", LargeBinary, nullable=False),
)

# From where and on which days a user, or the users of a group, may connect: `days` a bit mask, `ips` a JSON list of
# addresses and networks (null: any).
access_policies = Table(
    "access_policies",
    metadata,
    Column("target_id", BigInteger, ForeignKey("principals.id"), primary_key=True, autoincrement=False),
    Column("days", BigInteger, nullable=False),
    Column("ips", Text),
)

# Who was invited to which folder. The link's secret is a ticket: only its digest is kept, there.
invitations = Table(
    "invitations",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("folder_id", BigInteger, nullable=False, index=True),
    Column("rights", BigInteger, nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("source_id", BigInteger, ForeignKey("principals.id"), nullable=False),
    Column("target_id", BigInteger, ForeignKey("principals.id")),
    Column("expires_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)

login_sessions = Table(
    "login_sessions",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("proved_at", BigInteger, nullable=False),
    Column("user_agent", Text, nullable=False),
)

# `misses` are those since somebody last showed the right password there.
browsers = Table(
    "browsers",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("misses", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "expires_at"),
)

# `claimed_at` is set by the one UPDATE that spends the ticket.
tickets = Table(
    "tickets",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("claimed_at", BigInteger),
    Index(None, "expires_at"),
)

# A key may hold what somebody typed where a login was asked, which may be a password: only its digest is kept.
guesses = Table(
    "guesses",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("misses", BigInteger, nullable=False),
    Column("missed_at", BigInteger, nullable=False),
    Column("open_at", BigInteger, nullable=False),
    Index(None, "missed_at"),
)
