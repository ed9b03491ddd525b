"""The second half of the article: a Client application, a person at a real browser, without any script."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser

from jeton.testing.served import ADMIN_LOGIN, ADMIN_PASSWORD, Served, init, jeton

pytestmark = pytest.mark.browser
WORDS = {
    "en-GB": ("Allow", "Refuse", "Connected applications", "Remove access", "No connected application."),
    "fr-FR": (
        "Autoriser",
        "Refuser",
        "Applications connectées",
        "Retirer l\u2019accès",
        "Aucune application connectée.",
    ),
}


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


def register(served: Served) -> dict[str, Any]:
    """With the callback that such clients ship: another port than the one that they will listen on."""
    arguments = ("app", "create", "--name", "Portal", "--type", "client", "--callback", "http://127.0.0.1:53682/")
    done = jeton(served.data, *arguments, "--scope", "account.read", "--publisher", "Example", "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("locale", WORDS)
def test_a_person_refuses_allows_and_takes_access_back(
    browser: Browser, served: Served, callback: Callback, locale: str
) -> None:
    allow, refuse, connected, remove, nothing = WORDS[locale]
    app = register(served)
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": callback.url, "scope": "all"}
    address = f"{served.url}/oauth2/authorize?{urlencode({**asked, 'state': 'x y'})}"
    context = browser.new_context(locale=locale, java_script_enabled=False)
    page = context.new_page()

    page.goto(address)
    page.fill("#login", ADMIN_LOGIN)
    page.fill("#password", ADMIN_PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/oauth2/authorize?**")
    page.click(f"main button:text-is('{refuse}')")
    page.wait_for_url(f"{callback.url}**")
    assert (callback.brought[-1]["error"], callback.brought[-1]["state"]) == ("access_denied", "x y")

    page.goto(address)
    page.click(f"main button:text-is('{allow}')")
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
    assert (status, tokens["scope"]) == (200, "account.read")
    status, me = served.call("GET", "/api/account", token=tokens["access_token"])
    assert (status, me["login"]) == (200, ADMIN_LOGIN)

    page.goto(address)  # allowed before: nothing is asked
    page.wait_for_url(f"{callback.url}**")

    page.goto(f"{served.url}/account/applications")
    assert page.text_content("main") is not None
    assert connected in page.title()
    page.click(f"main button:has-text('{remove}')")
    page.wait_for_selector(f"text={nothing}")
    assert served.call("GET", "/api/account", token=tokens["access_token"])[0] == 401
    context.close()
