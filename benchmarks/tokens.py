"""Tokens that were given earlier: rows as the platform keeps them, put straight into its database."""

import os
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, insert, select

from jeton.kernel.scopes import ALL_SCOPES
from jeton.kit.clock import DAY, HOUR, system_clock
from jeton.storage.sql.schema.oauth2 import applications, tokens
from jeton.storage.sql.sqlite import DATABASE, PLANS, SqliteSession, open_writer
from jeton.storage.sql.statement import Sql

_ADD: Final = Sql(insert(tokens))
_APPLICATION: Final = Sql(
    select(applications.c.id, applications.c.token_generation).where(
        applications.c.client_id == bindparam("client_id")
    ),
    lambda number, generation: (number, generation),
)


def add_tokens(data: Path, client_id: str, count: int) -> None:
    """Give an application as many live tokens, spread over the last hour. No server may be running."""
    connection = open_writer(data / DATABASE)
    found = SqliteSession(connection).one(_APPLICATION, client_id=client_id)
    if found is None:
        raise LookupError(client_id)
    application, generation = found
    now = system_clock()
    step = HOUR // count
    with connection:
        connection.executemany(
            PLANS[_ADD].text,
            (
                {
                    "id": (issued_at // 1000) << 20 | number & 0xFFFFF,
                    "digest": os.urandom(32),
                    "application_id": application,
                    "generation": generation,
                    "user_id": None,
                    "user_generation": None,
                    "scopes": ALL_SCOPES.bits,
                    "issued_at": issued_at,
                    "expires_at": issued_at + DAY,
                    "revoked_at": None,
                    "last_used_at": None,
                    "family": None,
                    "jkt": None,
                    "resource": None,
                }
                for number, issued_at in ((number, now - HOUR + number * step) for number in range(count))
            ),
        )
    connection.close()
