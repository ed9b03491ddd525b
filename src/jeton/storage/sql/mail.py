"""The outbox: `kernel.mail.Mail` in SQL. What a letter holds is sealed; a row is deleted once its mail is gone."""

import json
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from jeton.kernel.configuration import SMTP_PASSWORD, SealBroken, Seals
from jeton.kernel.mail import LEASE, LETTERS, Queued
from jeton.kernel.people import User
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.storage.keys import key_id
from jeton.storage.sql.factors import SEALED as SEALED_SEEDS
from jeton.storage.sql.platform import SqlPlatform
from jeton.storage.sql.schema.mail import outbox
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql


class _Row(NamedTuple):
    id: int
    letter: str
    recipients: str
    language: str
    sealed: str
    tries: int
    next_at: Instant
    until: Instant


ADD: Final = Sql(insert(outbox))
DUE: Final = Sql(
    select(
        outbox.c.id,
        outbox.c.letter,
        outbox.c.recipients,
        outbox.c.language,
        outbox.c.sealed,
        outbox.c.tries,
        outbox.c.next_at,
        outbox.c.until,
    )
    .where(outbox.c.next_at <= bindparam("now"))
    .order_by(outbox.c.next_at)
    .limit(bindparam("limit")),
    _Row,
)
# Of several processes that saw the row, one finds `next_at` as it was.
TAKE: Final = Sql(
    update(outbox)
    .where(outbox.c.id == bindparam("which"), outbox.c.next_at == bindparam("seen"))
    .values(next_at=bindparam("until"), tries=outbox.c.tries + 1)
)
PUT_OFF: Final = Sql(update(outbox).where(outbox.c.id == bindparam("which")).values(next_at=bindparam("until")))
DELETE: Final = Sql(delete(outbox).where(outbox.c.id == bindparam("which")))
SEALED: Final = Sql(select(outbox.c.sealed), str)


class SqlMail:
    """See `kernel.mail.Mail`."""

    __slots__ = ("_mint", "_now", "_seals", "_session")

    def __init__(self, session: Session, now: Instant, mint: Mint, seals: Seals) -> None:
        self._session = session
        self._now = now
        self._mint = mint
        self._seals = seals

    @property
    def is_configured(self) -> bool:
        return bool(SqlPlatform(self._session).value("smtp_host"))

    def send(self, letter: str, to: User, **facts: str) -> bool:
        return bool(to.email) and self.send_to(letter, to.email, to.language, login=to.login, **facts)

    def send_to(self, letter: str, address: str, language: str, **facts: str) -> bool:
        if not self.is_configured:
            return False
        number = self._mint.number(self._now)
        if language == "auto":
            language = SqlPlatform(self._session).value("language") or "en"
        self._session.run(
            ADD,
            id=number,
            letter=letter,
            recipients=address,
            language=language,
            sealed=self._seals.seal(json.dumps(facts), _purpose(number)),
            tries=0,
            next_at=self._now,
            until=self._now + LETTERS[letter].lives,
        )
        return True

    def has_due(self) -> bool:
        return self._session.one(DUE, now=self._now, limit=1) is not None

    def take_due(self, limit: int) -> Sequence[Queued]:
        due = self._session.all(DUE, now=self._now, limit=limit)
        return [
            Queued(
                row.id,
                row.letter,
                row.recipients,
                row.language,
                self._opened(row),
                row.tries + 1,
                row.until,
            )
            for row in due
            if self._session.run(TAKE, which=row.id, seen=row.next_at, until=self._now + LEASE)
        ]

    def _opened(self, row: _Row) -> dict[str, str] | None:
        try:
            facts: dict[str, str] = json.loads(self._seals.open(row.sealed, _purpose(row.id)))
        except SealBroken:
            return None
        return facts

    def done(self, mail: int) -> None:
        self._session.run(DELETE, which=mail)

    def put_off(self, mail: int, until: Instant) -> None:
        self._session.run(PUT_OFF, which=mail, until=until)


def needed_keys(session: Session) -> set[str]:
    """The ids of the keys that something is sealed with."""
    password = SqlPlatform(session).value(SMTP_PASSWORD)
    kept = (*session.all(SEALED), *session.all(SEALED_SEEDS), *([password] if password else []))
    return {key_id(sealed) for sealed in kept}


def _purpose(number: int) -> str:
    return f"outbox {number}"
