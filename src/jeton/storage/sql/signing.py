"""Keys that sign tokens for outside resource servers: `kernel.signing.SigningKeys`, and what the core asks of them."""

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from jeton.kernel.configuration import Seals
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.oauth2.jws import new_key
from jeton.oauth2.signing import ANNOUNCED, KeyState, PublicKey, SigningKey, next_due, over, states
from jeton.storage.sql.schema.requests import signing_keys
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

ALL: Final = Sql(
    select(signing_keys.c.id, signing_keys.c.public, signing_keys.c.active_from),
    lambda number, public, active_from: PublicKey(number, json.loads(public), active_from),
)
SEALED: Final = Sql(select(signing_keys.c.sealed).where(signing_keys.c.id == bindparam("id")), str)
EVERY_SEALED: Final = Sql(select(signing_keys.c.sealed), str)
ADD: Final = Sql(insert(signing_keys))
REMOVE: Final = Sql(delete(signing_keys).where(signing_keys.c.id == bindparam("id")))


class SqlSigningKeys:
    """See `kernel.signing.SigningKeys`. The private halves are sealed."""

    __slots__ = ("_mint", "_now", "_seals", "_session")

    def __init__(self, session: Session, seals: Seals, now: Instant, mint: Mint) -> None:
        self._session = session
        self._seals = seals
        self._now = now
        self._mint = mint

    def all(self) -> Sequence[PublicKey]:
        """Every key that is kept."""
        return self._session.all(ALL)

    def active(self) -> SigningKey | None:
        """The key that signs now, opened. Raises SealBroken."""
        for key, state in states(self.all(), self._now):
            if state is KeyState.ACTIVE:
                sealed = self._session.one(SEALED, id=key.id)
                return SigningKey(str(key.jwk["kid"]), self._seals.open(sealed or "", _purpose(key.id)))
        return None

    def ensure(self) -> None:
        if not any(state is KeyState.ACTIVE for _, state in states(self.all(), self._now)):
            self._add(self._now)

    def rotate(self) -> Instant:
        active_from = self._now + ANNOUNCED
        self._add(active_from)
        return active_from

    def turn(self) -> None:
        """Announce the next key when it is time, and forget those by which nothing live is signed."""
        keys = self.all()
        for key in over(keys, self._now):
            self._session.run(REMOVE, id=key.id)
        due = next_due(keys, self._now) if keys else None
        if due is not None:
            self._add(due)

    def sealed(self) -> Sequence[str]:
        """What is kept sealed, for those who look after the key files."""
        return self._session.all(EVERY_SEALED)

    def _add(self, active_from: Instant) -> None:
        """Raises KeysUnsound."""
        public, private = new_key()
        number = self._mint.number(self._now)
        self._session.run(
            ADD,
            id=number,
            public=json.dumps(public),
            sealed=self._seals.seal(private, _purpose(number)),
            active_from=active_from,
        )


def _purpose(number: int) -> str:
    return f"signing key {number}"
