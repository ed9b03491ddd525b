"""Tokens that open one file without a bearer, for a browser or a download manager: what they are, and who they act for.

Such a token is a capability: whoever holds it may do the one thing that it is for, as long as whoever asked for it
still may. It is as narrow as a token can be: one version of one file, one use, a few minutes, and from its first use on
one address alone, so that a download that was cut off can be resumed and a link that leaked is worth nothing.
Source: wire/files.md section 7; security.md DL-11, DL-12.
"""

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.access import check_access
from jeton.kernel.acting import in_the_name_of
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.ids import FileId, PrincipalId, TokenId
from jeton.kernel.problems import Forbidden, Problem
from jeton.kernel.scopes import Scope
from jeton.kernel.tree import Right
from jeton.kit.clock import MINUTE, Instant
from jeton.kit.text import sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Work

UNUSED_LIVES: Final = 5 * MINUTE
"""How long one may wait for its first use."""

USED_LIVES: Final = 15 * MINUTE
"""How long the address that used it first may come back: to go on after a break, or for other ranges."""


class FileUse(Enum):
    """What a token lets its holder do (`:type` on the wire)."""

    DOWNLOAD = "download"
    PREVIEW = "preview"

    @property
    def right(self) -> Right:
        """What the use asks on the file."""
        return Right.DOWNLOAD if self is FileUse.DOWNLOAD else Right.READ


class FileToken(NamedTuple):
    """A token as it is kept. `bearer` is the access token that asked for it, and with which it ends."""

    number: int
    digest: bytes
    use: FileUse
    file: FileId
    bearer: TokenId
    acts_as: PrincipalId | None
    expires_at: Instant
    claimed_by: str | None = None


class FileTokens(Protocol):
    """Kept tokens."""

    def add(self, token: FileToken) -> None:
        """Keep a new one."""

    def find(self, number: int) -> FileToken | None:
        """The one with this number, over or not."""

    def claim(self, number: int, address: str, expires_at: Instant) -> bool:
        """Give an unclaimed one to an address, until an instant; whether it was unclaimed."""


class FileTokenOver(Forbidden):
    """A token that opens nothing, or nothing any more: why is told to nobody, since anybody may hold one."""

    code = "file_token_over"
    sentence = sentence("This link does not open anything, or does not any more. Ask for a new one.")


def holder(work: "Work", token: FileToken, scope: Scope, address: str) -> Caller:
    """On whose behalf a token is used, from this address: who asked for it, if they still may.

    Raises: FileTokenOver when the access token is over, its application suspended or without the scope by now, its
    person disabled, or either outside the days and addresses that are theirs.
    """
    bearer = work.bearers.find(token.bearer)
    if bearer is None or not bearer.is_live(work.now) or not bearer.caller.scopes.bits & scope.bits:
        raise FileTokenOver
    try:
        if token.acts_as is not None:
            return in_the_name_of(work, bearer.caller, token.acts_as, address)
        if bearer.are_policies and bearer.caller.kind is CallerKind.PERSON:
            check_access(work, bearer.caller.principal, address)
    except Problem:
        raise FileTokenOver from None
    return bearer.caller
