"""Answers that are kept for who calls again: a write with an `Idempotency-Key` is done once, and answered as often as
it is asked.

The answer is kept in the transaction of its effect, so that there is never one without the other. Only digests of the
key and of the request are kept: the first tells who asked under which key, the second needs the key to be made.
Source: security.md R38; draft-ietf-httpapi-idempotency-key-header-07.
"""

from typing import Final, NamedTuple, Protocol

from jeton.kernel.problems import Invalid, Malformed
from jeton.kit.clock import DAY, Instant
from jeton.kit.text import sentence

KEPT: Final = DAY
"""How long an answer is given again. Afterwards its key is as good as new."""


class BadKey(Malformed):
    """An idempotency key that is none."""

    code = "bad_idempotency_key"
    sentence = sentence("The header Idempotency-Key takes 1 to 255 visible characters, in quotation marks or without.")


class KeyNotTaken(Malformed):
    """An idempotency key for a call whose answer is never kept."""

    code = "idempotency_key_not_taken"
    sentence = sentence("This call takes no Idempotency-Key: its answer is not kept, so it could not be given again.")


class KeyOfAnother(Invalid):
    """The same key for something else than before."""

    code = "idempotency_key_reused"
    sentence = sentence("This Idempotency-Key came with another request before. Take a new key for each request.")


class KeptAnswer(NamedTuple):
    """What was answered. `request` is a digest of what was asked; `outlived`: the act itself took away what its right
    was asked on (what was deleted, moved, ended), so that the right cannot be asked again.
    """

    request: bytes
    outlived: bool
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    given_at: Instant


class KeptAnswers(Protocol):
    """Kept answers, each under a digest of who asked and with which key."""

    def find(self, key: bytes, now: Instant) -> KeptAnswer | None:
        """The answer that is given again, unless its time is over."""

    def keep(self, key: bytes, answer: KeptAnswer) -> None:
        """Keep one; the one that stood there, whose time is over, goes."""
