"""From a problem to a status: the one table, used by both doors. What is not a problem is a bug, and says nothing."""

from typing import Final

import msgspec

from jeton.kernel.problems import (
    Busy,
    Conflict,
    Forbidden,
    Gone,
    InUse,
    Invalid,
    Malformed,
    NoSpace,
    OtherChecksum,
    OtherProtocol,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unknown,
    Unsupported,
)
from jeton.kit.text import sentence
from jeton.web.answers import JSON, NO_STORE, Answer, Header
from jeton.web.languages import Catalogues
from jeton.wire.shapes import ErrorOut, FieldFault, ProblemOut

_STATUS: Final[tuple[tuple[type[Problem], int], ...]] = (
    (TooMany, 429),
    (Busy, 503),
    (Unauthenticated, 401),
    (Malformed, 400),
    (Forbidden, 403),
    (Unknown, 404),
    (Conflict, 409),
    (Gone, 410),
    (OtherProtocol, 412),
    (TooLarge, 413),
    (Unsupported, 415),
    (Invalid, 422),
    (InUse, 423),
    (OtherChecksum, 460),
    (NoSpace, 507),
)
OUR_FAULT: Final = sentence("Something broke on our side. It is logged under the request id {request_id}.")


def status_of(problem: Problem | type[Problem]) -> int:
    """The HTTP status of a problem's category."""
    kind = problem if isinstance(problem, type) else type(problem)
    return next(status for category, status in _STATUS if issubclass(kind, category))


def sentence_of(problem: Problem, catalogues: Catalogues, language: str) -> str:
    """What a problem says to a person."""
    facts = {name: ", ".join(fact) if isinstance(fact, tuple) else fact for name, fact in problem.facts.items()}
    if problem.bilingual:
        return f"{catalogues.say('fr', problem.sentence, facts)} / {catalogues.say('en', problem.sentence, facts)}"
    return catalogues.say(language, problem.sentence, facts)


def faults_of(problem: Problem, catalogues: Catalogues, language: str) -> tuple[FieldFault, ...]:
    """What a problem says member by member."""
    errors = problem.errors if isinstance(problem, Invalid) else ()
    return tuple(
        FieldFault(field=error.field, code=error.code, detail=catalogues.say(language, error.sentence, error.facts))
        for error in errors
    )


def problem_answer(
    problem: Problem,
    catalogues: Catalogues,
    language: str,
    *,
    request_id: str,
    as_problem_json: bool = False,
    headers: tuple[Header, ...] = (),
) -> Answer:
    """The API's answer to a problem: the vendor's error object, or RFC 9457's for who asked for it (D10)."""
    status = status_of(problem)
    faults = faults_of(problem, catalogues, language)
    # A detail that is the whole problem is said once.
    text = " ".join(dict.fromkeys([sentence_of(problem, catalogues, language), *(fault.detail for fault in faults)]))
    required, granted, current = (problem.facts.get(name) for name in ("required", "granted_words", "current"))
    required_scopes = required if isinstance(required, tuple) else msgspec.UNSET
    granted_scopes = granted if isinstance(granted, tuple) else msgspec.UNSET
    current_id = current if isinstance(current, int) else msgspec.UNSET
    if isinstance(problem, Busy):
        headers = (*headers, (b"retry-after", b"%d" % problem.retry_after_s))
    if as_problem_json:
        category = next(category for category, _ in _STATUS if isinstance(problem, category))
        told = ProblemOut(
            type=f"urn:jeton:problem:{problem.code}",
            title=catalogues.say(language, category.sentence, problem.facts),
            status=status,
            detail=text,
            code=problem.code,
            required_scopes=required_scopes,
            granted_scopes=granted_scopes,
            errors=faults or msgspec.UNSET,
            current_id=current_id,
            request_id=request_id,
        )
        kind = (b"content-type", b"application/problem+json")
        return Answer(status, (kind, *NO_STORE, *headers), msgspec.json.encode(told))
    out = ErrorOut(
        error=text,
        code=problem.code,
        status=status,
        required_scopes=required_scopes,
        granted_scopes=granted_scopes,
        errors=faults or msgspec.UNSET,
        current_id=current_id,
        request_id=request_id,
    )
    return Answer(status, (JSON, *NO_STORE, *headers), msgspec.json.encode(out))
