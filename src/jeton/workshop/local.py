"""The workshop of this machine. Its caller bounds how many jobs run at once."""

from jeton.kit.mint import Mint
from jeton.workshop.common import common_passwords
from jeton.workshop.passwords import Argon2
from jeton.workshop.pictures import square


class LocalWorkshop:
    """`kernel.ports.Workshop` with argon2id and a child process per picture."""

    __slots__ = ("_argon2", "_common")

    def __init__(self, mint: Mint) -> None:
        self._argon2 = Argon2(mint)
        self._common = common_passwords()

    def hash_password(self, password: str) -> str:
        """argon2id of a password, salted."""
        return self._argon2.hash(password)

    def verify_password(self, password_hash: str, password: str) -> bool:
        """Whether it is the one; equal work when the hash is empty."""
        return self._argon2.verify(password_hash, password)

    def is_common_password(self, password: str) -> bool:
        """Whether it is among the first that a guesser tries, whatever its case."""
        return password.casefold() in self._common

    def picture(self, content: bytes, *, smallest: int, side: int, field: str = "logo") -> bytes:
        """A PNG of `side` by `side` pixels. Raises Invalid (`picture_unreadable`, `picture_too_small`)."""
        return square(content, smallest=smallest, side=side, field=field)
