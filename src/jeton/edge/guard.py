"""The guard: who is calling, may the application, may the person. Every call passes here, before and inside its write.

Identify, scope, right, in this order; all three are read from the database in the transaction that uses them.
"""

import re
from hmac import compare_digest
from typing import Final, NamedTuple

from jeton.kernel.access import check_access
from jeton.kernel.acting import AsNotAllowed, in_the_name_of
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.declare import Operation
from jeton.kernel.ids import PrincipalId, TokenId
from jeton.kernel.ports import Work
from jeton.kernel.problems import InvalidToken, Malformed, MissingScope, Unauthenticated
from jeton.kernel.scopes import Public, Scope
from jeton.kit.mint import ACCESS_TOKEN, digest, parse_token
from jeton.kit.text import sentence
from jeton.web.requests import Headers

_DUMMY: Final = digest("no such token")
_BEARER = re.compile(r"(bearer|dpop) +([^\s,]+)", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]{1,19}")
_NOT_IN_ANOTHER_NAME: Final = frozenset({"admin", "accountsec"})
_NOT_WRITTEN_IN_ANOTHER_NAME: Final = frozenset({"users", "groups"})


class TwoTokens(Malformed):
    """A token shown twice: one of them would be ignored, and we do not choose."""

    code = "two_tokens"
    sentence = sentence("Show the token once: either Authorization: Bearer, or Token.")


class TokenInQuery(Unauthenticated):
    """A token in the address, where logs and histories keep it."""

    code = "token_in_query"
    sentence = sentence(
        "A token in the query (access_token) is never used: send the header Authorization: Bearer <token>."
    )


class NotABearer(Unauthenticated):
    """Credentials of another scheme."""

    code = "not_a_bearer"
    sentence = sentence("The API takes tokens: send the header Authorization: Bearer <token>.")


class ProofMissing(Unauthenticated):
    """A token shown as bound to a key, without a proof of the key."""

    code = "proof_missing"
    sentence = sentence("Authorization: DPoP needs a proof of the key in the header DPoP.")
    token_error = "invalid_dpop_proof"


class ProofNeeded(Unauthenticated):
    """A token bound to a key, shown as if whoever holds it could use it."""

    code = "proof_needed"
    sentence = sentence(
        "This token is bound to a key: send Authorization: DPoP <token>, and a proof in the header DPoP."
    )
    token_error = "invalid_token"


class OtherKey(InvalidToken):
    """A token bound to a key, shown with a proof of another one: told as any token that does not hold."""


class BadAs(Malformed):
    """The header As does not name one user."""

    code = "bad_as"
    sentence = sentence("The header As takes the id of one user, once.")


class Presented(NamedTuple):
    """What a request shows of itself: a well-formed token's number and digest (None when it shows none), and `As`.

    With a DPoP proof: the proof and the token, until they are judged (`edge.proof`); then `jkt`, the key's thumbprint.
    """

    number: TokenId | None
    digest: bytes
    acts_as: PrincipalId | None
    proof: str = ""
    token: str = ""
    jkt: str | None = None


def read_presented(headers: Headers, query: dict[str, str]) -> Presented:
    """Read the token and `As` from the headers; nothing is looked up.

    Source: RFC 6750 section 2.1; RFC 9449 section 7.1; wire/files.md section 1.1; decisions.md, "`As`" and
    "Credentials in a query".
    Raises: TwoTokens, NotABearer, ProofMissing, TokenInQuery, InvalidToken (malformed), BadAs.
    """
    proof = ""
    authorization = headers.get(b"authorization")
    token = headers.get(b"token")
    acts_as = _read_as(headers)
    if authorization is not None:
        if token is not None:
            raise TwoTokens
        match = _BEARER.fullmatch(authorization)
        if match is None:
            raise NotABearer
        token = match[2]
        if match[1].lower() == "dpop":
            proof = headers.get(b"dpop") or ""
            if not proof:
                raise ProofMissing
    elif token is None:
        if "access_token" in query:
            raise TokenInQuery
        return Presented(None, b"", acts_as)
    parsed = parse_token(token)
    if parsed is None or parsed.prefix != ACCESS_TOKEN or parsed.number is None:
        raise InvalidToken
    return Presented(TokenId(parsed.number), digest(token), acts_as, proof, token if proof else "")


def _read_as(headers: Headers) -> PrincipalId | None:
    first, second = headers.get(b"as"), headers.get(b"asid")
    if first is None and second is None:
        return None
    values = {value for value in (first, second) if value is not None}
    (value, *others) = values
    if others or not _DIGITS.fullmatch(value) or not 0 < int(value) < 2**63:
        raise BadAs
    return PrincipalId(int(value))


def identify(work: Work, presented: Presented, address: str) -> Caller:
    """Who calls, from this address.

    Raises: Unauthenticated (no token); InvalidToken (unknown, expired, revoked, its application suspended, its person
    disabled: told apart for nobody); ProofNeeded, OtherKey (bound to a key, of which nothing was proved, or that is not
    the one that was proved); OutsidePolicy (a person whose token it is may not act today, or from there).
    """
    if presented.number is None:
        raise Unauthenticated
    bearer = work.bearers.find(presented.number)
    if not compare_digest(bearer.digest if bearer else _DUMMY, presented.digest) or bearer is None:
        raise InvalidToken
    if not bearer.is_live(work.now):
        raise InvalidToken
    if bearer.jkt != presented.jkt:
        if bearer.jkt is None:
            raise InvalidToken
        raise ProofNeeded if presented.jkt is None else OtherKey
    caller = bearer.caller
    if bearer.are_policies and caller.kind is CallerKind.PERSON:
        check_access(work, caller.principal, address)
    return caller


def check_scope(operation: Operation, caller: Caller) -> None:
    """What the application may do. Raises MissingScope naming the least word that would do (RFC 6750 section 3.1)."""
    scope = operation.scope
    if isinstance(scope, Public) or caller.scopes.bits & scope.bits:
        return
    granted = caller.scopes.words()
    raise MissingScope(
        call=f"{operation.method} {operation.path}",
        needed=scope.word,
        granted=" ".join(granted) or "-",
        required=(scope.word,),
        granted_words=granted,
    )


def act_as(work: Work, operation: Operation, caller: Caller, user_id: PrincipalId | None, address: str) -> Caller:
    """The person in whose name a Server application calls, within its own scopes (product.md D12; decisions.md, `As`).

    Raises: AsNotAllowed (403); NoSuchUser (404); OutsidePolicy (403: that person may not act from this address).
    """
    if user_id is None:
        return caller
    family = operation.scope.family if isinstance(operation.scope, Scope) else ""
    if caller.kind is CallerKind.SERVER and (
        family in _NOT_IN_ANOTHER_NAME or (operation.is_write and family in _NOT_WRITTEN_IN_ANOTHER_NAME)
    ):
        raise AsNotAllowed(why=f"never for {family}")
    return in_the_name_of(work, caller, user_id, address)
