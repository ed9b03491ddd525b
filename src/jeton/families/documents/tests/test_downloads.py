"""Bytes out: conditions, ranges, names, and what is never done with them (RFC 9110; security.md DL)."""

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jeton.edge.downloads import range_of
from jeton.kernel.tree import Strictness
from jeton.testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "data") as made:
        yield made


@pytest.fixture
def token(world: World) -> str:
    return world.token("files.readwrite files.read")


def upload(world: World, token: str, content: bytes, name: str = "note.txt", kind: str = "text/plain") -> int:
    form = {"targetFile": (name, content, kind)}
    answer = world.send("POST", "/api/file/upload", token=token, data={"folderId": "1"}, files=form)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def test_what_a_client_holds_already_is_not_sent_again(world: World, token: str) -> None:
    path = f"/api/file/{upload(world, token, b'0123456789')}/download"
    whole = world.send("GET", path, token=token)
    tag, date = whole.headers["etag"], whole.headers["last-modified"]
    assert tag == f'"{hashlib.sha256(b"0123456789").hexdigest()}"'
    later, earlier = "Sat, 01 Jan 2050 00:00:00 GMT", "Thu, 01 Jan 2015 00:00:00 GMT"
    for headers, status in (
        ({"If-None-Match": tag}, 304),
        ({"If-None-Match": f'"a", W/{tag}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"a"'}, 200),
        ({"If-None-Match": '"a"', "If-Modified-Since": date}, 200),
        ({"If-Modified-Since": date}, 304),
        ({"If-Modified-Since": later}, 304),
        ({"If-Modified-Since": earlier}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Match": tag}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": f"W/{tag}"}, 412),
        ({"If-Match": '"a"'}, 412),
        ({"If-Unmodified-Since": earlier}, 412),
        ({"If-Unmodified-Since": date}, 200),
    ):
        answer = world.send("GET", path, token=token, headers=headers)
        assert answer.status_code == status, headers
        assert answer.content == (b"0123456789" if status == 200 else b""), headers
        assert answer.headers["etag"] == tag
        assert world.send("HEAD", path, token=token, headers=headers).status_code == status, headers


def test_head_tells_the_whole_and_sends_nothing(world: World, token: str) -> None:
    path = f"/api/file/{upload(world, token, b'0123456789')}/download"
    head = world.send("HEAD", path, token=token, headers={"Range": "bytes=2-4"})
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "10", b"")
    assert head.headers["accept-ranges"] == "bytes"


def test_an_empty_file_is_whole_whatever_range_is_asked(world: World, token: str) -> None:
    path = f"/api/file/{upload(world, token, b'')}/download"
    for asked in ("bytes=0-", "bytes=-1"):
        answer = world.send("GET", path, token=token, headers={"Range": asked})
        assert (answer.status_code, answer.headers["content-length"]) == (200, "0")


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "feed.xml", "paper.pdf", "script.js", "x.css"])
def test_dl_01_dl_03_dl_14_nothing_is_rendered_whatever_it_says_it_is(world: World, token: str, name: str) -> None:
    for kind in ("text/html", "image/png", "image/svg+xml"):
        number = upload(world, token, b"<script>alert(1)</script>", f"{len(kind)}-{name}", kind)
        told = world.send("GET", f"/api/file/{number}/download", token=token)
        assert told.headers["content-type"] == "application/octet-stream"
        assert told.headers["content-disposition"].startswith("attachment; ")
        assert told.headers["x-content-type-options"] == "nosniff"
        assert told.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert told.headers["cache-control"] == "private, no-store"
        assert "set-cookie" not in told.headers
        shown = world.send("GET", f"/api/file/{number}", token=token).json()
        assert shown["content_type"] == "application/octet-stream"


def test_dl_02_a_client_cannot_ask_to_have_it_rendered(world: World, token: str) -> None:
    number = upload(world, token, b"<script>alert(1)</script>", "page.html")
    query = {"inline": "true", "disposition": "inline", "content_type": "text/html", "type": "text/html"}
    told = world.send("GET", f"/api/file/{number}/download", token=token, params=query, headers={"Accept": "text/html"})
    assert told.headers["content-type"] == "application/octet-stream"
    assert told.headers["content-disposition"].startswith("attachment; ")


def test_dl_05_ranges_that_cost_are_ignored_at_once(world: World, token: str) -> None:
    path = f"/api/file/{upload(world, token, b'x' * 1000)}/download"
    many = "bytes=" + ",".join(f"{n}-999" for n in range(1000))
    odd = ("bytes=9-2", "bytes=-", "bytes=--1", "lines=1-2", "bytes 0-1", "bytes=0-1,0-1", "bytes=" + "9" * 30 + "-")
    for asked in (many, "bytes=0-" + "9" * 20_000, *odd):
        started = time.process_time()
        assert range_of(asked, 1000) is None
        assert time.process_time() - started < 0.01
        answer = world.send("GET", path, token=token, headers={"Range": asked})
        assert (answer.status_code, len(answer.content)) == (200, 1000)
    for asked in ("bytes=-0", "bytes=1000-", "bytes=999999999999999999-"):
        assert world.send("GET", path, token=token, headers={"Range": asked}).status_code == 416


def test_dl_06_a_part_of_what_was_replaced_is_never_joined_to_the_new(world: World, token: str) -> None:
    first = upload(world, token, b"0123456789")
    tag = world.send("GET", f"/api/file/{first}/download", token=token).headers["etag"]
    second = upload(world, token, b"abcdefghij")
    headers = {"Range": "bytes=5-", "If-Range": tag}
    fresh = world.send("GET", f"/api/file/{second}/download", token=token, headers=headers)
    assert (fresh.status_code, fresh.content) == (200, b"abcdefghij")
    old = world.send("GET", f"/api/file/{first}/download", token=token, headers=headers)
    assert (old.status_code, old.content) == (206, b"56789")
    for other in ("W/" + tag, "Thu, 01 Jan 2015 00:00:00 GMT", "nonsense"):
        answer = world.send("GET", f"/api/file/{first}/download", token=token, headers={**headers, "If-Range": other})
        assert answer.status_code == 200, other


def test_dl_07_a_download_meanwhile_replaced_is_one_or_the_other_whole(world: World, token: str) -> None:
    sizes = (3_000_000, 2_000_000)
    first, second = (bytes([number]) * size for number, size in enumerate(sizes, 65))
    number = upload(world, token, first, "big.bin")
    came: list[bytes] = []
    readers = [
        threading.Thread(
            target=lambda: came.append(world.send("GET", f"/api/file/{number}/download", token=token).content)
        )
        for _ in range(4)
    ]
    for reader in readers:
        reader.start()
    newer = upload(world, token, second, "big.bin")
    for reader in readers:
        reader.join()
    assert came == [first] * 4
    assert world.send("GET", f"/api/file/{newer}/download", token=token).content == second


@pytest.mark.parametrize("name", ['x";filename=evil.bat', "a.bat;.txt", "%0d%0aSet-Cookie: a=b", "ok\\..\\evil.exe"])
def test_dl_13_a_name_stays_in_its_header(tmp_path: Path, name: str) -> None:
    with World(tmp_path / "data", names=Strictness.RELAXED) as world:
        token = world.token("files.readwrite files.read")
        made = world.send("POST", "/api/folder", token=token, json={"parent_id": 1, "name": "f"}).json()["id"]
        number = upload(world, token, b"x", "plain.txt")
        change = {"name": name, "parent_id": made}
        assert world.send("PUT", f"/api/file/{number}", token=token, json=change).status_code == 200
        told = world.send("GET", f"/api/file/{number}/download", token=token)
        (header,) = told.headers.get_list("content-disposition")
        fallback = header.partition('filename="')[2].partition('"')[0]
        assert not set(fallback) & set('\\"%;\r\n')
        assert header.count("; filename=") == 1
        assert "set-cookie" not in told.headers
