"""From parameters to one frozen type per request. Parameters come from a form or from a JSON object; the edge told
them apart, and refused doubled ones. An empty value counts as absent, an unknown parameter is ignored.

Source: RFC 6749 sections 2.3.1, 3.1, 3.2, 4.1, 4.4.2, 6; RFC 7523; RFC 7636; RFC 7009 section 2.1; RFC 7662
section 2.1; RFC 8628 section 3.1; RFC 8707; RFC 9126 section 2.1.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

from jeton.oauth2.assertions import TYPE as ASSERTION_TYPE
from jeton.oauth2.assertions import claimed_subject
from jeton.oauth2.assertions import refused as assertion_refused
from jeton.oauth2.refusals import BASIC_CHALLENGE, NO_CREDENTIALS, NO_DETAILS, Refusal, invalid_request

LONGEST_VALUE: Final = 4096


class Credentials(NamedTuple):
    """What a client shows to prove itself: a secret, and whether it came by HTTP Basic, or an assertion."""

    client_id: str
    secret: str
    by_basic: bool
    assertion: str | None = None


class TokenRequest(NamedTuple):
    """A request to the token endpoint; what was not sent is None."""

    grant_type: str
    credentials: Credentials
    scope: str | None
    code: str | None = None
    redirect_uri: str | None = None
    code_verifier: str | None = None
    refresh_token: str | None = None
    device_code: str | None = None
    resource: str | None = None


class AuthorizationRequest(NamedTuple):
    """A request to the authorization endpoint, as a browser brought it; what was not sent is None."""

    client_id: str | None
    response_type: str | None
    redirect_uri: str | None
    scope: str | None
    state: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    response_mode: str | None
    prompt: str | None
    request: str | None
    request_uri: str | None
    optional_scope: str | None
    resource: str | None
    dpop_jkt: str | None
    authorization_details: str | None
    doubled: frozenset[str]
    """Parameters that stood there twice, or were too long to be read: nothing is concluded from them."""


class DeviceRequest(NamedTuple):
    """A request of a device that has no browser; what was not sent is None. Source: RFC 8628 section 3.1."""

    credentials: Credentials
    scope: str | None
    resource: str | None


class TokenQuestion(NamedTuple):
    """A request about one token: to revoke it, or to look at it."""

    credentials: Credentials
    token: str


def read_token_request(parameters: Mapping[str, object], authorization: str | None) -> TokenRequest | Refusal:
    """Read a token request.

    Refuses: invalid_request (a missing grant_type, a value that is no text, credentials sent twice); invalid_client
    (no credentials); invalid_authorization_details (RFC 9396 section 6: none are known here).
    """
    grant_type = _text(parameters, "grant_type")
    if isinstance(grant_type, Refusal):
        return grant_type
    if grant_type is None:
        return invalid_request("The parameter grant_type is missing.")
    credentials = read_credentials(parameters, authorization)
    if isinstance(credentials, Refusal):
        return credentials
    if parameters.get("authorization_details"):
        return NO_DETAILS
    values = _texts(parameters, TokenRequest._fields[2:])
    return values if isinstance(values, Refusal) else TokenRequest(grant_type, credentials, *values)


def read_device_request(parameters: Mapping[str, object], authorization: str | None) -> DeviceRequest | Refusal:
    """Read a device authorization request. Refuses: invalid_request; invalid_client."""
    credentials = read_credentials(parameters, authorization)
    if isinstance(credentials, Refusal):
        return credentials
    values = _texts(parameters, DeviceRequest._fields[1:])
    return values if isinstance(values, Refusal) else DeviceRequest(credentials, *values)


def read_pushed_request(
    parameters: Mapping[str, object], authorization: str | None
) -> tuple[Credentials, dict[str, str]] | Refusal:
    """Read an authorization request that a client sends itself: its proof, and the rest (RFC 9126 section 2.1).

    Refuses: invalid_request (a request_uri among them, a value that is no text); invalid_client.
    """
    credentials = read_credentials(parameters, authorization)
    if isinstance(credentials, Refusal):
        return credentials
    if "request_uri" in parameters:
        return invalid_request("A pushed request cannot name another one: leave out request_uri.")
    pushed = {}
    for name in AuthorizationRequest._fields[:-1]:
        value = _text(parameters, name)
        if isinstance(value, Refusal):
            return value
        if value is not None:
            pushed[name] = value
    return credentials, {**pushed, "client_id": credentials.client_id}


def read_authorization_request(pairs: Sequence[tuple[str, str]]) -> AuthorizationRequest:
    """Read what a browser brought; parameters that nobody knows are ignored. Source: RFC 6749 sections 3.1, 4.1.1."""
    found: dict[str, str] = {}
    doubled = set()
    for name, value in pairs:
        if name in found or len(value) > LONGEST_VALUE:
            doubled.add(name)
        if value:
            found[name] = value
    return AuthorizationRequest(
        **{name: found.get(name) for name in AuthorizationRequest._fields if name != "doubled"},
        doubled=frozenset(doubled & set(AuthorizationRequest._fields)),
    )


def read_token_question(parameters: Mapping[str, object], authorization: str | None) -> TokenQuestion | Refusal:
    """Read a revocation or introspection request; `token_type_hint` is only a hint, and not needed here.

    Refuses: invalid_request; invalid_client.
    """
    credentials = read_credentials(parameters, authorization)
    if isinstance(credentials, Refusal):
        return credentials
    token = _text(parameters, "token")
    if isinstance(token, Refusal):
        return token
    if token is None:
        return invalid_request("The parameter token is missing.")
    return TokenQuestion(credentials, token)


def claimed_client(parameters: Mapping[str, object], authorization: str | None) -> str | None:
    """The client that a request claims to be of, proved or not; None when it names none that can be read."""
    credentials = read_credentials(parameters, authorization)
    return None if isinstance(credentials, Refusal) else credentials.client_id


def read_credentials(parameters: Mapping[str, object], authorization: str | None) -> Credentials | Refusal:
    """Read what a client shows to prove itself. Refuses: invalid_request (shown twice); invalid_client (nothing)."""
    client_id = _text(parameters, "client_id")
    if isinstance(client_id, Refusal):
        return client_id
    secret = _text(parameters, "client_secret")
    if isinstance(secret, Refusal):
        return secret
    if "client_assertion" in parameters or "client_assertion_type" in parameters:
        return _by_assertion(parameters, client_id, is_alone=secret is None and authorization is None)
    if authorization is None:
        if client_id is None:
            return NO_CREDENTIALS
        return Credentials(client_id, secret or "", False)
    if secret is not None:
        return invalid_request("The client credentials were sent twice: by HTTP Basic and in the body.")
    basic = _basic(authorization)
    if basic is None:
        return Refusal(
            "invalid_client",
            "The header Authorization is not HTTP Basic with client_id and client_secret.",
            401,
            BASIC_CHALLENGE,
        )
    if client_id is not None and client_id != basic.client_id:
        return invalid_request("The client_id of the body is not that of HTTP Basic.")
    return basic


def _by_assertion(parameters: Mapping[str, object], client_id: str | None, *, is_alone: bool) -> Credentials | Refusal:
    values = _texts(parameters, ("client_assertion_type", "client_assertion"))
    if isinstance(values, Refusal):
        return values
    kind, assertion = values
    if not is_alone:
        return invalid_request("The client proves itself twice: by a client_assertion and by a secret.")
    if kind != ASSERTION_TYPE or assertion is None:
        return invalid_request(f"A client_assertion comes with the client_assertion_type {ASSERTION_TYPE}.")
    subject = claimed_subject(assertion)
    if subject is None or client_id not in {None, subject}:
        return assertion_refused("its sub is not the client_id")
    return Credentials(subject, "", False, assertion)


def _basic(authorization: str) -> Credentials | None:
    # RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > LONGEST_VALUE:
        return None
    try:
        name, found, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:  # not base64, not ASCII, or not UTF-8 within
        return None
    return Credentials(unquote_plus(name), unquote_plus(secret), True) if found and name else None


def _texts(parameters: Mapping[str, object], names: Sequence[str]) -> list[str | None] | Refusal:
    values = []
    for name in names:
        value = _text(parameters, name)
        if isinstance(value, Refusal):
            return value
        values.append(value)
    return values


def _text(parameters: Mapping[str, object], name: str) -> str | Refusal | None:
    value = parameters.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return invalid_request(f"The value of {name} must be a string.")
    if len(value) > LONGEST_VALUE:
        return invalid_request(f"The value of {name} is too long.")
    return value
