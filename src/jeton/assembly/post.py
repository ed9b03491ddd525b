"""Mails on their way out: what is due is taken in one transaction, handed over in none, and told in another.

Every process looks; a mail that one has taken is nobody else's until its lease is over. One that was handed over just
before a process died is handed over again, under the same Message-ID.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, NamedTuple

from jeton.kernel.caller import OPERATOR
from jeton.kernel.configuration import MailServer, SealBroken, current_mail_server, platform_name
from jeton.kernel.mail import MailFailed, Queued, next_try
from jeton.kernel.ports import Work, Works, Workshop
from jeton.kernel.problems import Problem
from jeton.kit.clock import Instant
from jeton.web.journal import Journal

EVERY_S: Final = 1.0
AT_ONCE: Final = 4
"""Each is handed over within 10 s, one after the other: well within the lease."""

_POST: Final = OPERATOR._replace(name="mail")


class _Taken(NamedTuple):
    server: MailServer | None
    name: str
    now: Instant
    mails: Sequence[Queued]


class _Failure(NamedTuple):
    reason: str
    is_final: bool


class Post:
    """Hands over what waits in the outbox."""

    __slots__ = ("_journal", "_pool", "_works", "_workshop")

    def __init__(self, works: Works, workshop: Workshop, pool: ThreadPoolExecutor, journal: Journal) -> None:
        self._works = works
        self._workshop = workshop
        self._pool = pool
        self._journal = journal

    async def run(self) -> None:
        """Look every second, until cancelled."""
        while True:
            try:
                while await self.deliver():
                    pass
            except Problem:
                pass  # the database is away: requests tell of it, and the mails wait
            except Exception as error:
                self._journal.bug(error, "")
            await asyncio.sleep(EVERY_S)

    async def deliver(self) -> int:
        """Hand over a few of what is due; how many were tried."""
        if not await self._works.read(lambda work: work.mail.has_due()):
            return 0
        taken = await self._works.write(_take)
        loop = asyncio.get_running_loop()
        for mail in taken.mails:
            failure = await loop.run_in_executor(self._pool, self._hand_over, taken, mail)
            await self._works.write(partial(_tell, mail, failure))
        return len(taken.mails)

    def _hand_over(self, taken: _Taken, mail: Queued) -> _Failure | None:
        if taken.server is None or mail.facts is None:
            return _Failure("not_readable" if taken.server else "no_mail_server", is_final=False)
        try:
            self._workshop.hand_over(taken.server, mail, name=taken.name, now=taken.now)
        except MailFailed as failed:
            return _Failure(failed.errors[0].code, failed.is_final)
        return None


def _take(work: Work) -> _Taken:
    try:
        server = current_mail_server(work.platform, work.seals)
    except SealBroken:  # its password waits for a key, so the mails wait too
        server = None
    return _Taken(server, platform_name(work.platform), work.now, work.mail.take_due(AT_ONCE))


def _tell(mail: Queued, failure: _Failure | None, work: Work) -> None:
    if failure is None:
        work.mail.done(mail.id)
        return
    again = next_try(mail.tries, work.now)
    if again < mail.until and not failure.is_final:
        work.mail.put_off(mail.id, again)
        return
    work.mail.done(mail.id)
    login = (mail.facts or {}).get("login", "")
    work.audit.record(_POST, "mail.given_up", str(mail.id), letter=mail.letter, login=login, reason=failure.reason)
