"""Access policies: `kernel.access.Access` in SQL. Addresses are kept as a JSON array."""

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from jeton.kernel.access import Policy
from jeton.kernel.ids import PrincipalId
from jeton.storage.sql.schema.groups import memberships
from jeton.storage.sql.schema.people import access_policies
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql


def _policy(days: int, ips: str | None) -> Policy:
    return Policy(days, None if ips is None else tuple(json.loads(ips)))


_POLICIES: Final = select(access_policies.c.days, access_policies.c.ips)
OF: Final = Sql(_POLICIES.where(access_policies.c.target_id == bindparam("target")), _policy)
_OVER_PERSON: Final = or_(
    access_policies.c.target_id == bindparam("person"),
    access_policies.c.target_id.in_(select(memberships.c.group_id).where(memberships.c.user_id == bindparam("person"))),
)
OVER: Final = Sql(_POLICIES.where(_OVER_PERSON), _policy)
LIFT: Final = Sql(delete(access_policies).where(_OVER_PERSON))
_insert = insert(access_policies)
# PostgreSQL's ON CONFLICT, which SQLite reads too.
KEEP: Final = Sql(
    _insert.on_conflict_do_update(
        index_elements=[access_policies.c.target_id],
        set_={"days": _insert.excluded.days, "ips": _insert.excluded.ips},
    )
)
REMOVE: Final = Sql(delete(access_policies).where(access_policies.c.target_id == bindparam("target")))


class SqlAccess:
    """See `kernel.access.Access`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, target: PrincipalId) -> Policy | None:
        return self._session.one(OF, target=target)

    def over(self, person: PrincipalId) -> Sequence[Policy]:
        return self._session.all(OVER, person=person)

    def keep(self, target: PrincipalId, policy: Policy) -> None:
        ips = None if policy.ips is None else json.dumps(policy.ips)
        self._session.run(KEEP, target_id=target, days=policy.days, ips=ips)

    def remove(self, target: PrincipalId) -> None:
        self._session.run(REMOVE, target=target)

    def lift(self, person: PrincipalId) -> None:
        self._session.run(LIFT, person=person)
