"""Numbers that are drawn once and never again, the same way on every engine."""

from typing import Final

from sqlalchemy import bindparam, insert, update

from jeton.storage.sql.schema.platform import numbers
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

PRINCIPAL: Final = "principal"
NODE: Final = "node"
RIGHT: Final = "right"
DELEGATE: Final = "delegate"

_NEXT: Final = Sql(
    update(numbers)
    .where(numbers.c.name == bindparam("which"))
    .values(last=numbers.c.last + bindparam("many"))
    .returning(numbers.c.last),
    int,
)
_BEGIN: Final = Sql(insert(numbers))


def next_number(session: Session, name: str, *, many: int = 1) -> int:
    """The next of a kind, from 1; of `many` in a row, the first."""
    last = session.one(_NEXT, which=name, many=many)
    if last is None:
        session.run(_BEGIN, name=name, last=many)
        return 1
    return last - many + 1
