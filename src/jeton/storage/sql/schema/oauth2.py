"""Tables of applications: registrations, logos, secrets, and the tokens that they were given."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from jeton.storage.sql.schema import metadata

# `name_key` is the name folded without accents (`kit.text.accentless`); `callback_urls` a JSON array of strings;
# `scopes` the bits of `kernel.scopes.Scopes`. A token lives while its `generation` is its application's
# `token_generation`: adding one ends all that were given, however many there are. `metadata` is a JSON object, empty
# for what is usual (`storage.sql.client_metadata`).
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
    Column("metadata", Text, nullable=False, server_default=""),
    Column("has_audience", BigInteger, nullable=False, server_default="0"),
    Column("requests_per_minute", BigInteger, nullable=False, server_default="0"),
)

# Groups whose members an application is for; without `has_audience` it is for everybody, with it and without rows for
# nobody.
audiences = Table(
    "audiences",
    metadata,
    Column(
        "application_id",
        BigInteger,
        ForeignKey("applications.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("group_id", BigInteger, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Index(None, "group_id"),
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
# is swept when its time is over. `family` is the number of the code that it came of: all that one authorization gave.
# `jkt` is the thumbprint of the key that it is bound to, `resource` the outside resource server that it is for.
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
    Column("family", BigInteger),
    Column("jkt", Text),
    Column("resource", Text),
    Index(None, "application_id", "generation", "id"),
)
Index(
    "ix_tokens_family",
    tokens.c.family,
    sqlite_where=tokens.c.family.is_not(None),
    postgresql_where=tokens.c.family.is_not(None),
)
Index(
    "ix_tokens_user_id_id",
    tokens.c.user_id,
    tokens.c.id,
    sqlite_where=tokens.c.user_id.is_not(None),
    postgresql_where=tokens.c.user_id.is_not(None),
)

# Like tokens, codes and refresh tokens have no foreign keys, and die with their application or their person.
codes = Table(
    "codes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("application_id", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("user_generation", BigInteger, nullable=False),
    Column("scopes", BigInteger, nullable=False),
    Column("redirect_uri", Text),
    Column("challenge", Text),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("claimed_at", BigInteger),
    Column("jkt", Text),
    Column("resource", Text),
    Index(None, "expires_at"),
)

# `expires_at` moves on with use, up to `ends_at`. One that was rotated keeps its successor's number and the salt by
# which the two make the successor again.
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("application_id", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("user_generation", BigInteger, nullable=False),
    Column("scopes", BigInteger, nullable=False),
    Column("family", BigInteger, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("rotated_at", BigInteger),
    Column("salt", LargeBinary),
    Column("successor_id", BigInteger),
    Column("jkt", Text),
    Column("resource", Text),
    Index(None, "family"),
    Index(None, "user_id", "application_id"),
    Index(None, "expires_at"),
)

# What a person allows an application, as long as neither takes it back.
consents = Table(
    "consents",
    metadata,
    Column(
        "application_id",
        BigInteger,
        ForeignKey("applications.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("scopes", BigInteger, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Index(None, "user_id"),
)
