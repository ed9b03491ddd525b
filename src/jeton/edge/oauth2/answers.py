"""What the OAuth2 endpoints answer. Source: RFC 6749 sections 5.1 and 5.2; decision 0027 (429)."""

from typing import Any, Final

import msgspec

from jeton.kernel.metering import Allowance, TooManyCalls
from jeton.kernel.problems import Busy, NoSpace, Problem, TooLarge, TooMany, Unsupported
from jeton.oauth2.device import DeviceAnswer
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.pushed import PushedAnswer
from jeton.oauth2.refusals import Refusal, invalid_request
from jeton.web.answers import JSON, NO_STORE, Answer
from jeton.web.problems import status_of

encode: Final = msgspec.json.Encoder().encode
_TOO_MANY: Final = (
    "Too many wrong credentials for this application or from this address. Wait as Retry-After says; right ones are "
    "taken at any time."
)


def tokens_answer(told: TokenAnswer, *, is_json: bool) -> Answer:
    """A token handed over.

    Without a refresh token the member is null where JSON was asked in JSON, as the vendor's article has it, and left
    out where a form asked: RFC 6749 section 5.1, and what standard clients hold an answer against.
    """
    members = told._asdict()
    if told.refresh_token is None and not is_json:
        del members["refresh_token"]
    return told_once(members)


def told_once(content: Any, status: int = 200) -> Answer:  # whatever JSON can say
    """An answer that nobody keeps."""
    return Answer(status, (JSON, *NO_STORE), encode(content))


def document(content: bytes) -> Answer:
    """What everybody may read, for a while from a cache, and in a browser from any origin."""
    return Answer(
        200, (JSON, (b"cache-control", b"public, max-age=300"), (b"access-control-allow-origin", b"*")), content
    )


def created(told: PushedAnswer | DeviceAnswer | Refusal, status: int) -> Answer:
    """What was begun."""
    return refused(told) if isinstance(told, Refusal) else told_once(told._asdict(), status)


def refused(refusal: Refusal) -> Answer:
    """An error of RFC 6749 section 5.2."""
    answer = told_once({"error": refusal.error, "error_description": refusal.description}, refusal.status)
    if refusal.challenge is not None:
        return answer.with_headers((b"www-authenticate", refusal.challenge.encode()))
    return answer


def wrong_method(allowed: str) -> Answer:
    """405 with `Allow`."""
    answer = refused(Refusal("invalid_request", f"This endpoint takes {allowed}.", 405))
    return answer.with_headers((b"allow", allowed.encode()))


def of_problem(problem: Problem) -> Answer:
    """A problem of the platform, in the words of RFC 6749."""
    if isinstance(problem, TooMany):
        return _later("temporarily_unavailable", _TOO_MANY, problem)
    if isinstance(problem, (Busy, NoSpace)):
        return _later(
            "temporarily_unavailable", "The platform cannot keep anything right now; try again later.", problem
        )
    if isinstance(problem, TooLarge):
        return refused(Refusal("invalid_request", "The body is larger than 64 KiB.", 413))
    if isinstance(problem, Unsupported):
        return refused(Refusal("invalid_request", "Compressed bodies are not read here.", 415))
    return refused(invalid_request("The request cannot be read."))


def over(allowance: Allowance) -> Answer:
    """The client made all the calls that it may make a minute."""
    description = f"This application may make {allowance.limit} calls a minute, and has made them."
    answer = refused(Refusal("temporarily_unavailable", description, status_of(TooManyCalls)))
    return answer.with_headers((b"retry-after", b"%d" % allowance.resets_in_s))


def _later(error: str, description: str, problem: Problem) -> Answer:
    wait_s = problem.retry_after_s if isinstance(problem, Busy) else 60
    answer = refused(Refusal(error, description, status_of(problem)))
    return answer.with_headers((b"retry-after", b"%d" % wait_s))
