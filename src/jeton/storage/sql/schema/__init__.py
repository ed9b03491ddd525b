"""The tables, by owner. Columns are whole numbers, text and bytes; flags are 0 or 1; times are microseconds UTC.

Alembic's migrations make them; a test holds that the two agree.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.ext.compiler import compiles

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


@compiles(BigInteger, "sqlite")
def _integer(_type: BigInteger, _compiler: object, **_options: Any) -> str:
    """SQLite's INTEGER has 64 bits, and only an INTEGER key is the row's own number: one tree to search, not two."""
    return "INTEGER"
