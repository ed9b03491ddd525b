"""The second half of the article: Client applications, and a person at a real browser, without any script, in both
languages: asked, refused, allowed, allowed less, taken back; and a client of the vendor's, as rclone is one.
"""

import http.server
import json
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Page, Route

from jeton.testing.served import ADMIN_LOGIN, ADMIN_PASSWORD, Served, init, jeton

pytestmark = pytest.mark.browser
DRIVE = "http://localhost:53682/"


class Words(NamedTuple):
    """What a person reads, in their language."""

    allow: str
    refuse: str
    unchecked: str
    changes: str
    cannot: str
    connected: str
    less: str
    keep: str
    remove: str
    nothing: str


WORDS = {
    "en-GB": Words(
        "Allow", "Refuse", "Not checked", "(changes)", "See your password.", "Connected applications", "Allow it less",
        "Save permissions", "Remove access", "No connected application.",
    ),
    "fr-FR": Words(
        "Autoriser", "Refuser", "Non vérifiée", "(écriture)", "Voir votre mot de passe.", "Applications connectées",
        "Lui en permettre moins", "Enregistrer les autorisations", "Retirer l\u2019accès",
        "Aucune application connectée.",
    ),
}  # fmt: skip


class Callback:
    """A native client's listener on this machine, which keeps what the browser brings."""

    def __init__(self) -> None:
        brought: list[dict[str, str]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/":
                    brought.append({name: values[0] for name, values in parse_qs(parts.query).items()})
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"You may close this window.")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.brought = brought
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self._thread = threading.Thread(target=self.server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def callback() -> Iterator[Callback]:
    made = Callback()
    yield made
    made.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    init(tmp_path / "data")
    with Served(tmp_path / "data") as made:
        yield made


def register(served: Served, *, name: str, callback: str, scopes: Sequence[str]) -> dict[str, Any]:
    arguments = ["app", "create", "--name", name, "--type", "client", "--callback", callback, "--publisher", "Example"]
    done = jeton(served.data, *arguments, *(word for scope in scopes for word in ("--scope", scope)), "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def log_in(page: Page) -> None:
    page.fill("#login", ADMIN_LOGIN)
    page.fill("#password", ADMIN_PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/oauth2/authorize?**")


def form(served: Served, **fields: str) -> dict[str, Any]:
    """A token request by form fields."""
    content = urlencode(fields).encode()
    with urllib.request.urlopen(f"{served.url}/oauth2/token", data=content, timeout=30) as answer:
        told: dict[str, Any] = json.loads(answer.read())
        return told


@pytest.mark.parametrize("locale", WORDS)
def test_a_person_refuses_allows_allows_less_and_takes_access_back(
    browser: Browser, served: Served, callback: Callback, locale: str
) -> None:
    words = WORDS[locale]
    # The callback that such clients ship: another port than the one that they will listen on.
    scopes = ("account.read", "files.readwrite")
    app = register(served, name="Portal", callback="http://127.0.0.1:53682/", scopes=scopes)
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": callback.url, "scope": "all"}
    address = f"{served.url}/oauth2/authorize?{urlencode({**asked, 'state': 'x y'})}"
    context = browser.new_context(locale=locale, java_script_enabled=False)
    page = context.new_page()

    page.goto(address)
    assert "Portal" in (page.text_content("main") or "")  # who sent one here to sign in
    log_in(page)
    shown = page.text_content("main") or ""
    host = callback.url.removeprefix("http://").rstrip("/")
    seen = ("Example", ADMIN_LOGIN, host, words.unchecked, words.changes, words.cannot)
    assert [text for text in seen if text not in shown] == []
    sizes = [page.locator(f"main button[value={value}]").bounding_box() for value in ("deny", "allow")]
    assert sizes[0] is not None
    assert sizes[1] is not None
    assert (sizes[0]["width"], sizes[0]["height"]) == (sizes[1]["width"], sizes[1]["height"])
    page.click(f"main button:text-is('{words.refuse}')")
    page.wait_for_url(f"{callback.url}**")
    assert (callback.brought[-1]["error"], callback.brought[-1]["state"]) == ("access_denied", "x y")

    page.goto(address)
    page.click(f"main button:text-is('{words.allow}')")
    page.wait_for_url(f"{callback.url}**")
    assert callback.brought[-1]["iss"] == served.url
    exchange = {
        "grant_type": "authorization_code",
        "code": callback.brought[-1]["code"],
        "redirect_uri": callback.url,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
    }
    status, tokens = served.call("POST", "/oauth2/token", exchange)
    assert (status, tokens["scope"]) == (200, "account.read files.readwrite files.read")
    status, me = served.call("GET", "/api/account", token=tokens["access_token"])
    assert (status, me["login"]) == (200, ADMIN_LOGIN)

    page.goto(address)  # allowed before: nothing is asked
    page.wait_for_url(f"{callback.url}**")

    page.goto(f"{served.url}/account/applications")
    assert words.connected in page.title()
    page.click(f"summary:has-text('{words.less}')")
    page.uncheck("main input[value='files.write']")
    page.click(f"main button:has-text('{words.keep}')")
    page.wait_for_url("**done=account.applications.narrow")
    folder = {"parent_id": 1, "name": "More"}
    assert served.call("POST", "/api/folder", folder, token=tokens["access_token"])[0] == 403
    assert served.call("GET", "/api/folders", token=tokens["access_token"])[0] == 200

    page.click(f"main button:has-text('{words.remove}')")
    page.wait_for_selector(f"text={words.nothing}")
    assert served.call("GET", "/api/account", token=tokens["access_token"])[0] == 401
    context.close()


@pytest.mark.parametrize("locale", WORDS)
def test_a_client_of_the_vendor_connects_by_a_browser_lists_and_uploads(
    browser: Browser, served: Served, locale: str
) -> None:
    app = register(served, name="Drive", callback=DRIVE, scopes=("all",))
    context = browser.new_context(locale=locale, java_script_enabled=False)
    brought: list[str] = []

    def listen(route: Route) -> None:
        brought.append(route.request.url)
        route.fulfill(body="You may close this window.")

    context.route(f"{DRIVE}**", listen)
    page = context.new_page()
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": DRIVE, "scope": "all"}
    page.goto(f"{served.url}/oauth2/authorize?{urlencode({**asked, 'state': 'kept'})}")
    log_in(page)
    page.click(f"main button:text-is('{WORDS[locale].allow}')")
    page.wait_for_url(f"{DRIVE}**")
    context.close()
    told = {name: values[0] for name, values in parse_qs(urlsplit(brought[0]).query).items()}
    assert told["state"] == "kept"

    shown = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    first = form(served, grant_type="authorization_code", code=told["code"], redirect_uri=DRIVE, **shown)
    tokens = form(served, grant_type="refresh_token", refresh_token=first["refresh_token"], **shown)
    token = tokens["access_token"]
    roots = served.call("GET", "/api/folders?depth=0&filter=1", token=token)[1]
    assert 1 in {root["id"] for root in roots}
    sent = httpx2.post(
        f"{served.url}/api/file/upload",
        headers={"Authorization": f"Bearer {token}"},
        data={"folderId": "1"},
        files={"targetFile": ("january.txt", b"January: 12 euros")},
    )
    assert sent.status_code in {200, 201}, sent.text
    listed = served.call("GET", "/api/folder/1?depth=1", token=token)[1]["content"]["files"]
    assert [file["name"] for file in listed] == ["january.txt"]
