"""A person at a browser without scripts, for tests of the console: cookies kept, hidden fields sent along."""

import re
from html import unescape
from typing import Any, Final

import httpx2

from jeton.testing.world import ADMIN_LOGIN, ADMIN_PASSWORD, PUBLIC_URL, World

_HIDDEN: Final = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_NAME: Final = re.compile(r'name="([^"]*)"')
_VALUE: Final = re.compile(r'value="([^"]*)"')


def hidden_fields(text: str) -> dict[str, str]:
    """The hidden fields of a page's main forms."""
    found: dict[str, str] = {}
    main = text.partition("<main")[2]
    for tag in _HIDDEN.findall(main):
        name, value = _NAME.search(tag), _VALUE.search(tag)
        if name and value:
            found.setdefault(unescape(name[1]), unescape(value[1]))
    return found


class Visitor:
    """One browser. `page` is the answer that it shows."""

    def __init__(self, world: World, *, language: str = "en", address: str = "127.0.0.1") -> None:
        self.world = world
        self.headers = {"Accept-Language": language, "Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"}
        transport = httpx2.ASGITransport(world.running.app, raise_app_exceptions=False, client=(address, 123))
        self.http = httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL)
        self.page: httpx2.Response

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """Go somewhere; redirects are not followed."""
        self.page = self.world.run(self.http.get(path, headers={**self.headers, **headers}))
        return self.page

    def post(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> httpx2.Response:
        """Send a form with the hidden fields of the page that is shown."""
        headers = {**self.headers, **options.pop("headers", {})}
        data = {**self.hidden(), **(fields or {})}
        self.page = self.world.run(self.http.post(path, data=data, headers=headers, **options))
        return self.page

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's main forms."""
        return hidden_fields(self.page.text)

    def log_in(self, login: str = ADMIN_LOGIN, password: str = ADMIN_PASSWORD) -> httpx2.Response:
        """By the login page."""
        self.get("/login")
        return self.post("/login", {"login": login, "password": password})

    def close(self) -> None:
        """End it."""
        self.world.run(self.http.aclose())
