"""Tokens that a call names by their id: found, ended, and refused where a value stands in the id's place.

Source: decisions.md, "Token". Shared by the administrator's calls and everybody's own.
"""

from dataclasses import dataclass

from jeton.kernel.applications import IssuedToken
from jeton.kernel.caller import Caller
from jeton.kernel.ids import TokenId
from jeton.kernel.ports import Work
from jeton.kernel.problems import Invalid, Unknown
from jeton.kit.mint import ACCESS_TOKEN, REFRESH_TOKEN, digest, parse_token
from jeton.kit.text import sentence


class NoSuchToken(Unknown):
    """No token under this id."""

    code = "no_such_token"
    sentence = sentence("There is no such token.")


class TokenInPath(Invalid):
    """A token's value where its id belongs. It was seen by logs and proxies: it is ended."""

    code = "token_in_path"
    sentence = sentence(
        "Give the id of a token here, not the token. A token in an address has leaked, and was revoked."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """End one token; `token` is its id, as listings give it."""

    token: str


def named_token(work: Work, caller: Caller, named: str) -> IssuedToken | TokenInPath:
    """The token of an id. A value is ended, and the refusal is returned, so that the ending is kept.

    Raises NoSuchToken.
    """
    if named.startswith("jt_"):
        _end_leaked(work, caller, named)
        return TokenInPath()
    number = int(named) if named.isascii() and named.isdigit() and len(named) < 20 else 0
    token = work.tokens.find(TokenId(number)) if 0 < number < 2**63 else None
    if token is None:
        raise NoSuchToken
    return token


def end_token(work: Work, caller: Caller, token: IssuedToken) -> None:
    """End a token, and all that came of the same authorization."""
    work.tokens.revoke(token.id, work.now)
    work.audit.record(caller, "token.revoked", str(token.id), application=token.client_id)


def _end_leaked(work: Work, caller: Caller, value: str) -> None:
    parsed = parse_token(value)
    if parsed is None or parsed.number is None:
        return
    is_known = False
    if parsed.prefix == ACCESS_TOKEN:
        bearer = work.bearers.find(TokenId(parsed.number))
        is_known = bearer is not None and bearer.digest == digest(value)
        if is_known:
            work.tokens.revoke(TokenId(parsed.number), work.now)
    elif parsed.prefix == REFRESH_TOKEN:
        is_known = work.tokens.revoke_refresh(parsed.number, digest(value), work.now)
    if is_known:
        work.audit.record(caller, "token.leaked", str(parsed.number))
