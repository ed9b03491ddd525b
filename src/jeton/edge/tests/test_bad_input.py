"""Whatever is sent to any call is answered with a sentence, never with a failure of ours; every operation is tried."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jeton.assembly.catalogue import find_catalogue
from jeton.kernel.declare import Body, Operation
from jeton.testing.world import World

OPERATIONS = find_catalogue().operations
JSON_OPERATIONS = tuple(operation for operation in OPERATIONS if operation.body is Body.JSON)

SEGMENTS = st.sampled_from(
    ["1", "2", "0", "-1", "1.5", "abc", "%2f", "%2e%2e", "%00", "%ff", "%", "%zz", "9" * 20, "9223372036854775807",
     "9223372036854775808", "%C2%B9", "%EF%BC%91", "null", "true", "1%20", "%0a", "~", "jt_at_1.x", "x" * 600,
     "%E2%80%AE",     "'", "%22", ";", "1;DROP TABLE nodes", "*"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "0", "-1", "1e9", "9" * 40, "NaN", "true", "[]", "2001-02-03T04:05:06Z", "9999-12-31T23:59:59-23:59",
         "0001-01-01T00:00:00+23:59", "data:image/png;base64,AAAA", "a" * 5000, "\u202e", "\ud7ff", "ﷺ" * 90, "all",
         "https://[::1", "https://a:99999/", "http://\u2100.com/"]
    ),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(
        TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from([0, 1, -1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 10**39]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("input") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def tokens(world: World) -> list[str]:
    """Of a Server application, and of a person."""
    return [world.token("all"), world.token("all", person=world.person("boss", is_administrator=True))]


def send_anything(world: World, tokens: list[str], operation: Operation, data: st.DataObject) -> None:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    path = operation.path.format(**{name: data.draw(SEGMENTS) for name in names})
    members = [name for name in operation.takes.__struct_fields__ if name not in names]
    options: dict[str, Any] = {}
    if operation.body is Body.JSON:
        options["json"] = data.draw(
            st.fixed_dictionaries({}, optional=dict.fromkeys(members, VALUES))
            | st.dictionaries(st.sampled_from([*members, "id", "x"]) if members else st.just("x"), VALUES, max_size=4)
        )
    else:
        options["params"] = data.draw(st.dictionaries(st.sampled_from([*members, "x"]), TEXTS, max_size=4))
    if operation.body is Body.UPLOAD:
        options["data"] = data.draw(st.dictionaries(st.sampled_from(members), TEXTS, max_size=4))
        options["files"] = {"targetFile": (data.draw(TEXTS.filter(lambda text: text.isprintable())) or "a", b"bytes")}
    answer = world.send(operation.method, path, token=data.draw(st.sampled_from(tokens)), **options)
    assert answer.status_code < 500, (operation.name, path, options, answer.text)
    if answer.status_code >= 400 and operation.method != "HEAD":
        assert answer.json()["error"]
        assert answer.json()["code"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_anything_is_answered(world: World, tokens: list[str], operation: Operation) -> None:
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def send(data: st.DataObject) -> None:
        send_anything(world, tokens, operation, data)

    send()


@pytest.mark.parametrize("operation", JSON_OPERATIONS, ids=lambda operation: operation.name)
def test_no_body_at_all_is_an_object_without_members(world: World, tokens: list[str], operation: Operation) -> None:
    path = re.sub(r"{\w+}", "4000", operation.path)
    without = world.send(operation.method, path, token=tokens[0], content=b"")
    empty = world.send(operation.method, path, token=tokens[0], json={})
    assert without.status_code == empty.status_code < 500
    assert without.status_code != 400


@pytest.mark.parametrize("operation", JSON_OPERATIONS, ids=lambda operation: operation.name)
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b" ", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b'{"name": "a", "name": "b"}', "twice"),
        (b'{"name": NaN}', "NaN"),
        (b'{"name": "\\ud800"}', "half a character"),
        (b'{"name": "\\u0000"}', "NUL"),
        (b'{"name": "\xff"}', "UTF-8"),
        (b'{"name": ' + b"[" * 40, "too deep"),
        (b"name=a", "not JSON"),
    ],
)
def test_a_body_that_is_no_json_object_says_why(
    world: World, tokens: list[str], operation: Operation, body: bytes, why: str
) -> None:
    path = re.sub(r"{\w+}", "1", operation.path)
    for content_type in ("application/json", "text/plain"):
        refused = world.send(
            operation.method, path, token=tokens[1], content=body, headers={"Content-Type": content_type}
        )
        assert (refused.status_code, refused.json()["code"]) == (400, "malformed_json"), refused.text
        assert why in refused.json()["error"]


@pytest.mark.parametrize("operation", JSON_OPERATIONS, ids=lambda operation: operation.name)
def test_bodies_are_bounded_and_not_unpacked(world: World, tokens: list[str], operation: Operation) -> None:
    path = re.sub(r"{\w+}", "1", operation.path)
    large = world.send(operation.method, path, token=tokens[1], content=b" " * (1 << 20) + b"{}")
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    packed = world.send(operation.method, path, token=tokens[1], content=b"{}", headers={"Content-Encoding": "br"})
    assert (packed.status_code, packed.json()["code"]) == (415, "compressed_body")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api//folder//1", 200),
        ("//api/folder/1", 200),
        ("/api/folder/1/", 200),
        ("/api/folder/1%2f", 422),
        ("/api/%66older/1", 404),
        ("/api/folder/1?%ff=1", 400),
        ("/api/folder/1?a=%00", 400),
        ("/api/folder/1?depth=0&depth=1", 400),
        ("/api/folder/1?" + "&".join(f"a{n}=1" for n in range(1001)), 400),
        ("/api/folder/1?full&filter=1&_=2", 200),
    ],
)
def test_paths_and_queries(world: World, tokens: list[str], path: str, status: int) -> None:
    request = httpx2.Request("GET", "http://127.0.0.1:8080/", headers={"Token": tokens[0]})
    request.url = request.url.copy_with(raw_path=path.encode())
    answer = world.run(world.http.send(request))
    assert answer.status_code == status, answer.text
