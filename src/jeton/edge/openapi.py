"""The OpenAPI 3.1 document, made from the declarations alone: nobody edits it.

Source: OpenAPI specification 3.1; architecture.md 1.6.
"""

import inspect
from collections.abc import Sequence
from typing import Any, Final, get_args, get_origin

import msgspec

import jeton
from jeton.edge.encode import OF_BYTES, is_heads
from jeton.edge.repeats import HEADER, KEY_SCHEMA
from jeton.kernel.access import OutsidePolicy
from jeton.kernel.acting import AsNotAllowed, NoSuchUser
from jeton.kernel.blobs import Bundle, Shown
from jeton.kernel.declare import Body, OneOf, Operation
from jeton.kernel.kept_answers import BadKey, KeyNotTaken, KeyOfAnother
from jeton.kernel.metering import TooManyCalls
from jeton.kernel.ports import Download, Picture
from jeton.kernel.problems import (
    Invalid,
    InvalidToken,
    Malformed,
    MissingScope,
    Problem,
    TooLarge,
    Unauthenticated,
    Unsupported,
)
from jeton.kernel.scopes import ALL_SCOPES, Public
from jeton.web.problems import status_of
from jeton.wire.shapes import ErrorOut, ProblemOut
from jeton.wire.types import schema_of_own_type

Json = dict[str, Any]

_WITH_A_QUERY: Final = frozenset({Body.NONE, Body.OPTIONAL, Body.BYTES, Body.PICTURE})
_REF: Final = "#/components/schemas/{name}"


def summary_of(operation: Operation) -> str:
    """The first line of the use case's docstring."""
    return (inspect.getdoc(operation.call) or operation.name).split("\n", 1)[0]


def openapi_document(operations: Sequence[Operation], public_url: str) -> Json:
    """The whole document."""
    shapes: list[Any] = [ErrorOut, ProblemOut]
    for operation in operations:
        shapes += [operation.takes, *_shapes_of(operation.gives)]
        shapes += [] if operation.takes_json is None else [operation.takes_json]
    unique = list(dict.fromkeys(shapes))
    schemas, components = msgspec.json.schema_components(unique, schema_hook=schema_of_own_type, ref_template=_REF)
    of_shape: dict[Any, Json] = dict(zip(unique, schemas, strict=True))
    paths: Json = {}
    for operation in sorted(operations, key=lambda operation: (operation.path, operation.method)):
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, of_shape, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Jeton",
            "version": jeton.__version__,
            "summary": "Documents, people and applications, opened through OAuth2.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "oauth2": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": f"{public_url}/oauth2/token",
                            "scopes": {word: word for word in ALL_SCOPES.words()},
                        }
                    },
                },
                "token": {"type": "apiKey", "in": "header", "name": "Token"},
            },
        },
    }


def _shapes_of(gives: Any) -> list[Any]:  # what an operation gives: a struct, a list of one, several, bytes, or None
    if isinstance(gives, OneOf):
        return [shape for one in gives.values() for shape in _shapes_of(one)]
    if get_origin(gives) is list:
        return list(get_args(gives))
    return [] if gives is None or gives in OF_BYTES else [gives]


def _operation(operation: Operation, of_shape: dict[Any, Json], components: Json) -> Json:
    members = _members(of_shape[operation.takes], components)
    in_path = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    told: Json = {
        "operationId": operation.name,
        "summary": summary_of(operation),
        "description": f"Right: {operation.right.words}. Source: {operation.source}.",
        "tags": [operation.name.partition(".")[0]],
        "parameters": [_parameter(name, "path", members["properties"][name], required=True) for name in in_path],
        "responses": _responses(operation, of_shape, components),
        "security": _security(operation),
    }
    rest = {name: schema for name, schema in members["properties"].items() if name not in in_path}
    for member, name in operation.headers.items():
        told["parameters"].append(_parameter(name, "header", rest.pop(member), required=False))
    if operation.takes_key:
        told["parameters"].append(_parameter(HEADER, "header", KEY_SCHEMA, required=False))
    required = [name for name in members.get("required", []) if name not in in_path]
    if operation.body in _WITH_A_QUERY:
        told["parameters"] += [_parameter(n, "query", s, required=n in required) for n, s in rest.items()]
    if operation.body is not Body.NONE:
        as_json = None if operation.takes_json is None else of_shape[operation.takes_json]
        told["requestBody"] = _body(operation.body, rest, required, as_json)
    return told


def _body(body: Body, rest: Json, required: list[str], as_json: Json | None) -> Json:
    """What the body of a request holds, in each form that it may have."""
    file = {"type": "string", "format": "binary"}
    members = {"type": "object", "properties": rest, "required": required}
    kinds: Json = {} if as_json is None else {"application/json": {"schema": as_json}}
    if body in {Body.JSON, Body.OPTIONAL}:
        kinds["application/json"] = {"schema": members}
    elif body is Body.PICTURE:
        form = {"type": "object", "properties": {"picture": file}, "required": ["picture"]}
        kinds |= {kind: {"schema": file} for kind in ("image/png", "image/jpeg", "image/webp")}
        kinds["multipart/form-data"] = {"schema": form}
    elif body is Body.BYTES:
        kinds |= {kind: {"schema": file} for kind in ("application/octet-stream", "application/offset+octet-stream")}
    else:
        fields = {name: schema for name, schema in rest.items() if name != "name"}
        form = {"type": "object", "properties": {**fields, "targetFile": file}}
        kinds["multipart/form-data"] = {"schema": form}
    is_required = body is not Body.OPTIONAL and (body is not Body.JSON or bool(required))
    return {"required": is_required, "content": kinds}


def _members(schema: Json, components: Json) -> Json:
    members: Json = components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return {"properties": members.get("properties", {}), "required": members.get("required", [])}


def _parameter(name: str, place: str, schema: Json, *, required: bool) -> Json:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _security(operation: Operation) -> list[Json]:
    if isinstance(operation.scope, Public):
        return []
    return [{"oauth2": [word]} for word in operation.scope.accepted] + [{"token": []}]


def _responses(operation: Operation, of_shape: dict[Any, Json], components: Json) -> Json:
    gives = operation.gives
    if gives is None:
        responses: Json = {"204": {"description": "Done; there is nothing to say."}}
    elif gives in (Download, Shown):
        kinds = ("image/jpeg", "image/png", "text/plain") if gives is Shown else ("application/octet-stream",)
        bytes_out = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
        responses = {
            "200": {"description": "The bytes.", "content": bytes_out},
            "206": {"description": "The asked range of the bytes.", "content": bytes_out},
            "304": {"description": "Unchanged."},
            "412": {"description": "It is not what the request expects."},
            "416": {"description": "The asked range lies outside."},
        }
    elif gives is Bundle:
        archive = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
        responses = {"200": {"description": "The archive.", "content": archive}}
    elif gives is Picture:
        responses = {"200": {"description": "The picture.", "content": {"image/png": {}}}}
    elif is_heads(gives):
        shape = _members(of_shape[gives], components)["properties"]
        headers = {_header_name(name): {"schema": schema} for name, schema in shape.items()}
        responses = {str(operation.status): {"description": "Done.", "headers": headers}}
    else:
        told = {"description": "Done.", "content": {"application/json": {"schema": _schema_of(gives, of_shape)}}}
        responses = {str(operation.status): told}
    if operation.takes_key:
        next(iter(responses.values())).setdefault("headers", {})["Idempotent-Replayed"] = {"schema": {"const": "true"}}
    by_status: dict[int, list[str]] = {}
    for problem in (*_always(operation), *operation.problems):
        by_status.setdefault(status_of(problem), []).append(problem.code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "Refused: " + ", ".join(dict.fromkeys(codes)) + ".",
            "content": {
                "application/json": {"schema": of_shape[ErrorOut]},
                "application/problem+json": {"schema": of_shape[ProblemOut]},
            },
        }
    return responses


def _schema_of(gives: Any, of_shape: dict[Any, Json]) -> Json:  # a struct, a list of one, or several
    if isinstance(gives, OneOf):
        return {"anyOf": [_schema_of(one, of_shape) for one in gives.values()]}
    if get_origin(gives) is list:
        return {"type": "array", "items": of_shape[get_args(gives)[0]]}
    schema: Json = of_shape[gives]
    return schema


def _header_name(member: str) -> str:
    return "-".join(word.capitalize() for word in member.split("_"))


def _always(operation: Operation) -> tuple[type[Problem], ...]:
    bodies = (TooLarge, Unsupported) if operation.body is not Body.NONE else ()
    keys = (BadKey, KeyOfAnother) if operation.takes_key else (BadKey, KeyNotTaken) if operation.is_write else ()
    if isinstance(operation.scope, Public):
        return (Malformed, Invalid, *keys, *bodies)
    return (
        Malformed,
        Unauthenticated,
        InvalidToken,
        MissingScope,
        AsNotAllowed,
        NoSuchUser,
        OutsidePolicy,
        Invalid,
        TooManyCalls,
        *keys,
        *bodies,
    )
