"""Every page of the console in a real browser: no violation of WCAG 2.2 A and AA, in both themes and languages, at
both ends of the widths; nothing blocked by the policy, nothing asked from elsewhere, and light to load.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import axe_playwright_python
import httpx2
import pytest
from playwright.sync_api import Browser, Page

from jeton.assembly.catalogue import find_catalogue
from jeton.testing.served import ADMIN_LOGIN, ADMIN_PASSWORD, Served, create_app, init, jeton
from tests.interop.person import AUTHORIZE, Person

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
HEAVIEST_PAGE_BYTES = 60 << 10
HEAVIEST_SCRIPTS_BYTES = 10 << 10
OUTSIDE = ("/login", "/prove", "/welcome", "/nowhere", "/device")
PORTAL = "https://portal.example.org/callback"


class Shown(NamedTuple):
    """A running platform, and the paths of all its pages."""

    served: Served
    paths: tuple[str, ...]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    data = tmp_path_factory.mktemp("pages") / "data"
    init(data)
    app = create_app(data, name="Archivage mensuel")
    with Served(data) as served:
        token = served.token(app)
        _, group = served.call("POST", "/api/group", {"login": "Service juridique", "members": [1]}, token=token)
        served.call("POST", "/api/delegate", {"group_id": group["id"], "user_id": 1}, token=token)
        _, inner = served.call("POST", "/api/folder", {"parent_id": 1, "name": "Contrats"}, token=token)
        for folder, rights in ((1, {"read": True, "browse": True, "download": True}), (inner["id"], {"read": True})):
            served.call("POST", "/api/right", {"folder_id": folder, "target_id": group["id"], **rights}, token=token)
        served.call("POST", "/api/right", {"folder_id": 1, "target_id": 1, "browse": True}, token=token)
        for name in ("Ancien", "Plus ancien"):
            _, old = served.call("POST", "/api/folder", {"parent_id": 1, "name": name}, token=token)
            _, thrown = served.call("DELETE", f"/api/folder/{old['id']}", token=token)
        document = file(served, token, inner["id"])
        facts = {
            "file_id": document,
            "client_id": app["client_id"],
            "user_id": 1,
            "group_id": group["id"],
            "target_id": group["id"],
            "folder_id": inner["id"],
            "trash_id": thrown["id"],
            "log_id": served.call("GET", "/api/logs?limit=1", token=token)[1][0]["id"],
        }
        pages = (page.path.format_map(facts) for page in find_catalogue().pages if page.template)
        searched = (f"/groups/{group['id']}{page}?find=a" for page in ("", "/settings"))
        searched = (*searched, f"/folders/{inner['id']}?find=a", "/folders/1", "/trash?others=1", "/files/1")
        searched = (*searched, f"/files/{inner['id']}/move?file-{document}=1&in=1")
        yield Shown(served, (*OUTSIDE, *pages, *searched, *asked_by_an_application(served)))


def file(served: Served, token: str, folder: int) -> int:
    """A file of two versions, one of which somebody may look at."""
    for content in (b"Janvier : 12 euros", b"Janvier : 13 euros"):
        sent = httpx2.post(
            f"{served.url}/api/file/upload",
            headers={"Authorization": f"Bearer {token}"},
            data={"folderId": str(folder)},
            files={"targetFile": ("janvier.txt", content)},
        )
        assert sent.status_code == 201, sent.text
    number: int = sent.json()["id"]
    return number


def asked_by_an_application(served: Served) -> tuple[str, ...]:
    """Consent to more than was allowed before, an application that is mistaken, and what it has for a console page."""
    arguments = ("--name", "Portail clients", "--type", "client", "--publisher", "Exemple", "--callback", PORTAL)
    told = jeton(served.data, "app", "create", *arguments, "--scope", "all", "--json")
    client_id = json.loads(told.stdout)["client_id"]
    query = {"response_type": "code", "client_id": client_id}
    person = Person(served)
    person.allow(f"{AUTHORIZE}?{urlencode({**query, 'scope': 'files.read'})}")
    person.close()
    base = f"/admin/applications/{client_id}"
    return (
        f"{AUTHORIZE}?{urlencode({**query, 'optional_scope': 'users.read', 'scope': 'files.readwrite admin.write'})}",
        f"{AUTHORIZE}?{urlencode({**query, 'redirect_uri': f'{PORTAL}s'})}",
        *(f"{base}{page}" for page in ("", "/users", "/tokens", "/protocol", "/address", "/edit")),
    )


def log_in(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/login")
    page.fill("[name=login]", ADMIN_LOGIN)
    page.fill("[name=password]", ADMIN_PASSWORD)
    page.locator("main button.primary").click()
    page.wait_for_url(re.compile("/admin/applications"))


def violations(page: Page) -> list[str]:
    """What axe finds, in short."""
    page.evaluate(AXE + ";0")
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{page.url} {rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("language", "width"), [("fr-FR", 360), ("en-GB", 1280)])
def test_no_page_keeps_anybody_out(browser: Browser, shown: Shown, theme: Any, language: str, width: int) -> None:
    context = browser.new_context(locale=language, color_scheme=theme, viewport={"width": width, "height": 800})
    page = context.new_page()
    found: list[str] = []
    page.goto(f"{shown.served.url}/login")
    found += violations(page)
    log_in(page, shown.served)
    for path in shown.paths:
        page.goto(shown.served.url + path)
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{path} scrolls sideways at {width} px")
    page.goto(f"{shown.served.url}/admin/applications/new")
    page.get_by_role("button", name=re.compile("Sélectionnez les scopes|Select the scopes")).click()
    found += violations(page)
    context.close()
    assert found == []


@pytest.mark.browser
def test_pages_are_narrow_at_320_pixels_light_to_load_and_keep_to_themselves(browser: Browser, shown: Shown) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": 320, "height": 700})
    page = context.new_page()
    complaints: list[str] = []
    foreign: list[str] = []
    sizes: dict[str, int] = {}
    page.on("console", lambda message: complaints.append(f"{page.url} {message.text}"))

    def weigh(response: Any) -> None:
        if not response.url.startswith((shown.served.url, "data:")):
            foreign.append(response.url)
        if response.ok and not response.url.startswith("data:"):
            sizes[response.url] = int(response.headers["content-length"])  # as it travels, compressed or not

    log_in(page, shown.served)
    context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.on("response", weigh)
    for path in shown.paths:
        if path == "/nowhere" or "redirect_uri" in path:  # refused, which a browser writes on its console
            continue
        sizes.clear()
        page.goto(shown.served.url + path, wait_until="networkidle")
        assert sum(sizes.values()) < HEAVIEST_PAGE_BYTES, (path, sizes)
        scripts = {url: size for url, size in sizes.items() if url.endswith(".js")}
        assert 0 < sum(scripts.values()) < HEAVIEST_SCRIPTS_BYTES, (path, scripts)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), path
    context.close()
    assert (complaints, foreign) == ([], [])


@pytest.mark.browser
def test_the_command_line_and_the_pages_see_the_same_application(shown: Shown) -> None:
    told = jeton(shown.served.data, "app", "list", "--json")
    assert told.returncode == 0
    assert "Archivage mensuel" in told.stdout
