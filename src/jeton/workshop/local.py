"""The workshop of this machine. Its caller bounds how many jobs run at once."""

from jeton.kernel.blobs import Blobs, Receipt
from jeton.kernel.configuration import MailServer
from jeton.kernel.factors import NewPasskey, Passkey
from jeton.kernel.ids import BlobId
from jeton.kernel.mail import PLAIN_WORDS, Queued, Words, written
from jeton.kernel.previews import ContentKind, Drawn
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.workshop.common import common_passwords
from jeton.workshop.mail import hand_over
from jeton.workshop.passkeys import Passkeys
from jeton.workshop.passwords import Argon2
from jeton.workshop.pictures import square
from jeton.workshop.previews import draw, kind_of
from jeton.workshop.totp import step_of


class LocalWorkshop:
    """`kernel.ports.Workshop` with argon2id and a child process per picture."""

    __slots__ = ("_argon2", "_blobs", "_common", "_passkeys", "_words")

    def __init__(self, mint: Mint, words: Words = PLAIN_WORDS, blobs: Blobs | None = None) -> None:
        """`words`: what mails are written with, and the public address that passkeys are for.

        Without `blobs` nothing can be completed: commands have none to.
        """
        self._blobs = blobs
        self._argon2 = Argon2(mint)
        self._common = common_passwords()
        self._passkeys = Passkeys(words.public_url)
        self._words = words

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

    def kind_of(self, head: bytes) -> ContentKind:
        """What a file is, by its first bytes alone."""
        return kind_of(head)

    def draw(self, kind: ContentKind, content: bytes, side: int) -> Drawn | None:
        """A drawing and what the file tells of itself; None when nothing can be drawn. Raises Busy."""
        return draw(kind, content, side)

    def complete(self, blob: BlobId, size_bytes: int) -> Receipt:
        """Make a blob of what came in piece by piece. Raises ContentLost, InUse, Busy, NoSpace."""
        assert self._blobs is not None  # noqa: S101 - whoever serves has them
        return self._blobs.complete(blob, size_bytes)

    def totp_step(self, seed: str, code: str, now: Instant) -> int | None:
        """The step near now whose code this is."""
        return step_of(seed, code, now)

    def new_passkey(self, response: str, challenge: str) -> NewPasskey:
        """What a browser answered when it was asked to make a passkey, verified. Raises BadFactor."""
        return self._passkeys.made(response, challenge)

    def passkey_count(self, passkey: Passkey, response: str, challenge: str, *, is_alone: bool) -> int:
        """The count of uses that a shown passkey tells, its signature verified. Raises BadFactor."""
        return self._passkeys.count(passkey, response, challenge, is_alone=is_alone)

    def hand_over(self, server: MailServer, mail: Queued, *, name: str, now: Instant) -> str:
        """Put a mail of the platform `name` into words and give it to its server, within 10 s; what the server said.

        Raises MailFailed.
        """
        return hand_over(server, written(mail, self._words, name=name, now=now))
