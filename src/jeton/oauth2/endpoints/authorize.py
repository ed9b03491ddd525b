"""What the authorization endpoint decides before anybody is asked. Source: RFC 6749 section 4.1; RFC 9207; RFC 9700;
RFC 9126.

What cannot be trusted is told to the person, on a page; the browser is sent to an address only once it is known to be
the client's own.
"""

from typing import Final, Generic, NamedTuple, TypeVar

from jeton.oauth2.binding import Binding, outside
from jeton.oauth2.callbacks import is_registered, with_answer
from jeton.oauth2.clients import Client
from jeton.oauth2.grants import authorization_code
from jeton.oauth2.messages import AuthorizationRequest
from jeton.oauth2.pkce import is_challenge
from jeton.oauth2.refusals import CODE_NOT_FOR_THIS_CLIENT, NO_DETAILS, Refusal, invalid_request
from jeton.oauth2.scopes import ScopeSet, Vocabulary, narrow

S = TypeVar("S", bound=ScopeSet)

UNKNOWN_CLIENT: Final = "unknown_client"
SUSPENDED_CLIENT: Final = "suspended_client"
BAD_CALLBACK: Final = "bad_callback"
EXPIRED_REQUEST: Final = "expired_request"


class PageFault(NamedTuple):
    """Told to the person, and sent nowhere: which case, and what came in that is at fault."""

    case: str
    shown: str
    client_id: str | None = None


class SentBack(NamedTuple):
    """An error that goes to the client by the browser: the whole address."""

    location: str
    callback: str


class Sound(NamedTuple, Generic[S]):
    """A request that a person may be asked about. `must_ask` says that an earlier consent is not enough,
    `may_not_ask` that the client wants no page (OpenID Connect Core, section 3.1.2.1, `prompt`)."""

    client: Client[S]
    callback: str
    redirect_uri: str | None
    scopes: S
    state: str | None
    challenge: str | None
    must_ask: bool
    may_not_ask: bool
    optional: S
    """What the person may leave out: asked by `optional_scope`, beside `scope`."""
    binding: Binding
    pushed: int | None = None
    """The number of the pushed request that it came by; it is used up with the answer."""


def judge(
    ask: AuthorizationRequest,
    client: Client[S] | None,
    vocabulary: Vocabulary[S],
    issuer: str,
    *,
    pushed: int | None = None,
) -> PageFault | SentBack | Sound[S]:
    """Judge what a browser brought, or (`pushed`) what the client had sent ahead. `client` is the one that `client_id`
    names, if there is one."""
    callback = _callback(ask, client)
    if client is None or isinstance(callback, PageFault):
        return callback if isinstance(callback, PageFault) else PageFault(UNKNOWN_CLIENT, ask.client_id or "")
    if client.is_suspended:
        return PageFault(SUSPENDED_CLIENT, client.name, client.client_id)
    wanted = judge_terms(ask, client, vocabulary, issuer, is_pushed=pushed is not None)
    if isinstance(wanted, Refusal):
        return SentBack(error_location(callback, wanted.error, wanted.description, ask.state, issuer), callback)
    prompts = (ask.prompt or "").split(" ")
    return Sound(
        client,
        callback,
        ask.redirect_uri,
        wanted.scopes,
        ask.state,
        ask.code_challenge,
        client.is_public or "consent" in prompts,
        "none" in prompts,
        wanted.optional,
        wanted.binding,
        pushed,
    )


def refusal_of_pushed(
    ask: AuthorizationRequest, client: Client[S], vocabulary: Vocabulary[S], issuer: str
) -> Refusal | None:
    """What would be told to the person or sent back, if a browser brought this: the client is told itself.

    Source: RFC 9126 section 2.1.
    """
    if isinstance(_callback(ask, client), PageFault):
        return invalid_request("The redirect_uri is missing, or is not one that was registered.")
    wanted = judge_terms(ask, client, vocabulary, issuer, is_pushed=True)
    return wanted if isinstance(wanted, Refusal) else None


class Wanted(NamedTuple, Generic[S]):
    """What a sound request asks for."""

    scopes: S
    optional: S
    binding: Binding


def judge_terms(
    ask: AuthorizationRequest, client: Client[S], vocabulary: Vocabulary[S], issuer: str, *, is_pushed: bool
) -> Wanted[S] | Refusal:
    """Judge all of a request but where it came from and where it goes."""
    if client.terms.needs_par and not is_pushed:
        return invalid_request("This application must push its authorization requests (RFC 9126).")
    refusal = _refusal(ask, client) or _details_refusal(ask, is_pushed=is_pushed)
    if refusal is not None:
        return refusal
    if ask.dpop_jkt is not None and not is_challenge(ask.dpop_jkt):
        return invalid_request("The dpop_jkt is not the thumbprint of a key: 43 characters are needed.")
    resource = outside(ask.resource, issuer, client.terms.resources)
    if isinstance(resource, Refusal):
        return resource
    scopes = narrow(ask.scope, client.scopes, vocabulary)
    if isinstance(scopes, Refusal):
        return scopes
    binding = Binding(ask.dpop_jkt, resource)
    if ask.optional_scope is None:
        return Wanted(scopes, scopes - scopes, binding)
    optional = narrow(ask.optional_scope, client.scopes, vocabulary)
    if isinstance(optional, Refusal):
        return optional
    must = scopes if ask.scope is not None else scopes - optional
    return Wanted(must | optional, optional - must, binding)


def code_location(sound: Sound[S], code: str, issuer: str) -> str:
    """Where the browser goes with a code. Source: RFC 6749 section 4.1.2; RFC 9207 section 2 (`iss`)."""
    return with_answer(sound.callback, {"code": code, **_stated(sound.state), "iss": issuer})


def error_location(callback: str, error: str, description: str, state: str | None, issuer: str) -> str:
    """Where the browser goes with an error. Source: RFC 6749 section 4.1.2.1."""
    told = {"error": error, "error_description": description}
    return with_answer(callback, {**told, **_stated(state), "iss": issuer})


def _callback(ask: AuthorizationRequest, client: Client[S] | None) -> str | PageFault:
    if client is None or "client_id" in ask.doubled:
        return PageFault(UNKNOWN_CLIENT, ask.client_id or "")
    if "redirect_uri" in ask.doubled:
        return PageFault(BAD_CALLBACK, ask.redirect_uri or "", client.client_id)
    if ask.redirect_uri is None:
        # RFC 6749 section 3.1.2.3: it may be left out where there is no choice.
        only = client.callbacks[0] if len(client.callbacks) == 1 else None
        return only or PageFault(BAD_CALLBACK, "", client.client_id)
    if not is_registered(ask.redirect_uri, client.callbacks):
        return PageFault(BAD_CALLBACK, ask.redirect_uri, client.client_id)
    return ask.redirect_uri


def _refusal(ask: AuthorizationRequest, client: Client[S]) -> Refusal | None:
    if ask.doubled:
        return Refusal("invalid_request", f"The parameter {min(ask.doubled)} stands there twice, or is too long.")
    if authorization_code.GRANT_TYPE not in client.grants:
        return Refusal("unauthorized_client", CODE_NOT_FOR_THIS_CLIENT.description)
    if ask.response_type is None:
        return Refusal("invalid_request", "The parameter response_type is missing.")
    if ask.response_type != "code":
        return Refusal("unsupported_response_type", "Only response_type=code is offered here.")
    if ask.response_mode not in {None, "query"}:
        return Refusal("invalid_request", "Only response_mode=query is offered here.")
    if ask.request is not None:
        return Refusal("request_not_supported", "Request objects are not read here.")
    if ask.request_uri is not None:
        return Refusal(
            "request_uri_not_supported", "A request_uri is one that this server gave out for a pushed request."
        )
    return _pkce_refusal(ask, client)


def _details_refusal(ask: AuthorizationRequest, *, is_pushed: bool) -> Refusal | None:
    """No type of details is known here, and what a browser brings could have been changed on the way (RFC 9396
    sections 5 and 14.2)."""
    if ask.authorization_details is None:
        return None
    return NO_DETAILS if is_pushed else invalid_request("The authorization_details must be pushed (RFC 9126).")


def _pkce_refusal(ask: AuthorizationRequest, client: Client[S]) -> Refusal | None:
    if ask.code_challenge is None:
        if ask.code_challenge_method is not None:
            return Refusal("invalid_request", "A code_challenge_method came without a code_challenge.")
        if client.is_public:
            return Refusal("invalid_request", "This application is public: it must send a code_challenge (PKCE, S256).")
        if client.terms.needs_pkce:
            return Refusal("invalid_request", "This application must send a code_challenge (PKCE, S256).")
        return None
    if ask.code_challenge_method != "S256":
        return Refusal("invalid_request", "The code_challenge_method must be S256.")
    if not is_challenge(ask.code_challenge):
        return Refusal("invalid_request", "The code_challenge is not the S256 of a verifier: 43 characters are needed.")
    return None


def _stated(state: str | None) -> dict[str, str]:
    return {} if state is None else {"state": state}
