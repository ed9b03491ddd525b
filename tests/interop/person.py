"""A person at a browser without scripts, who signs in and decides on the real pages, over HTTP."""

import re
from html import unescape
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx2

from jeton.testing.browsing import hidden_fields
from jeton.testing.served import ADMIN_LOGIN, ADMIN_PASSWORD, Served

AUTHORIZE: Final = "/oauth2/authorize"
_ONWARD: Final = re.compile(r"http-equiv=\"refresh\" content=\"0;url='([^']*)'\"")


class Person:
    """The administrator `ada`; the browser keeps its cookies from one decision to the next."""

    def __init__(self, served: Served) -> None:
        headers = {"Accept-Language": "en", "Origin": served.url, "Sec-Fetch-Site": "same-origin"}
        self.http = httpx2.Client(base_url=served.url, headers=headers)

    def allow(self, address: str) -> str:
        """Go where a client sends one, and allow it; the callback's whole address, as the browser would ask for it."""
        return self._decide(address, "allow")

    def refuse(self, address: str) -> str:
        """The same, refusing."""
        return self._decide(address, "deny")

    def allow_device(self, address: str, user_code: str) -> None:
        """Go where a device shows one to go, type its code, and allow it."""
        page = self._page(address)
        page = self.http.post(address, data={**hidden_fields(page.text), "user_code": user_code})
        page = self.http.post(address, data={**hidden_fields(page.text), "decision": "allow"})
        assert page.status_code == 200, page.text

    def _decide(self, address: str, decision: str) -> str:
        page = self._page(address)
        if page.status_code == 302:
            return str(page.headers["location"])
        assert page.status_code == 200, page.text
        page = self.http.post(AUTHORIZE, data={**hidden_fields(page.text), "decision": decision})
        found = _ONWARD.search(page.text)
        assert found is not None, page.text
        return unescape(found[1])

    def _page(self, address: str) -> httpx2.Response:
        page = self.http.get(address)
        if page.headers.get("location", "").startswith("/login"):
            self._sign_in()
            page = self.http.get(address)
        return page

    def _sign_in(self) -> None:
        page = self.http.get("/login")
        typed = {"login": ADMIN_LOGIN, "password": ADMIN_PASSWORD}
        assert self.http.post("/login", data={**hidden_fields(page.text), **typed}).status_code == 303

    def close(self) -> None:
        """End it."""
        self.http.close()


def brought(callback: str) -> dict[str, str]:
    """What an address brings in its query."""
    return {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
