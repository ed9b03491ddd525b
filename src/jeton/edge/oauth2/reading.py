"""What comes to the OAuth2 endpoints: the body decides whether it is a form or JSON, not the header.

Source: wire/oauth2.md section 3; RFC 6749 section 3.2; decisions.md, "Credentials in a query".
"""

from typing import Final, NamedTuple

from jeton.kernel.caller import Origin
from jeton.kernel.problems import Malformed
from jeton.oauth2.refusals import Refusal, invalid_request
from jeton.web.requests import read_pairs
from jeton.wire.decode import read_json_object

_IN_QUERY: Final = frozenset(
    {
        "client_id",
        "client_secret",
        "client_assertion",
        "token",
        "grant_type",
        "refresh_token",
        "code",
        "device_code",
        "access_token",
    }
)
_BLANKS: Final = b" \t\r\n"


class Posted(NamedTuple):
    """A request to one of the endpoints: what it says, shows and proves, and where it came from."""

    parameters: dict[str, object]
    authorization: str | None
    origin: Origin
    proof: str | None
    is_json: bool

    @property
    def shown(self) -> tuple[dict[str, object], str | None]:
        """What the core reads."""
        return self.parameters, self.authorization

    @property
    def proofs(self) -> tuple[str, ...]:
        """What the headers DPoP say."""
        return () if self.proof is None else (self.proof,)


def is_json(body: bytes) -> bool:
    """Whether a body is meant as a JSON object: its first character that is not blank says so."""
    return body.lstrip(_BLANKS).startswith(b"{")


def parameters_of(body: bytes) -> dict[str, object] | Refusal:
    """The parameters of a form or of a JSON object. Refuses invalid_request: unreadable, or one that stands twice."""
    if is_json(body):
        try:
            return dict(read_json_object(body))
        except Malformed:
            return invalid_request(
                "The body is not a JSON object that can be read: check commas, quotes and doubled members."
            )
    try:
        pairs = read_pairs(body.strip(_BLANKS))
    except Malformed:
        return invalid_request("The body is neither a form nor a JSON object that can be read.")
    parameters: dict[str, object] = dict(pairs)
    if len(parameters) != len(pairs):
        return invalid_request("A parameter stands there twice.")
    return parameters


def misplaced(query: bytes) -> Refusal | None:
    """What belongs in the body and stands in the query, where logs keep it."""
    if not query:
        return None
    try:
        names = {name for name, _ in read_pairs(query)}
    except Malformed:
        return invalid_request("The query cannot be read; this endpoint takes its parameters in the body.")
    found = sorted(names & _IN_QUERY)
    if found:
        return invalid_request(
            f"The parameter {found[0]} was sent in the query, where logs keep it: send it in the body."
        )
    return None
