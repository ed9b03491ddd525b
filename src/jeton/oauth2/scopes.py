"""Scopes as the core needs them: a set that can be compared and printed, and a vocabulary that reads words.

The product says which words there are; here is only the rule of RFC 6749 section 3.3.
"""

from typing import Protocol, Self, TypeVar

from jeton.oauth2.refusals import NO_SCOPE_HELD, SCOPE_NOT_HELD, UNKNOWN_SCOPE, Refusal


class ScopeSet(Protocol):
    """A set of scopes; its `str` is the canonical list of words."""

    def __bool__(self) -> bool: ...
    def within(self, other: Self, /) -> bool:
        """Whether nothing here goes beyond `other`."""

    def common(self, other: Self, /) -> Self:
        """What is in both."""

    def __or__(self, other: Self, /) -> Self: ...
    def __sub__(self, other: Self, /) -> Self: ...


S = TypeVar("S", bound=ScopeSet)


class Vocabulary(Protocol[S]):
    """Which words there are."""

    def read(self, text: str, held: S, /) -> S | None:
        """The set that words name, `held` for the word that means all; None when a word is unknown."""


def narrow(asked: str | None, held: S, vocabulary: Vocabulary[S]) -> S | Refusal:
    """The scopes to grant: those asked, or all that the client holds when it asks none.

    Refuses: invalid_scope (the client holds none; a word is unknown; a scope is not held).
    """
    if not held:
        return NO_SCOPE_HELD
    if asked is None:
        return held
    wanted = vocabulary.read(asked, held)
    if wanted is None:
        return UNKNOWN_SCOPE
    return wanted if wanted.within(held) else SCOPE_NOT_HELD
