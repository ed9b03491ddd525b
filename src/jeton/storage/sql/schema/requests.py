"""Tables of what waits for a person, and of what is used once: pushed requests, device codes, replays, counts, keys."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from jeton.storage.sql.schema import metadata

# Like codes, these have no foreign keys: without its application one is dead, and is swept when its time is over.
pushed_requests = Table(
    "pushed_requests",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("application_id", BigInteger, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("shown_at", BigInteger),
    Column("claimed_at", BigInteger),
    Index(None, "expires_at"),
)

# `user_id` is who allowed it; decided without a user, it was refused.
device_codes = Table(
    "device_codes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("user_code_digest", LargeBinary, nullable=False, unique=True),
    Column("application_id", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("scopes", BigInteger, nullable=False),
    Column("jkt", Text),
    Column("resource", Text),
    Column("address", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("interval_s", BigInteger, nullable=False),
    Column("polled_at", BigInteger),
    Column("decided_at", BigInteger),
    Column("user_id", BigInteger),
    Column("user_generation", BigInteger),
    Column("claimed_at", BigInteger),
    Index(None, "expires_at"),
)

# Digests of the identifiers of proofs and assertions that were used; one that comes again before `until` is refused.
replays = Table(
    "replays",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("until", BigInteger, nullable=False),
    Index(None, "until"),
)

# `public` is a JWK; the private half is sealed.
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("public", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("active_from", BigInteger, nullable=False),
)

# Calls of an application within a minute of the clock, where it may make so many only.
request_counts = Table(
    "request_counts",
    metadata,
    Column("application_id", BigInteger, primary_key=True, autoincrement=False),
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)
