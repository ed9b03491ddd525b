"""CO: the console and the consent page, against texts, forms and links that an attacker makes."""

import io
import json
import zlib
from base64 import b64encode
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from PIL import Image

from jeton.testing.browsing import Visitor
from jeton.testing.world import World
from tests.attacks.cast import CALLBACK, App, ask, register, request_of, told

SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture
def chief(world: World) -> Any:
    """An administrator at a browser."""
    visitor = Visitor(world)
    visitor.log_in()
    yield visitor
    visitor.close()


def create(world: World, **members: Any) -> Any:
    good = {"name": "Tried", "editor": "Example", "type": 0, "scopes": "files.read", "callback_urls": [CALLBACK]}
    return world.send("POST", "/api/oauth2/app", token=world.token(), json={**good, **members})


def test_co_01_markup_in_what_an_application_says_of_itself_is_text_wherever_it_is_shown(
    world: World, alice: Visitor, chief: Visitor
) -> None:
    made = create(world, name=SCRIPT, editor=SCRIPT, description=SCRIPT).json()
    app = App(made["client_id"], made["client_secret"], CALLBACK)
    consent = ask(alice, app)
    alice.post("/oauth2/authorize", {"decision": "allow"})
    base = f"/admin/applications/{app.client_id}"
    for page in (
        consent, alice.get("/account/applications"), chief.get("/admin/applications"), chief.get(base),
        chief.get("/admin/logs"),
    ):  # fmt: skip
        assert page.status_code == 200
        assert SCRIPT not in page.text
        assert "<img src=x" not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
    assert consent.text.count("&lt;img src=x") >= 2


@pytest.mark.parametrize(
    "site",
    [
        "javascript:alert(1)", "data:text/html,<script>", " JAVASCRIPT:alert(1)", "//evil.test", "http://evil.test/",
        "https://evil.test@example.org/", "vbscript:x", "https://", "https://a b/", "java\tscript:alert(1)",
    ],
)  # fmt: skip
def test_co_02_a_publisher_s_site_is_an_https_address_or_refused(world: World, site: str) -> None:
    refused = create(world, editor_url=site)
    assert refused.status_code == 422, refused.text
    assert [fault["field"] for fault in refused.json()["errors"]] == ["editor_url"]


def test_co_02_its_link_lends_no_trust(world: World, alice: Visitor) -> None:
    made = create(world, name="With a site", editor_url="https://publisher.example/").json()
    page = ask(alice, App(made["client_id"], made["client_secret"], CALLBACK)).text
    assert '<a href="https://publisher.example/" rel="noopener noreferrer nofollow">' in page


def png() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (200, 200), "red").save(drawn, "PNG")
    return drawn.getvalue()


def logo(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "image/png"),
        (b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)//", "image/gif"),
    ],
    ids=["svg", "html named png", "gif that is a script"],
)
def test_co_03_what_is_no_picture_is_no_logo(world: World, content: bytes, kind: str) -> None:
    assert create(world, name="Logo refused", logo=logo(content, kind)).status_code == 422


def test_co_03_a_logo_is_drawn_anew_and_served_as_nothing_but_a_picture(world: World) -> None:
    sent = png() + b"<script>alert(1)</script>"
    made = create(world, name="Logo drawn anew", logo=logo(sent)).json()
    shown = world.send("GET", f"/api/oauth2/app/{made['client_id']}/icon")
    assert b"script" not in shown.content
    assert shown.content != sent
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"


def flood(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 0, 0, 0, 0))
    packed = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_co_04_a_flood_of_pixels_or_of_bytes_is_refused(world: World) -> None:
    for content in (flood(30_000, 30_000), flood(65_535, 65_535), png() + bytes(600_000)):
        assert create(world, name="Flood", logo=logo(content)).status_code in {413, 422}


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/latest/meta-data", "https://example.org/logo.png", "file:///etc/passwd", "//x"]
)
def test_co_05_a_logo_by_address_is_refused_and_nothing_is_fetched(world: World, address: str) -> None:
    refused = create(world, name="By address", logo=address)
    assert refused.status_code == 422
    for member in ("logo_uri", "logo_url"):
        unknown = create(world, name="By address", **{member: address})
        assert unknown.status_code == 422
        assert member in unknown.text


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}, {}])
def test_co_06_a_consent_that_another_site_sends_gives_nothing(
    world: World, alice: Visitor, headers: dict[str, str]
) -> None:
    app = register(world)
    ask(alice, app)
    fields = alice.hidden()
    forged = {"decision": "allow", "request": fields["request"], "once": fields["once"], "csrf": ""}
    given = {**forged, **({"csrf": fields["csrf"]} if headers else {})}
    assert alice.post("/oauth2/authorize", given, headers=headers).status_code == 403
    assert ask(alice, app, prompt="none").status_code == 302
    assert told(alice.page)["error"] == "consent_required"


@pytest.mark.parametrize(
    ("path", "act"),
    [("/suspend", "suspend"), ("/secrets", "rotate"), ("/delete", "delete"), ("/tokens", "revoke_all")],
)
def test_co_07_acts_on_an_application_are_never_another_site_s_nor_done_by_get(
    world: World, chief: Visitor, path: str, act: str
) -> None:
    app = register(world)
    base = f"/admin/applications/{app.client_id}"
    chief.get(base + path)
    forged = chief.post(base + path, {"act": act}, headers={"Origin": "https://evil.test"})
    assert forged.status_code == 403
    assert chief.post(base + path, {"act": act, "csrf": "0" * 36}).status_code == 403
    before = world.audit()
    chief.get(f"{base}{path}?act={act}&csrf={chief.hidden().get('csrf', '')}")
    assert world.audit() == before
    assert world.send("GET", f"/api/oauth2/app/{app.client_id}", token=world.token()).json()["suspended"] is False


def test_co_08_consent_device_and_error_pages_are_shown_in_no_frame(world: World, alice: Visitor, web: App) -> None:
    stranger = Visitor(world)
    pages = [
        ask(alice, web, prompt="consent"), ask(alice, web, client_id="nobody"), alice.get("/device"),
        alice.get("/nothing"), stranger.get("/login"), stranger.get("/reset"),
    ]  # fmt: skip
    for page in pages:
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"], page.url
        assert page.headers["referrer-policy"] == "no-referrer"
    stranger.close()


@pytest.mark.parametrize(
    "onward",
    ["//evil.test", "/\\evil.test", "https:evil.test", "%2f%2fevil.test", "/%09/evil.test", "/%250a/evil.test",
     "https://evil.test", "///evil.test", "/.//evil.test", "javascript:alert(1)", "/login@evil.test", "/%5cevil.test"],
)  # fmt: skip
def test_co_09_a_login_leads_nowhere_but_to_our_own_pages(world: World, onward: str) -> None:
    for sent in (onward, quote(onward, safe="")):
        visitor = Visitor(world)
        visitor.get(f"/login?next={sent}")
        answer = visitor.post("/login", {"login": "alice", "password": "alice has a long password"})
        assert answer.status_code == 303
        location = answer.headers["location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert "evil" not in location or location == "/login@evil.test"
        visitor.close()


@pytest.mark.parametrize("name", ["error", "error_description", "error_hint", "error_uri"])
def test_co_10_our_pages_of_faults_say_nothing_that_a_link_brought(alice: Visitor, web: App, name: str) -> None:
    brought = {name: f"sentinel{SCRIPT}"}
    for page in (
        ask(alice, web, client_id="nobody", **brought), ask(alice, web, redirect_uri="https://evil.test/", **brought),
        ask(alice, web, prompt="consent", **brought), alice.get(f"/login?{urlencode(brought)}"),
        alice.get(f"/nothing?{urlencode(brought)}"), alice.get(f"/device?{urlencode(brought)}"),
    ):  # fmt: skip
        shown = page.text.replace(quote(brought[name]), "").partition("<body")[2]
        assert SCRIPT not in shown
        if 'name="request"' not in shown:  # the request itself, which the form carries and the server judges again
            assert "sentinel" not in shown


def test_co_11_who_does_not_administer_reaches_no_registration(world: World, alice: Visitor) -> None:
    app = register(world)
    base = f"/admin/applications/{app.client_id}"
    for path in ("/admin/applications", "/admin/applications/new", base, f"{base}/secrets", f"{base}/edit"):
        assert alice.get(path).status_code in {403, 404}, path
        alice.get("/account")
        assert alice.post(path, {"act": "create", "name": "Mine"}).status_code in {403, 404, 405}, path
    person = world.read(lambda work: work.people.find_by_identifier("alice"))
    token = world.token("all", person=person)
    made = world.send("POST", "/api/oauth2/app", token=token, json={"name": "Mine", "type": 1, "scopes": "files.read"})
    assert (made.status_code, made.json()["code"]) == (403, "administrator_required")


@pytest.mark.parametrize(
    "name",
    ["Acme\u202eevil", "Ac\u200bme", "Ac\u2066me", "Acme\u0000x", "Acme\nx", "\u2060Acme", "Ac\ufeffme", "Ac\u0085me"],
)
def test_co_12_a_name_with_signs_that_nobody_sees_is_refused(world: World, name: str) -> None:
    refused = create(world, name=name)
    assert refused.status_code in {400, 422}, refused.text


def test_co_12_a_name_that_reads_like_one_that_is_taken_is_refused(world: World) -> None:
    assert create(world, name="Acmé Portal").status_code == 201
    for near in (
        "Acmé Portal",
        "ACME PORTAL",
        "acme portal",
        " Acmé  Portal ",
        "\uff21cme Portal",
        "Acme\u0301 Portal",
    ):
        assert create(world, name=near).status_code == 422, near


def test_co_13_a_link_in_a_description_is_text(world: World, chief: Visitor, alice: Visitor) -> None:
    text = 'See https://evil.test/ and <a href="https://evil.test/">this</a> [or](https://evil.test/)'
    made = create(world, name="Describes itself", description=text).json()
    for page in (
        chief.get(f"/admin/applications/{made['client_id']}"),
        ask(alice, App(made["client_id"], made["client_secret"], CALLBACK)),
    ):
        assert 'href="https://evil.test' not in page.text


def test_co_14_who_is_disabled_while_the_page_is_shown_gives_no_code(world: World, web: App) -> None:
    person = world.person("leaving")
    visitor = Visitor(world)
    visitor.log_in("leaving", "leaving has a long password")
    assert ask(visitor, web).status_code == 200
    shown = visitor.hidden()
    world.send("PUT", f"/api/user/{person.id}", token=world.token(), json={"active": False})
    answer = visitor.post("/oauth2/authorize", {**shown, "decision": "allow"})
    assert "code=" not in answer.text + answer.headers.get("location", "")
    assert answer.status_code in {303, 403}
    again = visitor.get(f"/oauth2/authorize?{urlencode(request_of(web))}")
    assert again.headers["location"].startswith("/login?next=")
    visitor.close()


def test_no_answer_of_a_page_is_a_redirect_that_keeps_its_body(alice: Visitor, web: App) -> None:
    """RFC 9700 section 4.12: after a POST with credentials never 307 or 308."""
    ask(alice, web, prompt="consent")
    assert alice.post("/oauth2/authorize", {"decision": "deny"}).status_code == 200
    assert json.dumps(told(alice.page)).count("access_denied") == 1
