"""RFC 6749 section 3.3 and product.md D1: what is asked lies within what is held, and is told canonically."""

import pytest

from jeton.kernel.scopes import ALL_SCOPES
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.tests.memory import Core, client, request


@pytest.mark.parametrize(
    ("held", "asked", "granted"),
    [
        ("files.readwrite users.read", None, "files.readwrite files.read users.read"),
        ("files.readwrite users.read", "all", "files.readwrite files.read users.read"),
        ("files.readwrite users.read", "files.read", "files.read"),
        ("files.readwrite users.read", "files.write", "files.write"),
        ("files.readwrite", "files.read files.write", "files.readwrite files.read"),
        ("files.readwrite", "files.write files.read files.write", "files.readwrite files.read"),
        ("users.read files.read", "users.read files.read", "files.read users.read"),
        ("users.read files.read", "users.read all", "files.read users.read"),
        ("all", None, str(ALL_SCOPES)),
        ("tags.write", None, "tags.write"),
    ],
)
def test_scopes_are_granted_as_asked(held: str, asked: str | None, granted: str) -> None:
    answer = Core(client(scopes=held)).ask(request(scope=asked))
    assert isinstance(answer, TokenAnswer)
    assert answer.scope == granted


@pytest.mark.parametrize(
    ("held", "asked", "says"),
    [
        ("files.read", "files.write", "does not hold"),
        ("files.read", "files.readwrite", "does not hold"),
        ("files.write", "files.read", "does not hold"),
        ("files.readwrite", "files.read users.read", "does not hold"),
        ("files.read", "files.erase", "unknown"),
        ("files.read", "files", "unknown"),
        ("files.read", "Files.read", "unknown"),
        ("files.read", "files.read  files.read", "unknown"),
        ("files.read", " files.read", "unknown"),
        ("files.read", "files.read,users.read", "unknown"),
        ("files.read", "ALL", "unknown"),
        ("", None, "holds no scope"),
        ("", "all", "holds no scope"),
    ],
)
def test_other_scopes_are_refused(held: str, asked: str | None, says: str) -> None:
    refused = Core(client(scopes=held)).ask(request(scope=asked))
    assert isinstance(refused, Refusal)
    assert (refused.error, refused.status, refused.challenge) == ("invalid_scope", 400, None)
    assert says in refused.description


@pytest.mark.parametrize("value", [1, True, ["files.read"], {"files": "read"}, "x" * 4097])
def test_scope_is_a_text_of_bounded_length(value: object) -> None:
    refused = Core().ask(request(scope=value))
    assert isinstance(refused, Refusal)
    assert refused.error == "invalid_request"
