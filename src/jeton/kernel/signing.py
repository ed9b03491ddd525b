"""Keys that sign tokens for outside resource servers, as those who look after them need them. The port only."""

from typing import Protocol

from jeton.kit.clock import Instant


class SigningKeys(Protocol):
    """The keys. They are made here, sealed, and never shown."""

    def ensure(self) -> None:
        """There is one that signs: the first is made now."""

    def rotate(self) -> Instant:
        """Announce a new one; when it begins to sign."""
