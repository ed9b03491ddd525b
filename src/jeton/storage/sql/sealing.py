"""The journal's blocks in SQL: the job that makes them, and those who hold the journal against them.

Ids follow time, and commits do not: a line may come after others that have higher ids, from a slower transaction or a
machine whose clock is behind. Lines are sealed some seconds after their time; one that comes later still, by minutes,
is found by counting and goes into the next block, which names each of its lines by its id. See `kernel.sealing`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select

from jeton.kernel.configuration import Seals
from jeton.kernel.logs import log_days
from jeton.kernel.sealing import (
    LATE,
    LEAST,
    MOST_LINES,
    PURPOSE,
    SEAL_AFTER,
    SEAL_EVERY,
    Block,
    Head,
    Line,
    Seen,
    head_text,
    is_last,
    line,
    next_block,
)
from jeton.kit.clock import DAY, HOUR
from jeton.kit.mint import first_number
from jeton.storage.sql.logs import OLDEST
from jeton.storage.sql.schema.platform import audit, audit_blocks, audit_head
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql
from jeton.storage.work import SqlWork

_HOUR_OF_IDS: Final = first_number(HOUR)
_READ_AT_ONCE: Final = 50

_BLOCKS: Final = select(
    audit_blocks.c.number,
    audit_blocks.c.made_at,
    audit_blocks.c.last_id,
    audit_blocks.c.floor,
    audit_blocks.c.line_count,
    audit_blocks.c.lines,
    audit_blocks.c.lines_hash,
    audit_blocks.c.previous,
    audit_blocks.c.key,
    audit_blocks.c.signature,
)
LAST: Final = Sql(_BLOCKS.order_by(audit_blocks.c.number.desc()).limit(1), Block)
NEXT: Final = Sql(
    _BLOCKS.where(audit_blocks.c.number > bindparam("after")).order_by(audit_blocks.c.number).limit(bindparam("limit")),
    Block,
)
FIND: Final = Sql(_BLOCKS.where(audit_blocks.c.number == bindparam("which")), Block)
HEAD: Final = Sql(select(audit_head.c.number, audit_head.c.hash, audit_head.c.key, audit_head.c.signature), Head)
ADD: Final = Sql(insert(audit_blocks))
FORGET_HEAD: Final = Sql(delete(audit_head))
ADD_HEAD: Final = Sql(insert(audit_head))
KEYS: Final = Sql(select(audit_blocks.c.key).distinct(), str)

_LINES: Final = select(
    audit.c.id,
    audit.c.at,
    audit.c.action,
    audit.c.actor,
    audit.c.actor_kind,
    audit.c.actor_name,
    audit.c.on_behalf_by,
    audit.c.client_id,
    audit.c.token_id,
    audit.c.subject,
    audit.c.facts,
    audit.c.code,
    audit.c.address,
    audit.c.user_agent,
    audit.c.request_id,
).where(audit.c.id > bindparam("above"), audit.c.id <= bindparam("most"))
LINES: Final = Sql(_LINES.order_by(audit.c.id), line)
WAITING: Final = Sql(_LINES.order_by(audit.c.id).limit(bindparam("limit")), line)
WHOLE_BLOCK: Final = Sql(
    select(audit.c.id)
    .where(audit.c.id > bindparam("above"), audit.c.id <= bindparam("most"))
    .order_by(audit.c.id)
    .offset(MOST_LINES - 1)
    .limit(1),
    int,
)
COUNT: Final = Sql(
    select(func.count()).select_from(audit).where(audit.c.id > bindparam("above"), audit.c.id <= bindparam("most")),
    int,
)

# The last block before those among whose lines one that came late is still looked for. Neither numbers nor last ids of
# blocks ever go back, whatever a clock does.
BEFORE_WINDOW: Final = Sql(
    select(audit_blocks.c.number, audit_blocks.c.last_id)
    .where(audit_blocks.c.last_id < bindparam("limit"))
    .order_by(audit_blocks.c.number.desc())
    .limit(1),
    lambda number, last_id: (number, last_id),
)
COUNT_IN_BLOCKS: Final = Sql(
    select(func.coalesce(func.sum(audit_blocks.c.line_count), 0)).where(audit_blocks.c.number > bindparam("after")), int
)


class Broken(Exception):
    """The journal's end is not what was signed: nothing more is sealed until somebody has looked into it."""


def seal(work: SqlWork) -> Block | None:
    """Bind the lines that wait into the next block, at most so many; the block, if one was made.

    Raises Broken; KeysUnsound, SealBroken when a key is missing.
    """
    session, now = work.session, work.now
    last, head = session.one(LAST), session.one(HEAD)
    if not is_last(last, head, work.seals):
        raise Broken("the end of the journal is not what was signed: see `jeton audit verify`")
    last_id = LEAST if last is None else last.last_id
    waiting = {"above": last_id, "most": first_number(now - SEAL_AFTER) - 1}
    is_due = last is None or not 0 <= now - last.made_at < SEAL_EVERY
    if not is_due and session.one(WHOLE_BLOCK, **waiting) is None:
        return None
    lines = session.all(WAITING, **waiting, limit=MOST_LINES)
    if last is not None and is_due and len(lines) < MOST_LINES:
        lines += _late(session, last)
    days = log_days(work.platform)
    floor = first_number(now - days * DAY) if days else LEAST
    if not lines and not (last is not None and _is_over(session, last, floor)):
        return None
    block = _signed(next_block(last, lines, now, floor), work.seals)
    session.run(ADD, **block._asdict())
    _end_with(session, block, work.seals)
    return block


def accept(work: SqlWork) -> Block | None:
    """Take the last block that is there as the journal's end, whatever was signed before; which."""
    last = work.session.one(LAST)
    if last is None:
        work.session.run(FORGET_HEAD)
    else:
        _end_with(work.session, last, work.seals)
    return last


def check_journal(session: Session, seals: Seals | None) -> Iterator[str]:
    """What is wrong with the journal, one sentence each. Without `seals`, what signatures would tell is left out."""
    seen = Seen(session.one(LAST), session.one(HEAD), seals)
    number, above = 0, LEAST
    while blocks := session.all(NEXT, after=number, limit=_READ_AT_ONCE):
        for block in blocks:
            yield from seen.block(block, session.all(LINES, above=above, most=block.last_id))
            number, above = block.number, max(above, block.last_id)
    yield from seen.end()


def count_waiting(session: Session) -> int:
    """How many lines are newer than the last block."""
    last = session.one(LAST)
    return session.one(COUNT, above=LEAST if last is None else last.last_id, most=2**63 - 1) or 0


def _late(session: Session, last: Block) -> Sequence[Line]:
    """Lines that came when those of their time had been sealed."""
    number, above = session.one(BEFORE_WINDOW, limit=first_number(last.made_at - LATE)) or (0, LEAST)
    there = session.one(COUNT, above=above, most=last.last_id)
    if there == session.one(COUNT_IN_BLOCKS, after=number):
        return []
    sealed: set[int] = set()
    while blocks := session.all(NEXT, after=number, limit=_READ_AT_ONCE):
        number = blocks[-1].number
        sealed.update(*(block.digests() for block in blocks))
    return [one for one in session.all(LINES, above=above, most=last.last_id) if one.id not in sealed][:MOST_LINES]


def _is_over(session: Session, last: Block, floor: int) -> bool:
    """Whether lines have been kept long enough, and the last block does not say so."""
    oldest = session.one(OLDEST)
    return oldest is not None and oldest < floor and floor - last.floor >= _HOUR_OF_IDS


def _signed(block: Block, seals: Seals) -> Block:
    key, signature = seals.sign(block.header, PURPOSE)
    return block._replace(key=key, signature=signature)


def _end_with(session: Session, block: Block, seals: Seals) -> None:
    key, signature = seals.sign(head_text(block.number, block.hash), PURPOSE)
    session.run(FORGET_HEAD)
    session.run(ADD_HEAD, id=1, number=block.number, hash=block.hash, key=key, signature=signature)
