"""The journal, sealed: lines bound into blocks, each block to the one before it, and what may be found when they are
held against the lines again. Pure: signatures are made and judged by those who have the keys.

A block tells its lines by id and SHA-256, in one string of 40 bytes a line. Its own hash is over a header that holds
the hash of that string and the hash of the block before, and the header is signed. What the journal's last block is
called is signed as well, so that a tail which is cut off is missed.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from jeton.kernel.configuration import SealBroken, Seals
from jeton.kit.clock import MINUTE, SECOND, Instant, to_datetime
from jeton.kit.mint import first_number

SEAL_AFTER: Final = 10 * SECOND
"""How old a line is before it is sealed: what was begun earlier has mostly ended by then."""

SEAL_EVERY: Final = 15 * SECOND
"""No sooner than so long after the last block, unless a whole block of lines waits."""

LATE: Final = 10 * MINUTE
"""How long before the last block one may lie that a late line is still taken in after."""

MOST_LINES: Final = 1000
"""Lines of one block."""

PURPOSE: Final = "journal"
"""What a key that signs blocks is good for, and for nothing else."""

NOTHING_BEFORE: Final = b"\0" * 32
LEAST: Final = -(2**63)
"""Below every id."""

_LINE_BYTES: Final = 40
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=repr).encode


class Block(NamedTuple):
    """A block as it is kept. Numbers begin at 1 and leave none out.

    It holds the lines with ids above the last block's `last_id` up to its own, and those below that came late. Lines
    with ids below `floor` may be gone: the platform had kept them long enough. `lines` is emptied when all are.
    """

    number: int
    made_at: Instant
    last_id: int
    floor: int
    line_count: int
    lines: bytes
    lines_hash: bytes
    previous: bytes
    key: str
    signature: bytes

    @property
    def header(self) -> bytes:
        """What is signed."""
        told = (self.number, self.made_at, self.last_id, self.floor, self.line_count)
        return _text("jeton journal block 1", *told, self.lines_hash.hex(), self.previous.hex())

    @property
    def hash(self) -> bytes:
        """By which the next block, and whoever notes it elsewhere, names this one."""
        return hashlib.sha256(self.header).digest()

    def digests(self) -> dict[int, bytes]:
        """Its lines by id; empty when they were let go."""
        return {
            int.from_bytes(self.lines[at : at + 8], "big", signed=True): self.lines[at + 8 : at + _LINE_BYTES]
            for at in range(0, len(self.lines), _LINE_BYTES)
        }


class Head(NamedTuple):
    """The last block's number and hash, signed."""

    number: int
    hash: bytes
    key: str
    signature: bytes


class Line(NamedTuple):
    """One line of the journal as it is sealed."""

    id: int
    action: str
    digest: bytes


def line(*columns: object) -> Line:
    """A line from all its columns, in the order of the table, `id`, `at` and `action` first.

    Whatever a column holds gives a digest: one that was changed to what no line holds is a changed line as well.
    """
    number, _, action = columns[:3]
    assert isinstance(number, int)  # noqa: S101 - the table's key
    return Line(number, str(action), hashlib.sha256(_text("jeton journal line 1", *columns)).digest())


def head_text(number: int, hash_: bytes) -> bytes:
    """What is signed of the last block."""
    return _text("jeton journal head 1", number, hash_.hex())


def next_block(before: Block | None, lines: Sequence[Line], now: Instant, floor: int) -> Block:
    """The block of these lines, not signed yet. `floor` never goes back."""
    ordered = sorted(lines)
    packed = b"".join(one.id.to_bytes(8, "big", signed=True) + one.digest for one in ordered)
    last_id = LEAST if before is None else before.last_id
    return Block(
        number=1 if before is None else before.number + 1,
        made_at=now,
        last_id=max(last_id, ordered[-1].id) if ordered else last_id,
        floor=floor if before is None else max(before.floor, floor),
        line_count=len(ordered),
        lines=packed,
        lines_hash=hashlib.sha256(packed).digest(),
        previous=NOTHING_BEFORE if before is None else before.hash,
        key="",
        signature=b"",
    )


def is_last(block: Block | None, head: Head | None, seals: Seals) -> bool:
    """Whether the last block that is there is the one that was signed as the last: only then another may follow it.

    Raises SealBroken when the key is not here.
    """
    if block is None or head is None:
        return block is None and head is None
    return (block.number, block.hash) == (head.number, head.hash) and seals.is_signed(
        head_text(head.number, head.hash), head.key, head.signature, PURPOSE
    )


class Seen:
    """A journal that is held against its blocks, one after the other, the first one first."""

    def __init__(self, last: Block | None, head: Head | None, seals: Seals | None) -> None:
        """`last` is the last block that is there. Without `seals` hashes are held against one another, and no more."""
        self._last = last
        self._head = head
        self._seals = seals
        self._missing_keys: set[str] = set()
        self._before: Block | None = None
        self._in_no_block: dict[int, Line] = {}
        self._window = LEAST

    def block(self, block: Block, there: Sequence[Line]) -> Iterator[str]:
        """What is wrong with the next block, and with the lines that are there between the one before it and it."""
        before, self._before = self._before, block
        last = self._last or block
        if block.last_id < first_number(last.made_at - LATE):
            self._window = block.last_id
        follows = block.number == (1 if before is None else before.number + 1)
        yield from self._chain(before, block)
        is_let_go = not block.lines and block.last_id < last.floor
        if not is_let_go and hashlib.sha256(block.lines).digest() != block.lines_hash:
            yield f"{_name(block)}: the list of its lines was changed."
            return
        found = {one.id: one for one in there}
        for number, digest in block.digests().items():
            one = found.pop(number, None) or self._in_no_block.pop(number, None)
            if one is None:
                if number >= last.floor:
                    yield f"{_name(block)}: line {number} was removed."
            elif one.digest != digest:
                yield f"{_name(block)}: line {number} ({one.action}) was changed."
        if follows:  # else they may well be those of a block that is missing
            self._in_no_block |= found

    def end(self) -> Iterator[str]:
        """What is wrong with the whole, after its last block."""
        for number, one in sorted(self._in_no_block.items()):
            if number <= self._window:  # one that came late may still be on its way into the next block
                yield f"Line {number} ({one.action}) was put in after that part of the journal had been sealed."
        last, head = self._before, self._head
        if head is None:
            if last is not None:
                yield "Nothing tells which block of the journal is its last: the mark of its end was removed."
            return
        yield from self._signed("The mark of the journal's end", head_text(head.number, head.hash), head)
        number = 0 if last is None else last.number
        if number < head.number:
            yield f"The end of the journal was cut off: block {head.number} was its last, and is not there."
        elif last is not None and (number > head.number or last.hash != head.hash):
            yield f"The journal ends with block {number}, and not with block {head.number} as it was signed."

    def _chain(self, before: Block | None, block: Block) -> Iterator[str]:
        expected = 1 if before is None else before.number + 1
        if block.number > expected:
            missing = (
                f"Block {expected}" if block.number == expected + 1 else f"Blocks {expected} to {block.number - 1}"
            )
            yield f"{missing} of the journal: removed."
        elif block.previous != (NOTHING_BEFORE if before is None else before.hash):
            yield f"{_name(block)} does not follow the block before it: one of the two was changed."
        yield from self._signed(_name(block), block.header, block)

    def _signed(self, name: str, text: bytes, by: Block | Head) -> Iterator[str]:
        if self._seals is None or by.key in self._missing_keys:
            return
        try:
            if not self._seals.is_signed(text, by.key, by.signature, PURPOSE):
                yield f"{name} was changed: its signature does not hold."
        except SealBroken:
            self._missing_keys.add(by.key)
            yield f"{name} is signed with the key {by.key[:24]}, which is not here."


def _name(block: Block) -> str:
    try:
        made = f"{to_datetime(block.made_at):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError):
        made = "no time at all"
    return f"Block {block.number} of the journal (of {made})"


def _text(*parts: object) -> bytes:
    return _encode(parts).encode("utf-8", "surrogatepass")
