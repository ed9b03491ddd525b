"""What the endpoints say when they refuse: RFC 6749 section 5.2 in full, with sentences that help.

Descriptions are printable ASCII without quotes or backslashes, and never repeat what was sent.
"""

from typing import Final, NamedTuple

BASIC_CHALLENGE: Final = 'Basic realm="oauth2", charset="UTF-8"'


class Refusal(NamedTuple):
    """An error answer. `challenge` is the WWW-Authenticate that a 401 to HTTP Basic carries."""

    error: str
    description: str
    status: int = 400
    challenge: str | None = None


def invalid_request(description: str) -> Refusal:
    """A parameter is missing, doubled or unreadable."""
    return Refusal("invalid_request", description)


def invalid_client(*, tried_basic: bool) -> Refusal:
    """Unknown client or wrong secret: told apart for nobody. Source: RFC 6749 section 5.2."""
    return Refusal(
        "invalid_client",
        "Unknown client_id, or client_secret does not belong to it. Check both; a lost secret is renewed, not read.",
        401,
        BASIC_CHALLENGE if tried_basic else None,
    )


def secret_over(*, tried_basic: bool) -> Refusal:
    """The right secret, too late. Only who holds it learns so."""
    return Refusal(
        "invalid_client",
        "This client_secret was right and is over: it expired or was replaced. Ask an administrator for a new one.",
        401,
        BASIC_CHALLENGE if tried_basic else None,
    )


NO_CREDENTIALS: Final = Refusal(
    "invalid_client",
    "No client credentials: send client_id and client_secret in the body, or by HTTP Basic.",
    401,
    BASIC_CHALLENGE,
)
SUSPENDED: Final = Refusal("unauthorized_client", "This application is suspended by an administrator of the platform.")
NOT_FOR_THIS_CLIENT: Final = Refusal(
    "unauthorized_client",
    "This application may not use this grant: client_credentials is for applications of the type Server.",
)
CODE_NOT_FOR_THIS_CLIENT: Final = Refusal(
    "unauthorized_client",
    "This application may not use this grant: it is for applications of the type Client, which act for people.",
)
BAD_CODE: Final = Refusal(
    "invalid_grant", "This code is unknown, was used, is too old, or was given to another application."
)
BAD_REFRESH_TOKEN: Final = Refusal(
    "invalid_grant",
    "This refresh_token is unknown, is over, was taken back, or is of another application: ask the person again.",
)
NO_DETAILS: Final = Refusal(
    "invalid_authorization_details", "No type of authorization_details is offered here: ask for scopes."
)
NO_SCOPE_HELD: Final = Refusal(
    "invalid_scope", "This application holds no scope. An administrator can give it some in the console."
)
UNKNOWN_SCOPE: Final = Refusal(
    "invalid_scope",
    "A word of scope is unknown. Words read family.read, family.write or family.readwrite, with one space between two.",
)
SCOPE_NOT_HELD: Final = Refusal(
    "invalid_scope",
    "A scope was asked that this application does not hold. An administrator can add it in the console.",
)
