"""Answers to writes that came with an Idempotency-Key: `kernel.kept_answers.KeptAnswers` in SQL."""

import json
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from jeton.kernel.kept_answers import KEPT, KeptAnswer
from jeton.kit.clock import Instant
from jeton.storage.sql.schema.kept_answers import kept_answers
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

_c = kept_answers.c


def _answer(request: bytes, outlived: int, status: int, headers: str, body: str, given_at: int) -> KeptAnswer:
    pairs = tuple((name, value) for name, value in json.loads(headers))
    return KeptAnswer(request, bool(outlived), status, pairs, body, given_at)


FIND: Final = Sql(
    select(_c.request, _c.outlived, _c.status, _c.headers, _c.body, _c.given_at).where(
        _c.key == bindparam("key"), _c.given_at > bindparam("after")
    ),
    _answer,
)
_insert = insert(kept_answers)
# Over one whose time is over. Of two that act at once in two processes one meets the other here, is run again, and then
# finds what the other kept. PostgreSQL's ON CONFLICT, which SQLite reads too.
KEEP: Final = Sql(
    _insert.on_conflict_do_update(
        index_elements=[_c.key],
        set_={name: _insert.excluded[name] for name in _c.keys() if name != "key"},  # noqa: SIM118
    )
)
SWEEP: Final = Sql(
    delete(kept_answers).where(
        _c.key.in_(select(_c.key).where(_c.given_at < bindparam("before")).limit(bindparam("limit")))
    ),
)


class SqlKeptAnswers:
    """See `kernel.kept_answers.KeptAnswers`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, key: bytes, now: Instant) -> KeptAnswer | None:
        return self._session.one(FIND, key=key, after=now - KEPT)

    def keep(self, key: bytes, answer: KeptAnswer) -> None:
        self._session.run(
            KEEP,
            key=key,
            request=answer.request,
            outlived=int(answer.outlived),
            status=answer.status,
            headers=json.dumps(answer.headers),
            body=answer.body,
            given_at=answer.given_at,
        )
