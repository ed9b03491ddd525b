"""One transaction's access to the database, the same for every engine; and the errors that stores may meet."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from jeton.kernel.problems import Conflict
from jeton.storage.sql.statement import Sql

R = TypeVar("R")
Engine = Literal["sqlite", "postgresql"]


class AlreadyThere(Conflict):
    """A row like this is there already: something that must be unique would not be."""

    code = "already_there"


# Parameters are whole numbers, text, bytes and None: the driver checks them.
class Session(Protocol):
    """Runs statements within one transaction. No cursor outlives its statement."""

    engine: ClassVar[Engine]

    def all(self, sql: Sql[R], **parameters: Any) -> list[R]:
        """Every row."""

    def one(self, sql: Sql[R], **parameters: Any) -> R | None:
        """The first row, or None."""

    def each(self, sql: Sql[R], **parameters: Any) -> Iterator[R]:
        """Every row, one by one: for long reads, exhausted before the transaction ends."""

    def run(self, sql: Sql[Any], **parameters: Any) -> int:
        """Change something; how many rows. Raises AlreadyThere."""

    def bound(self, values: Sequence[int] | Sequence[str]) -> object:
        """A list as the parameter that `in_list` takes."""
