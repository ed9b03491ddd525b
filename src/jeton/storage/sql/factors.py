"""Second factors: `kernel.factors.Factors` in SQL. What may happen once is decided by one conditional UPDATE."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from jeton.kernel.factors import Passkey, Totp
from jeton.kernel.ids import PrincipalId
from jeton.kit.clock import Instant
from jeton.storage.sql.schema.factors import passkeys, recovery_codes, totp_seeds
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_NO_STEP: Final = 0


def _passkey(
    number: int,
    user: int,
    credential: bytes,
    public_key: bytes,
    sign_count: int,
    name: str,
    created_at: Instant,
    used_at: Instant | None,
) -> Passkey:
    return Passkey(number, PrincipalId(user), credential, public_key, sign_count, name, created_at, used_at)


TOTP: Final = Sql(
    select(totp_seeds.c.sealed, totp_seeds.c.last_step, totp_seeds.c.confirmed_at).where(
        totp_seeds.c.user_id == bindparam("user")
    ),
    Totp,
)
SEALED: Final = Sql(select(totp_seeds.c.sealed), str)
ADD_TOTP: Final = Sql(insert(totp_seeds))
REMOVE_BEGUN: Final = Sql(
    delete(totp_seeds).where(totp_seeds.c.user_id == bindparam("user"), totp_seeds.c.confirmed_at.is_(None))
)
CONFIRM: Final = Sql(
    update(totp_seeds)
    .where(
        totp_seeds.c.user_id == bindparam("user"),
        totp_seeds.c.sealed == bindparam("seen"),
        totp_seeds.c.confirmed_at.is_(None),
    )
    .values(confirmed_at=bindparam("now"), last_step=bindparam("step"))
)
# Of several that show one code, one finds `last_step` below it.
TAKE_STEP: Final = Sql(
    update(totp_seeds)
    .where(
        totp_seeds.c.user_id == bindparam("user"),
        totp_seeds.c.sealed == bindparam("seen"),
        totp_seeds.c.confirmed_at.is_not(None),
        totp_seeds.c.last_step < bindparam("step"),
    )
    .values(last_step=bindparam("step"))
)
REMOVE_TOTP: Final = Sql(
    delete(totp_seeds).where(totp_seeds.c.user_id == bindparam("user"), totp_seeds.c.confirmed_at.is_not(None))
)
CODES_LEFT: Final = Sql(
    select(func.count()).where(recovery_codes.c.user_id == bindparam("user"), recovery_codes.c.spent_at.is_(None)), int
)
ADD_CODE: Final = Sql(insert(recovery_codes))
REMOVE_CODES: Final = Sql(delete(recovery_codes).where(recovery_codes.c.user_id == bindparam("user")))
SPEND_CODE: Final = Sql(
    update(recovery_codes)
    .where(
        recovery_codes.c.user_id == bindparam("user"),
        recovery_codes.c.digest == bindparam("which"),
        recovery_codes.c.spent_at.is_(None),
    )
    .values(spent_at=bindparam("now"))
)
_PASSKEYS: Final = select(
    passkeys.c.id,
    passkeys.c.user_id,
    passkeys.c.credential,
    passkeys.c.public_key,
    passkeys.c.sign_count,
    passkeys.c.name,
    passkeys.c.created_at,
    passkeys.c.used_at,
)
OF_USER: Final = Sql(_PASSKEYS.where(passkeys.c.user_id == bindparam("user")).order_by(passkeys.c.id), _passkey)
FIND: Final = Sql(_PASSKEYS.where(passkeys.c.credential == bindparam("which")), _passkey)
ADD: Final = Sql(insert(passkeys))
USED: Final = Sql(
    update(passkeys)
    .where(passkeys.c.id == bindparam("which"), passkeys.c.sign_count == bindparam("seen"))
    .values(sign_count=bindparam("count"), used_at=bindparam("now"))
)
REMOVE: Final = Sql(
    delete(passkeys).where(passkeys.c.id == bindparam("which"), passkeys.c.user_id == bindparam("user"))
)


class SqlFactors:
    """See `kernel.factors.Factors`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def sealed(self) -> Sequence[str]:
        """What is kept sealed, for those who look after the key files."""
        return self._session.all(SEALED)

    def totp(self, user: PrincipalId) -> Totp | None:
        return self._session.one(TOTP, user=user)

    def begin_totp(self, user: PrincipalId, sealed: str, now: Instant) -> bool:
        self._session.run(REMOVE_BEGUN, user=user)
        if self.totp(user) is not None:
            return False
        self._session.run(ADD_TOTP, user_id=user, sealed=sealed, last_step=_NO_STEP, created_at=now, confirmed_at=None)
        return True

    def confirm_totp(self, user: PrincipalId, sealed: str, step: int, now: Instant) -> bool:
        return self._session.run(CONFIRM, user=user, seen=sealed, step=step, now=now) == 1

    def take_step(self, user: PrincipalId, sealed: str, step: int) -> bool:
        return self._session.run(TAKE_STEP, user=user, seen=sealed, step=step) == 1

    def remove_totp(self, user: PrincipalId) -> bool:
        self._session.run(REMOVE_BEGUN, user=user)
        return self._session.run(REMOVE_TOTP, user=user) == 1

    def codes_left(self, user: PrincipalId) -> int:
        return self._session.one(CODES_LEFT, user=user) or 0

    def keep_codes(self, user: PrincipalId, digests: Sequence[bytes]) -> None:
        self._session.run(REMOVE_CODES, user=user)
        for digest in digests:
            self._session.run(ADD_CODE, user_id=user, digest=digest, spent_at=None)

    def spend_code(self, user: PrincipalId, digest: bytes, now: Instant) -> bool:
        return self._session.run(SPEND_CODE, user=user, which=digest, now=now) == 1

    def passkeys(self, user: PrincipalId) -> Sequence[Passkey]:
        return self._session.all(OF_USER, user=user)

    def find_passkey(self, credential: bytes) -> Passkey | None:
        return self._session.one(FIND, which=credential)

    def add_passkey(self, passkey: Passkey) -> None:
        """Raises AlreadyThere, a Conflict, when its credential is there."""
        self._session.run(
            ADD,
            id=passkey.id,
            user_id=passkey.user,
            credential=passkey.credential,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            name=passkey.name,
            created_at=passkey.created_at,
            used_at=passkey.used_at,
        )

    def passkey_used(self, passkey: Passkey, sign_count: int, now: Instant) -> bool:
        return self._session.run(USED, which=passkey.id, seen=passkey.sign_count, count=sign_count, now=now) == 1

    def remove_passkey(self, user: PrincipalId, passkey: int) -> bool:
        return self._session.run(REMOVE, which=passkey, user=user) == 1
