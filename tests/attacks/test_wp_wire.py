"""WP: what comes over the wire. One reading of each request, bounded, and whatever else comes is refused in words."""

import gzip
import json
import time
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from jeton.assembly.catalogue import find_catalogue
from jeton.testing.browsing import Visitor
from jeton.testing.world import World
from tests.attacks.cast import App, refused

TOKEN = "/oauth2/token"
PAGED = ("/api/users", "/api/groups", "/api/logs", "/api/trashes")


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("all")


def asked(script: App, **more: object) -> dict[str, object]:
    return {"grant_type": "client_credentials", **script.proof, **more}


@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret", "scope", "unknown"])
@pytest.mark.parametrize("other", ['"authorization_code"', "null", '""', "1"])
def test_wp_01_a_member_that_stands_there_twice_is_never_chosen_between(
    world: World, script: App, name: str, other: str
) -> None:
    good = json.dumps(asked(script, scope="files.read", unknown="x"))[1:-1]
    for body in (f'{{{good}, "{name}": {other}}}', f'{{"{name}": {other}, {good}}}'):
        assert refused(world.send("POST", TOKEN, content=body.encode()), "invalid_request")
    form = "&".join(
        f"{key}={quote(str(value))}" for key, value in asked(script, scope="files.read", unknown="x").items()
    )
    assert refused(world.send("POST", TOKEN, content=f"{form}&{name}=other".encode()), "invalid_request")


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b'["grant_type"]', b'"client_credentials"', b"1", b"null", b"true", b"", b" ", b"{}",
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b"[" * 60_000, b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b"\xef\xbb\xbf" + b'{"grant_type": "client_credentials"}',
        '{"grant_type": "client_credentials"}'.encode("utf-16"),
        '{"grant_type": "client_credentials"}'.encode("utf-32"),
        b'{"grant_type": "\\ud800"}', b'{"grant_type": "\xed\xa0\x80"}', b'{"grant_type": "client_credentials",}',
        b"{'grant_type': 'client_credentials'}", b'{"grant_type": "client_credentials"} {}', b"\x1f\x8b\x08",
    ],
)  # fmt: skip
def test_wp_02_what_is_no_object_of_json_is_refused_at_once(world: World, body: bytes) -> None:
    began = time.perf_counter()
    assert refused(world.send("POST", TOKEN, content=body), "invalid_request")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "9" * 4301, "-0", "1.5", "1e3"])
def test_wp_03_numbers_that_are_none_are_refused_wherever_they_stand(
    world: World, script: App, token: str, number: str
) -> None:
    for path, member in (("/api/folder", "parent_id"), ("/api/oauth2/app", "token_lifetime"), ("/api/user", "quota")):
        body = f'{{"name": "n", "{member}": {number}}}'.encode()
        answer = world.send("POST", path, token=token, content=body)
        assert answer.status_code in {400, 422}, (path, answer.text)
    proof = json.dumps(asked(script))[1:-1]
    answer = world.send("POST", TOKEN, content=f'{{{proof}, "scope": {number}}}'.encode())
    assert refused(answer, "invalid_request")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-7", "multipart/form-data", None],
)
def test_wp_04_the_body_decides_what_it_is_whatever_its_header_says(
    world: World, script: App, token: str, content_type: str | None
) -> None:
    # decisions.md: the first character decides; no cookie opens the API, so that no header has to keep sites apart
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = world.send("POST", TOKEN, content=json.dumps(asked(script)).encode(), headers=headers)
    assert answer.status_code == 200
    made = world.send("POST", "/api/folder", content=b'{"parent_id": 1, "name": "n"}', headers=headers)
    assert made.status_code == 401
    visitor = Visitor(world)
    visitor.log_in()
    cookie = {"Cookie": f"jeton={visitor.http.cookies['jeton']}", **headers}
    forged = world.send("POST", "/api/folder", content=b'{"parent_id": 1, "name": "n"}', headers=cookie)
    assert forged.status_code == 401
    visitor.close()


def multipart(parts: int, *, head: int = 0, end: bytes = b"--b--\r\n") -> bytes:
    one = b'--b\r\nContent-Disposition: form-data; name="x"' + b"a" * head + b"\r\n\r\ny\r\n"
    return one * parts + end


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"&".join(b"f%d=1" % number for number in range(100_000)), "application/x-www-form-urlencoded"),
        (multipart(100_000), "multipart/form-data; boundary=b"),
        (multipart(1, head=10 << 20), "multipart/form-data; boundary=b"),
        (multipart(1, end=b""), "multipart/form-data; boundary=b"),
        (multipart(1), "multipart/form-data"),
        (multipart(1), "multipart/form-data; boundary=" + "b" * 300),
    ],
    ids=["fields", "parts", "head of a part", "no end", "no boundary", "long boundary"],
)
def test_wp_05_forms_of_too_many_parts_or_without_an_end_are_refused(
    world: World, token: str, body: bytes, kind: str
) -> None:
    headers = {"Content-Type": kind}
    upload = world.send("POST", "/api/file/upload", token=token, content=body, headers=headers)
    assert upload.status_code in {400, 413, 415, 422}, upload.text
    assert world.send("POST", TOKEN, content=body, headers=headers).status_code in {400, 413}
    visitor = Visitor(world)
    visitor.log_in()
    visitor.get("/admin/applications/new")
    posted = visitor.world.run(
        visitor.http.post("/admin/applications/new", content=body, headers={**visitor.headers, **headers})
    )
    assert posted.status_code in {400, 403, 413, 415}, posted.status_code
    visitor.close()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip", "x-gzip"])
def test_wp_08_compressed_bodies_are_not_unpacked(world: World, token: str, coding: str) -> None:
    bomb = gzip.compress(bytes(10 << 20))
    headers = {"Content-Encoding": coding}
    for path in ("/api/folder", "/api/user", "/api/oauth2/app"):
        answer = world.send("POST", path, token=token, content=bomb, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "compressed_body")
    assert refused(world.send("POST", TOKEN, content=bomb, headers=headers), "invalid_request", 415)
    files = {"targetFile": ("f", bomb)}
    upload = world.send("POST", "/api/file/upload", token=token, data={"folderId": "1"}, files=files, headers=headers)
    assert upload.status_code == 415


@pytest.mark.parametrize("name", ["nmae", "is_admin", "id2", "__proto__", "access_token", "Name"])
def test_wp_11_an_unknown_member_is_named_and_an_unknown_query_field_is_never_used(
    world: World, script: App, token: str, name: str
) -> None:
    refusal = world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": "n", name: 1})
    assert refusal.status_code == 422
    assert refusal.json()["errors"][0]["field"] == name
    assert world.send("GET", f"/api/folder/1?{name}=1", token=token).status_code == 200  # product.md D18
    assert world.send("POST", TOKEN, json=asked(script, **{name: "x"})).status_code == 200  # RFC 6749 section 3.1
    assert world.send("GET", f"/api/folder/1?access_token={token}").status_code == 401


def test_wp_13_no_listing_has_a_cursor_and_a_number_in_its_place_opens_nothing_more(world: World, token: str) -> None:
    fields = {
        field for operation in find_catalogue().operations if operation.method == "GET"
        for field in operation.takes.__struct_fields__
    }  # fmt: skip
    assert not {name for name in fields if "cursor" in name or name in {"after", "before", "page_token"}}
    for value in ("x", "-1", "1.5", "9" * 40, "' OR 1=1", "%00"):
        assert world.send("GET", f"/api/logs?before_id={value}", token=token).status_code in {400, 422}, value
    person = world.read(lambda work: work.people.find_by_identifier("alice"))
    theirs = world.token("admin.read", person=person)
    assert world.send("GET", f"/api/logs?before_id={2**62}", token=theirs).status_code == 403


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize(
    "value", ["-1", "0", "1000000000", "text", "1.5", "1e3", "", "%20", "9" * 30, "0x10", "\u0661"]
)
def test_wp_14_a_page_of_any_other_size_is_refused(world: World, token: str, path: str, value: str) -> None:
    answer = world.send("GET", f"{path}?limit={quote(value, safe='%')}", token=token)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "query", ["sort=password_hash", "fields=*,secret", "expand=" + ".".join(["owner"] * 50), "order=1;DROP TABLE users"]
)
def test_wp_15_there_is_nothing_to_sort_choose_or_expand_by(world: World, token: str, query: str) -> None:
    # product.md D18: unknown query fields are ignored, so that the answer is the same with them as without
    for path in ("/api/users", "/api/oauth2/apps", "/api/groups", "/api/folder/1?depth=1"):
        plain = world.send("GET", path, token=token)
        joint = "&" if "?" in path else "?"
        tried = world.send("GET", f"{path}{joint}{quote(query, safe='=')}", token=token)
        assert (tried.status_code, tried.json()) == (200, plain.json())
        assert "argon2" not in tried.text
        assert "digest" not in tried.text


@pytest.mark.parametrize(
    "date",
    ["0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "2020-01-01T00:00:00+99:99",
     "2020-02-30T00:00:00Z", "2020-01-01T24:00:00Z", "2020-01-01T00:00:00", "-2020-01-01T00:00:00Z", "now",
     "2020-W01-1T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "1e10"],
)  # fmt: skip
def test_wp_16_dates_that_are_none_are_refused_wherever_they_stand(world: World, token: str, date: str) -> None:
    for field in ("from", "to"):
        answer = world.send("GET", f"/api/logs?{field}={quote(date)}", token=token)
        assert answer.status_code == 422, (date, answer.text)
    body = {"parent_id": 1, "name": f"dated {date}".replace(":", ""), "creation": date}
    assert world.send("POST", "/api/folder", token=token, json=body).status_code == 422


@pytest.mark.parametrize(
    "element",
    ["1/2", "1%2f2", "1%2F", "%2e%2e", "%2e%2e%2f1", "..", "%00", "1%00", "-1", "1.5", "1e3", "0", "9" * 30, "%20",
     "1%0d%0aX-Evil: 1", "null", "%E2%80%8B1", "\u0661", "1" * 10_000, "x" * (1 << 20)],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/folder/{}", "/api/user/{}", "/api/oauth2/app/{}", "/api/file/{}/download"])
def test_wp_17_an_id_that_is_none_finds_nothing_and_breaks_nothing(
    world: World, token: str, path: str, element: str
) -> None:
    request = httpx2.Request("GET", "http://127.0.0.1:8080/", headers={"Token": token})
    raw = path.format(quote(element, safe="%/:")).encode()
    request.url = request.url.copy_with(raw_path=raw) if len(raw) < 60_000 else request.url
    if len(raw) >= 60_000:  # longer than the client's own library sends: as the door would see it
        assert long_path(world, raw.decode()) in {400, 404, 414, 422, 431}
        return
    answer = world.run(world.http.send(request))
    assert answer.status_code in {400, 404, 405, 414, 422}, answer.text
    assert "x-evil" not in answer.headers


def long_path(world: World, path: str) -> int:
    """The status of a GET whose path is longer than a client's library lets it be."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8080")], "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080), "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"},
    }  # fmt: skip
    world.run(world.running.app(scope, receive, send))
    return statuses[0]
