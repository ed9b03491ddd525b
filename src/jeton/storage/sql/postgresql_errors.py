"""What PostgreSQL refuses, told apart by SQLSTATE: never by its text, which may quote what people wrote."""

from typing import Final

from psycopg.pq import DiagnosticField
from psycopg.pq.abc import PGresult

from jeton.kernel.problems import Busy, NoSpace
from jeton.storage.sql.session import AlreadyThere

# SQLSTATE, by class (two characters) or whole.
_UNIQUE: Final = "23505"
# Keys that no person chooses: minted from the time, where two processes may draw the same within a millisecond and
# draw others the next time; and rows that whoever comes first makes, and the next one finds.
_OURS: Final = frozenset(
    {
        b"pk_applications", b"pk_audit", b"pk_blob_intents", b"pk_guesses", b"pk_login_sessions", b"pk_numbers",
        b"pk_secrets", b"pk_tokens", b"pk_totals", b"pk_trash",
    }
)  # fmt: skip
_AGAIN: Final = frozenset({"40001", "40P01"})
_NO_ROOM: Final = frozenset({"53100"})
_NO_TURN: Final = frozenset({"55P03", "57014"})
_LOST: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"})
_LOST_CLASSES: Final = frozenset({"08"})
_BUSY_CLASSES: Final = frozenset({"53"})


class Lost(Exception):
    """The connection is gone. Whether the last command was done is not known."""


class Again(Exception):
    """The transaction met another one and was given up; the same again may succeed."""


class EngineError(Exception):
    """The server refused a statement: a bug. Holds the SQLSTATE and its short message, which quotes no parameter."""

    def __init__(self, state: str, message: str) -> None:
        super().__init__(f"{state}: {message}")
        self.state = state


def told(result: PGresult) -> Exception:
    """The exception that a failed answer stands for."""
    state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    if state == _UNIQUE:
        is_ours = result.error_field(DiagnosticField.CONSTRAINT_NAME) in _OURS
        return Again(state) if is_ours else AlreadyThere()
    if state in _AGAIN:
        return Again(state)
    if state in _NO_ROOM:
        return NoSpace()
    if state in _LOST or state[:2] in _LOST_CLASSES or not state:
        return Lost()
    if state in _NO_TURN or state[:2] in _BUSY_CLASSES:
        return Busy(retry_after_s=1)
    message = result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b""
    return EngineError(state, message.decode(errors="replace"))
