"""What can be called: everything is declared, found by walking, and told in the generated documents."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema_rs
import pytest

import jeton.families
from jeton.assembly import catalogue as catalogue_room
from jeton.assembly.catalogue import NoCard, find_catalogue
from jeton.console.doors import DOORS
from jeton.edge.openapi import summary_of
from jeton.kernel.declare import Family, Operation, Page
from jeton.kernel.rights import ANYONE, Anyone
from jeton.kernel.scopes import FAMILIES, PUBLIC, Access, Public, Scope
from jeton.testing.world import World
from jeton.wire.shapes import Nothing

ROOT = Path(__file__).parent.parent
OPERATIONS = find_catalogue().operations

# All that answers without a declaration (decisions.md). Whoever adds a door adds it here, and says why it is none of
# the catalogue's.
OUTSIDE = {
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/oauth2/par",
    "/oauth2/device_authorization",
    "/oauth2/jwks",
    "/device",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-protected-resource",
    "/openapi.json",
    "/healthz",
    "/readyz",
}
CONSOLE = {
    "/",
    "/setup/{token}",
    "/welcome",
    "/login",
    "/login/second",
    "/login/passkey",
    "/prove",
    "/logout",
    "/password/{token}",
    "/reset",
    "/invitation/{key}",
    "/preferences",
}
PUBLIC_CALLS = {
    "tus.options",
    "account.reset_password",
    "applications.icon",
    "files.download_by_token",
    "login.log_in",
    "platform.public_configuration",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("catalogue") / "data") as world:
        yield world


def test_each_door_outside_the_catalogue_answers_and_is_named_here(world: World) -> None:
    for path in OUTSIDE:
        is_asked = path in {"/oauth2/authorize", "/oauth2/jwks"} or not path.startswith("/oauth2/")
        method = "GET" if is_asked else "POST"
        assert world.send(method, path).status_code in ({303} if path == "/device" else {200, 400, 401}), path
        assert world.send("PATCH", path).status_code == 405, path
    assert set(DOORS) == CONSOLE


@pytest.mark.parametrize(
    "path",
    [
        "/api", "/api/", "/api/nothing", "/api/folder", "/api/folder/1/2", "/api/users/1", "/api/oauth2",
        "/oauth2/", "/oauth2/authorize/", "/oauth2/tokens", "/oauth2/token/", "/oauth2/apps", "/.well-known/",
        "/.well-known/openid-federation", "/openapi", "/docs", "/metrics", "/debug", "/healthz/", "/static/",
        "/assets/",
        "/assets/../jeton.sqlite", "/jeton.sqlite", "/blobs", "/folder/1", "/users", "/admin",
    ],
)  # fmt: skip
def test_nothing_else_answers(world: World, path: str) -> None:
    answer = world.send("GET", path)
    assert answer.status_code in {303, 404, 405}, (path, answer.status_code)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/login")


def test_the_declared_operations_are_all_that_the_api_takes(world: World) -> None:
    declared = {(operation.method, operation.path) for operation in OPERATIONS}
    for path in {path for _, path in declared}:
        given = re.sub(r"{\w+}", "1", path)
        allowed = {method for method, other in declared if re.fullmatch(re.sub(r"{\w+}", "[^/]+", other), given)}
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"):
            if method in allowed:
                continue
            refused = world.send(method, given)
            assert refused.status_code == 405, (method, path)
            expected = allowed | ({"HEAD"} if "GET" in allowed else set())
            assert set(refused.headers["allow"].split(", ")) >= expected
    assert all(operation.path.startswith("/api/") for operation in OPERATIONS)


def test_only_these_calls_need_no_token_and_each_says_why() -> None:
    public = {operation.name: operation.scope for operation in OPERATIONS if isinstance(operation.scope, Public)}
    assert set(public) == PUBLIC_CALLS
    assert all(len(scope.why) > 10 for scope in public.values())
    for operation in OPERATIONS:
        if isinstance(operation.right, Anyone):
            assert len(operation.right.why) > 10


def test_reads_ask_to_read_and_writes_to_write() -> None:
    for operation in OPERATIONS:
        if operation.name == "files.token":  # keeps a token by which its maker reads
            assert operation.scope == Scope("files", Access.READ)
        elif isinstance(operation.scope, Scope):
            writes = operation.is_write or operation.method == "HEAD"  # which looks at what is being written
            assert (operation.scope.access is Access.WRITE) == writes, operation.name
            assert operation.scope.family in {family.name for family in FAMILIES}


def complete() -> dict[str, Any]:
    """Everything that an operation must say."""
    return {
        "name": "x.y", "method": "GET", "path": "/api/x", "scope": PUBLIC("a test"), "right": ANYONE("a test"),
        "takes": Nothing, "gives": None, "call": lambda work, caller, command: None, "source": "a test",
    }  # fmt: skip


@pytest.mark.parametrize("left_out", ["scope", "right", "takes", "gives", "call", "source"])
def test_an_operation_without_scope_or_right_cannot_be_declared(left_out: str) -> None:
    Operation(**complete())
    with pytest.raises(TypeError, match=left_out):
        Operation(**{name: value for name, value in complete().items() if name != left_out})


def test_a_page_without_a_right_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="right"):
        Page(name="x", path="/x", template="x", reads=dict, show=dict)  # type: ignore[call-arg] # what is tested


@pytest.mark.parametrize(
    ("card", "says"),
    [
        (None, "has no card"),
        ("a text", "has no card"),
        (Family(name="stray", operations=(Operation(**complete()), Operation(**complete()))), "declared twice: x.y"),
    ],
)
def test_a_family_without_a_whole_card_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, card: object, says: str
) -> None:
    (tmp_path / "stray.py").write_text("")
    module = ModuleType("jeton.families.stray")
    if card is not None:
        module.FAMILY = card  # type: ignore[attr-defined] # a card, or something that is none
    monkeypatch.setitem(sys.modules, "jeton.families.stray", module)
    monkeypatch.setattr(jeton.families, "__path__", [str(tmp_path)])
    with pytest.raises(NoCard, match=says):
        catalogue_room.find_catalogue.__wrapped__()


def test_the_generated_documents_are_up_to_date(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "jeton", "openapi", "--write", str(tmp_path)], check=False)
    assert done.returncode == 0
    for made in sorted(tmp_path.iterdir()):
        kept = ROOT / "docs" / "generated" / made.name
        assert kept.read_text() == made.read_text(), f"run: jeton openapi --write docs/generated ({made.name})"


def test_every_operation_stands_in_the_permission_table() -> None:
    table = (ROOT / "docs" / "generated" / "permissions.md").read_text()
    for operation in OPERATIONS:
        assert f"`{operation.method} {operation.path}`" in table


def test_the_document_is_served_and_speaks_of_every_operation(world: World) -> None:
    document = world.send("GET", "/openapi.json").json()
    assert document == json.loads(json.dumps(world.openapi))
    told = {
        (method.upper(), path): operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert set(told) == {(operation.method, operation.path) for operation in OPERATIONS}
    for operation in OPERATIONS:
        one = told[operation.method, operation.path]
        assert one["operationId"] == operation.name
        assert one["summary"] == summary_of(operation)
        assert len(one["summary"]) > 10
        assert str(204 if operation.gives is None else operation.status) in one["responses"]
        assert (one["security"] == []) == isinstance(operation.scope, Public)


def test_the_document_keeps_the_rules_of_openapi_3_1(world: World) -> None:
    document = world.openapi
    assert document["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(document["info"])
    seen = set()
    for path, operations in document["paths"].items():
        in_path = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        for method, operation in operations.items():
            assert method in {"get", "post", "put", "delete", "head", "patch", "options"}
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            named = [(parameter["name"], parameter["in"]) for parameter in operation["parameters"]]
            assert len(set(named)) == len(named)
            assert {name for name, place in named if place == "path"} == in_path
            assert all(p["required"] is True for p in operation["parameters"] if p["in"] == "path")
            assert all(answer["description"] for answer in operation["responses"].values())
            assert "requestBody" not in operation or method != "get"
            for requirement in operation["security"]:
                assert set(requirement) <= set(document["components"]["securitySchemes"])


def schemas_in(value: Any) -> Iterator[Any]:
    """Every schema of the document, wherever it stands."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "schema":
                yield inner
            elif name == "schemas":
                yield from inner.values()
            yield from schemas_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas_in(inner)


def test_every_schema_of_the_document_is_one_and_every_reference_leads_somewhere(world: World) -> None:
    found = list(schemas_in(world.openapi))
    assert len(found) > 30
    for schema in found:
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    for reference in references_in(world.openapi):
        assert reference.removeprefix("#/components/schemas/") in world.openapi["components"]["schemas"]


def references_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references_in(inner)
