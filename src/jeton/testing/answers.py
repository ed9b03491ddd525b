"""Holds every answer of the API, in every API test, against the generated OpenAPI document."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs

from jeton.web.matcher import Found, Matcher

# OpenAPI documents and JSON Schemas are open mappings.
Json = dict[str, Any]

READERS: Final[list[Callable[[str, str, int, bytes], None]]] = []
"""Clients that also read every answer: method, path, status, content."""


def check_answer(
    document: Json, method: str, path: str, status: int, headers: Mapping[str, str], content: bytes
) -> None:
    """Raises AssertionError for a status or a body that the document does not announce."""
    if not path.startswith("/api/"):
        return
    for read in READERS:
        read(method, path, status, content)
    matcher, place = _matcher(id(document), _Frozen(document)), path.partition("?")[0].encode()
    found = matcher.match(method, place)
    if method == "HEAD" and not isinstance(found, Found):
        found = matcher.match("GET", place)
    if not isinstance(found, Found) or status >= 500:
        return
    operation = found.target
    announced = operation["responses"].get(str(status))
    assert announced is not None, f"{operation['operationId']} answered {status}, which it does not announce"
    kind = headers.get("content-type", "").partition(";")[0]
    if not content or method == "HEAD":
        return
    assert kind in announced.get("content", {}) or not kind.endswith("json"), f"{kind} is not announced"
    schema = announced.get("content", {}).get(kind, {}).get("schema")
    if schema is not None and kind.endswith("json"):
        validator = _validator(
            id(document), operation["operationId"], str(status), kind, _Frozen(document), _Frozen(schema)
        )
        errors = [error.message for error in validator.iter_errors(_read(content))]
        assert not errors, f"{operation['operationId']} {status}: {errors[:3]}"


class _Frozen:
    """Lets a mapping pass through a cache, as itself."""

    def __init__(self, value: Json) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and other.value is self.value


@cache
def _matcher(_key: int, document: _Frozen) -> Matcher[Json]:
    return Matcher(
        (method.upper(), path, operation)
        for path, operations in document.value["paths"].items()
        for method, operation in operations.items()
    )


@cache
def _validator(
    _key: int, _operation: str, _status: str, _kind: str, document: _Frozen, schema: _Frozen
) -> jsonschema_rs.Draft202012Validator:
    whole = {**schema.value, "components": document.value["components"]}
    return jsonschema_rs.Draft202012Validator(whole)


def _read(content: bytes) -> Any:  # any JSON value
    return json.loads(content)
