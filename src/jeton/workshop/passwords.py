"""argon2id for what people choose. Source: security.md R6 (19 MiB, two passes, one lane)."""

import os
import sys
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from jeton.kernel.passwords import LONGEST_PASSWORD_BYTES, password_bytes
from jeton.kit.mint import Mint

MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1
HASHERS: Final = 2
_HASH_BYTES: Final = 32
_SALT_BYTES: Final = 16


class Argon2:
    """Hashes and verifies. Each call takes some 25 ms and 19 MiB, and releases the interpreter lock.

    `HASHERS` at once, on threads that step back for all others: hashing takes what is left of the processors,
    and answers go on (security.md AU-05).
    """

    __slots__ = ("_crew", "_hasher", "_mint", "nobodys")

    def __init__(self, mint: Mint) -> None:
        self._mint = mint
        self._crew = ThreadPoolExecutor(HASHERS, thread_name_prefix="jeton-hash", initializer=_step_back)
        self._hasher = PasswordHasher(PASSES, MEMORY_KIB, LANES, _HASH_BYTES, _SALT_BYTES, type=Type.ID)
        # Well-formed, and the hash of no password: checking against it takes as long as against anybody's.
        self.nobodys = (
            f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}"
            f"${_unpadded(mint.bytes(_SALT_BYTES))}${_unpadded(mint.bytes(_HASH_BYTES))}"
        )

    def hash(self, password: str) -> str:
        """The encoded hash, parameters and salt within."""
        salt = self._mint.bytes(_SALT_BYTES)
        return self._crew.submit(lambda: self._hasher.hash(password_bytes(password), salt=salt)).result()

    def verify(self, encoded: str, password: str) -> bool:
        """Whether `password` is the one. An empty or unreadable hash costs the same work, and is nobody's."""
        typed = password_bytes(password)
        if len(typed) > LONGEST_PASSWORD_BYTES:  # nobody's: none so long was ever taken
            return False
        if not encoded:
            self._matches(self.nobodys, typed)
            return False
        return self._matches(encoded, typed)

    def _matches(self, encoded: str, typed: bytes) -> bool:
        try:
            return self._crew.submit(self._hasher.verify, encoded, typed).result()
        except (VerificationError, InvalidHashError):
            return False


def _step_back() -> None:
    """This thread is the last to be given a processor."""
    if sys.platform == "linux":  # elsewhere it would concern the whole process
        with suppress(OSError):  # a wish, no need
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def _unpadded(content: bytes) -> str:
    return b64encode(content).rstrip(b"=").decode()
