"""`Idempotency-Key`: a write that comes again under its key is answered as before, and nothing happens again.

Who calls, with which scope and right, is judged anew each time. What is compared is what was asked: operation, path,
query, declared headers, fields and body; of bytes, and of a file in a form, their SHA-256 and size.
Source: draft-ietf-httpapi-idempotency-key-header-07 sections 2.1 to 2.6; security.md R38.
"""

import hashlib
import hmac
import re
from typing import Final

import msgspec

from jeton.kernel.caller import Caller
from jeton.kernel.declare import Operation
from jeton.kernel.kept_answers import BadKey, KeptAnswer, KeyNotTaken, KeyOfAnother
from jeton.kernel.ports import Work
from jeton.kernel.problems import Busy, Problem
from jeton.web.answers import Answer
from jeton.web.requests import Headers

HEADER: Final = "Idempotency-Key"
KEY_SCHEMA: Final = {"type": "string", "minLength": 1, "maxLength": 257}
REPLAYED: Final = (b"idempotent-replayed", b"true")
# A string of RFC 9651 section 3.3.3 without blanks and escapes; or the same without its quotation marks.
_KEY: Final = re.compile(r'(")?([\x21\x23-\x5b\x5d-\x7e]{1,255})(?(1)")')

_encode = msgspec.json.Encoder().encode


class Repeated(Exception):
    """It was done before: this is what was answered. Returned by the work that found it, so as to be told apart."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Once:
    """The key of one call, and what is asked under it, as far as it came in."""

    __slots__ = ("_asked", "_content", "_key", "_operation", "_size_bytes", "fields", "is_repeat")

    def __init__(self, key: str, operation: Operation, asked: bytes) -> None:
        self._key = key
        self._operation = operation
        self._asked = asked
        self._content = hashlib.sha256()
        self._size_bytes = 0
        self.fields: dict[str, str] = {}
        """Those of a form, and the name of its file."""
        self.is_repeat = False
        """Whether an answer was found when the call was let in: nothing more than the right is judged then."""

    def take(self, content: bytes) -> None:
        """Some more of the body."""
        self._content.update(content)
        self._size_bytes += len(content)

    def is_known(self, work: Work, caller: Caller, command: object) -> bool:
        """Whether this was answered before, judging the right anew. Raises what the right raises; Busy as `given`."""
        found = self._find(work, caller, command) is not None
        if self.is_repeat and not found:
            raise Busy
        self.is_repeat = found
        return found

    def given(self, work: Work, caller: Caller, command: object) -> Repeated | None:
        """What was answered before, judging the right anew, once the whole request is here.

        Raises: KeyOfAnother; Busy (it was let in as a repeat, and its time ended meanwhile); what the right raises.
        """
        kept = self._find(work, caller, command)
        if kept is None:
            if self.is_repeat:
                raise Busy
            return None
        if not hmac.compare_digest(kept.request, self._request()):
            raise KeyOfAnother
        headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers)
        return Repeated(Answer(kept.status, (*headers, REPLAYED), kept.body.encode()))

    def keep(self, work: Work, caller: Caller, command: object, answer: Answer) -> None:
        """Keep what is answered now, in the transaction that acted."""
        work.kept_answers.keep(
            self._place(caller),
            KeptAnswer(
                request=self._request(),
                outlived=not self._holds(work.afresh(), caller, command),
                status=answer.status,
                headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers),
                body=answer.body.decode(),
                given_at=work.now,
            ),
        )

    def _find(self, work: Work, caller: Caller, command: object) -> KeptAnswer | None:
        kept = work.kept_answers.find(self._place(caller), work.now)
        if kept is not None and not kept.outlived:
            self._operation.right.check(caller, command, work)
        return kept

    def _holds(self, work: Work, caller: Caller, command: object) -> bool:
        try:
            self._operation.right.check(caller, command, work)
        except Problem:
            return False
        return True

    def _place(self, caller: Caller) -> bytes:
        return hashlib.sha256(_encode((caller.principal, caller.client_id, self._key))).digest()

    def _request(self) -> bytes:
        # Keyed: a body may hold a password, and whoever reads the row must not be able to try some.
        told = _encode((sorted(self.fields.items()), self._content.hexdigest(), self._size_bytes))
        return hmac.digest(self._key.encode(), self._asked + told, hashlib.sha256)


def read_once(operation: Operation, parameters: dict[str, str], query: dict[str, str], headers: Headers) -> Once | None:
    """The key of a call that comes with one; None without, and for what changes nothing. Raises BadKey, KeyNotTaken."""
    if not operation.is_write:
        return None
    told = headers.get(b"idempotency-key")
    if told is None:
        return None
    match = _KEY.fullmatch(told)
    if match is None:
        raise BadKey
    if not operation.takes_key:
        raise KeyNotTaken
    declared = sorted((name, headers.get(name.lower().encode())) for name in operation.headers.values())
    asked = _encode((operation.name, sorted(parameters.items()), sorted(query.items()), declared))
    return Once(match[2], operation, asked)
