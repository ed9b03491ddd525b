"""What an application that acts for a person asks: codes and proofs, each good for once, made ahead of a run."""

import json
import time
import urllib.error
import urllib.request
from typing import Final, NamedTuple

from benchmarks.load import MARK, Each, Request
from benchmarks.servers import Application, Home, Server
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kit.clock import SECOND, system_clock
from jeton.kit.mint import SystemMint
from jeton.storage.keys import KeyFolder
from jeton.storage.sql.engines import open_beside
from jeton.testing.client_keys import Keys
from jeton.testing.tokens import client_application, code_for, tokens_for

MOST_EACH_SECOND: Final = 6000
"""More than any server here answers, so that a run never runs out."""
_AT_ONCE: Final = 500
_KEYS: Final = Keys()


class Portal(NamedTuple):
    """An application of the type Client, and a person who allowed it."""

    client_id: str
    client_secret: str
    access_token: str
    refresh_token: str


class Grants:
    """One platform's portal, beside whose server codes are made as the consent page makes them."""

    def __init__(self, home: Home, server: Server) -> None:
        self._server = server
        mint = SystemMint()
        self._works = open_beside(
            home.data, home.database_url, system_clock, mint, seals=KeyFolder(home.data / "keys", mint)
        )

        def make(work: Work) -> tuple[Portal, User]:
            (person, *_) = work.people.page(search="", offset=0, limit=1)
            made = client_application(work)
            tokens = tokens_for(work, made, person)
            self._made = made
            application, secret = made.application, made.client_secret or ""
            return Portal(application.client_id, secret, tokens.access_token, tokens.refresh_token or ""), person

        self.portal, self._person = self._works.write(make)

    def close(self) -> None:
        """Let go of the database."""
        self._works.close()

    def exchange(self, seconds: int) -> Request:
        """Codes for so long a run, and what exchanges each."""
        left = MOST_EACH_SECOND * seconds
        codes: list[str] = []
        while left > len(codes):
            codes += self._works.write(lambda work: [code_for(work, self._made, self._person) for _ in range(_AT_ONCE)])
        body = self._form(grant_type="authorization_code", code=MARK)
        return self._post("/oauth2/token", body, Each("body", tuple(codes)))

    def refresh(self, _seconds: int) -> Request:
        """A refresh, which a confidential application may repeat."""
        return self._post(
            "/oauth2/token", self._form(grant_type="refresh_token", refresh_token=self.portal.refresh_token)
        )

    def introspect(self, _seconds: int) -> Request:
        """A look at a live token."""
        return self._post("/oauth2/introspect", self._form(token=self.portal.access_token))

    def proved(self, seconds: int, application: Application) -> Request:
        """A read with a token that is bound to a key, and a proof for each call."""
        token = self._bound_token(application)
        url, now = f"{self._server.url}/api/folder/1", system_clock()
        nonce = self._nonce(application)
        proofs = tuple(
            _KEYS.proof(url, now, htm="GET", token=token, nonce=nonce, jti=f"{time.monotonic_ns()}-{number}")
            for number in range(MOST_EACH_SECOND // 2 * seconds)
        )
        headers = {"Authorization": f"DPoP {token}"}
        return Request(method="GET", url=url, headers=headers, each=Each("DPoP", proofs))

    def _bound_token(self, application: Application) -> str:
        body = {"grant_type": "client_credentials", **application._asdict()}
        url, now = f"{self._server.url}/oauth2/token", system_clock()
        proof = _KEYS.proof(url, now, nonce=self._nonce(application), jti=f"asking at {now // SECOND}")
        with urllib.request.urlopen(_json(url, body, proof)) as answer:
            return str(json.load(answer)["access_token"])

    def _nonce(self, application: Application) -> str:
        try:
            urllib.request.urlopen(_json(f"{self._server.url}/oauth2/token", application._asdict(), "none"))
        except urllib.error.HTTPError as refused:
            return str(refused.headers["dpop-nonce"])
        raise RuntimeError("a request without a grant was served")

    def _form(self, **more: str) -> str:
        portal = self.portal
        members = {"client_id": portal.client_id, "client_secret": portal.client_secret, **more}
        return "&".join(f"{name}={value}" for name, value in members.items())  # all are plain letters and signs

    def _post(self, path: str, body: str, each: Each | None = None) -> Request:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Request(method="POST", url=f"{self._server.url}{path}", headers=headers, body=body, each=each)


def _json(url: str, body: dict[str, str], proof: str) -> urllib.request.Request:
    headers = {"Content-Type": "application/json", "DPoP": proof}
    return urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers, method="POST")
