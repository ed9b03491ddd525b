"""The OpenAPI 3.1 document, made from the declarations alone: nobody edits it.

Source: OpenAPI specification 3.1; architecture.md 1.6.
"""

import inspect
from collections.abc import Sequence
from typing import Any, Final, get_args, get_origin

import msgspec

import jeton
from jeton.edge.encode import OF_BYTES
from jeton.kernel.access import OutsidePolicy
from jeton.kernel.acting import AsNotAllowed, NoSuchUser
from jeton.kernel.blobs import Bundle, Shown
from jeton.kernel.declare import Body, Operation
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

_REF: Final = "#/components/schemas/{name}"


def summary_of(operation: Operation) -> str:
    """The first line of the use case's docstring."""
    return (inspect.getdoc(operation.call) or operation.name).split("\n", 1)[0]


def openapi_document(operations: Sequence[Operation], public_url: str) -> Json:
    """The whole document."""
    shapes: list[Any] = [ErrorOut, ProblemOut]
    for operation in operations:
        shapes += [operation.takes, *_shapes_of(operation.gives)]
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


def _shapes_of(gives: Any) -> tuple[Any, ...]:  # what it gives: a struct, a list of one, one of several, bytes, or None
    if get_origin(gives) is list:
        return (get_args(gives)[0],)
    return () if gives is None or gives in OF_BYTES else getattr(gives, "shapes", (gives,))


def _operation(operation: Operation, of_shape: dict[Any, Json], components: Json) -> Json:
    members = _members(of_shape[operation.takes], components)
    in_path = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    told: Json = {
        "operationId": operation.name,
        "summary": summary_of(operation),
        "description": f"Right: {operation.right.words}. Source: {operation.source}.",
        "tags": [operation.name.partition(".")[0]],
        "parameters": [_parameter(name, "path", members["properties"][name], required=True) for name in in_path],
        "responses": _responses(operation, of_shape),
        "security": _security(operation),
    }
    rest = {name: schema for name, schema in members["properties"].items() if name not in in_path}
    required = [name for name in members.get("required", []) if name not in in_path]
    if operation.body is Body.NONE:
        told["parameters"] += [_parameter(n, "query", s, required=n in required) for n, s in rest.items()]
    elif operation.body is Body.JSON:
        schema = {"type": "object", "properties": rest, "required": required}
        told["requestBody"] = {"required": bool(required), "content": {"application/json": {"schema": schema}}}
    elif operation.body is Body.PICTURE:
        told["parameters"] += [_parameter(n, "query", s, required=n in required) for n, s in rest.items()]
        file = {"type": "string", "format": "binary"}
        form = {"type": "object", "properties": {"picture": file}, "required": ["picture"]}
        kinds: Json = {kind: {"schema": file} for kind in ("image/png", "image/jpeg", "image/webp")}
        told["requestBody"] = {"required": True, "content": {**kinds, "multipart/form-data": {"schema": form}}}
    else:
        fields = {name: schema for name, schema in rest.items() if name != "name"}
        form = {"type": "object", "properties": {**fields, "targetFile": {"type": "string", "format": "binary"}}}
        told["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    return told


def _members(schema: Json, components: Json) -> Json:
    members: Json = components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return {"properties": members.get("properties", {}), "required": members.get("required", [])}


def _parameter(name: str, place: str, schema: Json, *, required: bool) -> Json:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _security(operation: Operation) -> list[Json]:
    if isinstance(operation.scope, Public):
        return []
    return [{"oauth2": [word]} for word in operation.scope.accepted] + [{"token": []}]


def _responses(operation: Operation, of_shape: dict[Any, Json]) -> Json:
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
    else:
        several = [of_shape[shape] for shape in _shapes_of(gives)]
        shape = several[0] if len(several) == 1 else {"anyOf": several}
        schema = {"type": "array", "items": shape} if get_origin(gives) is list else shape
        told = {"description": "Done.", "content": {"application/json": {"schema": schema}}}
        responses = {str(operation.status): told}
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


def _always(operation: Operation) -> tuple[type[Problem], ...]:
    bodies = (TooLarge, Unsupported) if operation.body is not Body.NONE else ()
    if isinstance(operation.scope, Public):
        return (Malformed, Invalid, *bodies)
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
        *bodies,
    )
