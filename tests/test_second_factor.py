"""Second factors at a real browser: a passkey that the browser makes and shows, codes without any script, and pages
that keep nobody out.
"""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pyotp import TOTP

from jeton.testing.served import ADMIN_LOGIN, ADMIN_PASSWORD, Served, free_port, init, jeton
from tests.test_accessibility import violations

pytestmark = pytest.mark.browser
WORDS = {
    "en-GB": ("Put in place", "Turn on", "Add a passkey", "Make the passkey", "Use a passkey", "Finish"),
    "fr-FR": (
        "Mettre en place",
        "Activer",
        "Ajouter une clé d\u2019accès",
        "Créer la clé d\u2019accès",
        "Utiliser une clé d\u2019accès",
        "Terminer",
    ),
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Under a host name: browsers take no passkeys for a bare address."""
    port = free_port()
    settings = {"JETON_PUBLIC_URL": f"http://localhost:{port}"}
    init(tmp_path / "data", settings)
    with Served(tmp_path / "data", port=port, settings=settings) as made:
        made.url = settings["JETON_PUBLIC_URL"]
        yield made


def password(page: Page, served: Served, onward: str = "") -> None:
    page.goto(f"{served.url}/login{onward}")
    page.fill("#login", ADMIN_LOGIN)
    page.fill("#password", ADMIN_PASSWORD)
    page.click("main button.primary")


def out(context: BrowserContext) -> None:
    context.clear_cookies()


def look(page: Page) -> list[str]:
    """What keeps somebody out of a page."""
    scrolls = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return violations(page) + ([f"{page.url} scrolls sideways"] if scrolls else [])


def with_a_device(page: Page) -> Any:
    """A device on this machine that knows its person."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


@pytest.mark.parametrize(("locale", "width"), [("en-GB", 1280), ("fr-FR", 320)])
def test_a_passkey_is_made_and_opens_with_a_password_and_without(
    browser: Browser, served: Served, locale: str, width: int
) -> None:
    _, _, add, make, use, finish = WORDS[locale]
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    with_a_device(page)
    found = []

    password(page, served)
    page.wait_for_url(re.compile("/admin/applications"))
    page.goto(f"{served.url}/account/security")
    page.fill("#name", "Laptop")
    page.click(f"main button:has-text('{add}')")
    page.wait_for_selector("[data-passkey]:not([hidden])")
    found += look(page)
    page.click(f"main button:has-text('{make}')")
    page.wait_for_selector("#codes")
    found += look(page)
    page.check("[data-copied]")
    page.click(f"main a:has-text('{finish}')")
    page.wait_for_url("**/account/security")
    assert "Laptop" in (page.text_content("main") or "")
    found += look(page)

    out(context)
    password(page, served, "?next=/account/security")
    page.wait_for_url("**/login/second**")
    found += look(page)
    page.click(f"main button:has-text('{use}')")
    page.wait_for_selector("[data-passkey]:not([hidden])")
    found += look(page)
    page.click("[data-passkey] button")
    page.wait_for_url("**/account/security")

    out(context)
    page.goto(f"{served.url}/login?next=/account/security")
    page.click(f"main button:has-text('{use}')")
    page.wait_for_selector("[data-passkey]:not([hidden])")
    page.click("[data-passkey] button")
    page.wait_for_url("**/account/security")
    context.close()
    assert (found, complaints) == ([], [])


def test_a_browser_without_the_passkey_says_so_and_another_way_is_open(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    session = with_a_device(page)
    session.send("WebAuthn.disable")
    page.add_init_script("navigator.credentials.get = async () => { throw new DOMException('none'); }")
    page.goto(f"{served.url}/login")
    page.click("main button:has-text('Use a passkey')")
    page.click("[data-passkey] button")
    page.wait_for_selector("[data-failed]:not([hidden])")
    page.click("main a:has-text('Sign in another way')")
    page.wait_for_selector("#password")
    context.close()


@pytest.mark.parametrize("locale", WORDS)
def test_codes_work_without_any_script(browser: Browser, served: Served, locale: str) -> None:
    set_up, turn_on, *_ = WORDS[locale]
    context = browser.new_context(locale=locale, java_script_enabled=False)
    page = context.new_page()
    password(page, served)
    page.goto(f"{served.url}/account/security")
    page.click(f"main button:has-text('{set_up}')")
    page.wait_for_url("**/account/security/totp")
    seed = page.input_value("#secret")
    assert page.evaluate("document.querySelector('main img').naturalWidth") > 0
    page.fill("#code", TOTP(seed).at(int(time.time())))
    page.click(f"main button:has-text('{turn_on}')")
    codes = (page.text_content("#codes") or "").split()
    assert len(codes) == 10
    keys = json.loads(jeton(served.data, "keys", "list", "--json").stdout)
    assert [key["used"] for key in keys] == [True]

    out(context)
    password(page, served)
    page.wait_for_url("**/login/second**")
    page.fill("#code", TOTP(seed).at(int(time.time()) + 30))  # that of now was taken when it was set up
    page.click("main button.primary")
    page.wait_for_url(re.compile("/admin/applications"))

    out(context)
    password(page, served)
    page.click("main summary")
    page.fill("#recovery", codes[0].upper())
    page.click("main details button")
    page.wait_for_url(re.compile("/admin/applications"))

    rescued = jeton(served.data, "user", "unenroll", "--login", ADMIN_LOGIN)
    assert (rescued.returncode, "is off" in rescued.stderr) == (0, True)
    out(context)
    password(page, served)
    page.wait_for_url(re.compile("/admin/applications"))
    context.close()
