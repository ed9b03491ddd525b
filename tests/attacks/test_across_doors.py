"""Attacks that cross both doors: one door's credentials at the other, other sites, methods, names in headers."""

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from jeton.kit.mint import digest
from jeton.testing.browsing import Visitor
from jeton.testing.world import World

EVIL = "https://evil.test"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("attacks") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def token(world: World) -> str:
    return world.token("files.readwrite")


@pytest.fixture
def cookie(world: World) -> Iterator[dict[str, str]]:
    """The administrator's login session, as a header."""
    visitor = Visitor(world)
    visitor.log_in()
    yield {"Cookie": f"jeton={visitor.http.cookies['jeton']}"}
    visitor.close()


def upload(world: World, token: str, name: str) -> int:
    files = {"targetFile": (name, b"hello")}
    made = world.send("POST", "/api/file/upload", token=token, data={"folderId": "1"}, files=files)
    assert made.status_code == 201, made.text
    number: int = made.json()["id"]
    return number


def test_sc_12_a_login_session_is_worth_nothing_at_the_api(world: World, cookie: dict[str, str]) -> None:
    assert world.send("GET", "/api/users", headers=cookie).status_code == 401
    foreign = {**cookie, "Origin": EVIL, "Content-Type": "text/plain"}
    refused = world.send("POST", "/api/folder", headers=foreign, content=b'{"parent_id": 1, "name": "forged"}')
    assert refused.status_code == 401


def test_sc_11_beside_a_cookie_the_token_alone_decides(world: World, token: str, cookie: dict[str, str]) -> None:
    assert world.send("GET", "/api/users", token=token, headers=cookie).status_code == 403
    assert world.send("GET", "/api/folder/1", token=token, headers=cookie).status_code == 200


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_sc_13_a_method_is_what_was_sent_whatever_a_header_says(world: World, token: str, header: str) -> None:
    number = upload(world, token, f"{header}.txt")
    seen = world.send("GET", f"/api/file/{number}", token=token, headers={header: "DELETE"})
    assert seen.status_code == 200
    assert world.send("GET", f"/api/file/{number}", token=token).status_code == 200


def test_sc_14_head_is_judged_as_get_and_options_tells_nothing(world: World, token: str) -> None:
    number = upload(world, token, "secret.txt")
    for path in (f"/api/file/{number}", f"/api/file/{number}/download", "/api/folder/1"):
        assert world.send("HEAD", path).status_code == 401
        assert world.send("HEAD", path, token=world.token("users.read")).status_code == 403
        asked = world.send("OPTIONS", path)
        assert asked.status_code == 405
        assert "secret" not in asked.text + str(asked.headers)


@pytest.mark.parametrize(
    "path", ["/api/folder/1", "/api/publicconfig", "/oauth2/token", "/login", "/admin/applications", "/readyz"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_co_15_no_other_site_may_read_an_answer(
    world: World, cookie: dict[str, str], token: str, method: str, path: str
) -> None:
    answer = world.send(method, path, token=token, headers={**cookie, "Origin": EVIL})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", ["/openapi.json", "/.well-known/oauth-authorization-server"])
def test_what_is_public_is_read_by_every_site_without_credentials(world: World, path: str) -> None:
    answer = world.send("GET", path, headers={"Origin": EVIL})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/login", "/nothing", "/setup/wrong", "/admin/applications", "/account"])
def test_co_08_no_page_is_shown_in_another_site_s_frame(world: World, cookie: dict[str, str], path: str) -> None:
    page = world.send("GET", path, headers=cookie)
    assert page.status_code in {303, 200, 404, 410}
    assert page.status_code == 303 or "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["x;filename=evil.bat", "a%0d%0aX-Evil=1", "a.bat;.txt", "été'\u2019.html"])
def test_a_file_s_name_stays_within_its_header(world: World, token: str, name: str) -> None:
    number = upload(world, token, "plain.txt")
    renamed = world.send("PUT", f"/api/file/{number}", token=token, json={"name": name})
    assert renamed.status_code == 200, renamed.text
    answer = world.send("GET", f"/api/file/{number}/download", token=token)
    assert "x-evil" not in answer.headers
    told = answer.headers["content-disposition"]
    fallback, _, encoded = told.removeprefix('attachment; filename="').partition("\"; filename*=UTF-8''")
    assert not set(fallback) & set(';%\\"\r\n')
    assert encoded == quote(name, safe="")
    assert answer.headers["cache-control"] == "private, no-store"


def test_ca_12_the_digest_that_is_kept_opens_nothing(world: World) -> None:
    made = world.application("files.read")
    assert made.client_secret is not None
    kept = digest(made.client_secret)
    for text in (kept.hex(), b64encode(kept).decode()):
        refused = world.send(
            "POST", "/oauth2/token", json={
                "grant_type": "client_credentials", "client_id": made.application.client_id, "client_secret": text,
            },
        )  # fmt: skip
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("pair", ["%zz:%zz", "%:%", "a%2:b%", "+:+"])
def test_ca_07_basic_that_is_badly_encoded_is_refused_and_breaks_nothing(world: World, pair: str) -> None:
    refused = world.send(
        "POST",
        "/oauth2/token",
        headers={"Authorization": "Basic " + b64encode(pair.encode()).decode()},
        data={"grant_type": "client_credentials"},
    )
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
