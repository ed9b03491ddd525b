"""The journal of acts: a line stands in the transaction of the act it tells, and is never changed."""

import json
from typing import Final

from sqlalchemy import insert

from jeton.kernel.caller import Caller, Origin
from jeton.kernel.problems import Fact
from jeton.kit.clock import Instant
from jeton.kit.mint import Mint
from jeton.storage.sql.schema.platform import audit
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_ADD: Final = Sql(insert(audit))
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode
_NOWHERE: Final = Origin("", "", "")


class SqlAudit:
    """Satisfies kernel.ports.Audit."""

    __slots__ = ("_mint", "_now", "_origin", "_session")

    def __init__(self, session: Session, now: Instant, mint: Mint, origin: Origin | None = None) -> None:
        self._session = session
        self._now = now
        self._mint = mint
        self._origin = origin or _NOWHERE

    def record(self, caller: Caller, action: str, subject: str, **facts: Fact) -> None:
        """Write one line."""
        self._write(caller, action, subject, "", facts)

    def refused(self, caller: Caller, action: str, subject: str, code: str, **facts: Fact) -> None:
        """Write one line on a refusal."""
        self._write(caller, action, subject, code, facts)

    def _write(self, caller: Caller, action: str, subject: str, code: str, facts: dict[str, Fact]) -> None:
        self._session.run(
            _ADD,
            id=self._mint.number(self._now),
            at=self._now,
            action=action,
            actor=caller.principal,
            actor_kind=caller.kind.value,
            actor_name=caller.name,
            on_behalf_by=caller.behalf_of_by,
            client_id=caller.client_id,
            token_id=caller.token_id,
            subject=subject,
            facts=_encode(facts) if facts else "{}",
            code=code,
            address=self._origin.address,
            user_agent=self._origin.user_agent,
            request_id=self._origin.request_id,
        )
