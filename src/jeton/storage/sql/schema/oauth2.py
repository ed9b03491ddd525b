"""Tables of applications: registrations, logos, secrets, and the tokens that they were given."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from jeton.storage.sql.schema import metadata

# `name_key` is the name folded without accents (`kit.text.accentless`); `callback_urls` a JSON array of strings;
# `scopes` the bits of `kernel.scopes.Scopes`. A token lives while its `generation` is its application's
# `token_generation`: adding one ends all that were given, however many there are.
applications = Table(
    "applications",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("client_id", Text, nullable=False, unique=True),
    Column("principal_id", BigInteger, ForeignKey("principals.id"), unique=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    Column("editor", Text, nullable=False),
    Column("editor_url", Text, nullable=False),
    Column("type", BigInteger, nullable=False),
    Column("is_public", BigInteger, nullable=False),
    Column("callback_urls", Text, nullable=False),
    Column("scopes", BigInteger, nullable=False),
    Column("lifetime_s", BigInteger, nullable=False),
    Column("is_suspended", BigInteger, nullable=False),
    Column("has_logo", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("last_used_at", BigInteger),
    Column("token_generation", BigInteger, nullable=False),
    Column("tokens_revoked_at", BigInteger),
)

logos = Table(
    "logos",
    metadata,
    Column(
        "application_id",
        BigInteger,
        ForeignKey("applications.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("png", LargeBinary, nullable=False),
)

# `ended_at` may lie ahead: a rotated secret holds until then.
secrets = Table(
    "secrets",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("application_id", BigInteger, ForeignKey("applications.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("last_used_at", BigInteger),
)

# No foreign keys, on purpose: storing a token stays one insert without look-ups, and removing an application or a user
# stays one delete however many tokens hang on it. A token without its application, or without its user, is dead, and
# is swept when its time is over.
tokens = Table(
    "tokens",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("application_id", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("user_id", BigInteger),
    Column("user_generation", BigInteger),
    Column("scopes", BigInteger, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
    Index(None, "application_id", "generation", "id"),
)
Index(
    "ix_tokens_user_id_id",
    tokens.c.user_id,
    tokens.c.id,
    sqlite_where=tokens.c.user_id.is_not(None),
    postgresql_where=tokens.c.user_id.is_not(None),
)
