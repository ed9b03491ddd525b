"""The platform's own few settings."""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from jeton.storage.sql.schema.platform import settings
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_VALUE: Final = Sql(select(settings.c.value).where(settings.c.name == bindparam("which")), str)
_insert = insert(settings)
# PostgreSQL's ON CONFLICT, which SQLite reads too.
_KEEP: Final = Sql(
    _insert.on_conflict_do_update(index_elements=[settings.c.name], set_={"value": _insert.excluded.value})
)


class SqlPlatform:
    """Satisfies kernel.ports.Platform."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def value(self, name: str) -> str | None:
        """One setting."""
        return self._session.one(_VALUE, which=name)

    def keep(self, name: str, value: str) -> None:
        """Set one."""
        self._session.run(_KEEP, name=name, value=value)
