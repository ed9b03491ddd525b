"""What a client is given when it is set up, and where its endpoints are."""

import json
import secrets
from typing import Final, NamedTuple

import httpx2

from jeton.testing.served import Served, create_app, jeton

CALLBACK: Final = "http://127.0.0.1:53682/callback"
"""Nobody listens there: the person hands over what a browser would have brought."""


class Registered(NamedTuple):
    """A registered application. A public one has no secret."""

    issuer: str
    client_id: str
    client_secret: str | None

    @property
    def authorize(self) -> str:
        """The authorization endpoint."""
        return f"{self.issuer}/oauth2/authorize"

    @property
    def token(self) -> str:
        """The token endpoint."""
        return f"{self.issuer}/oauth2/token"

    @property
    def revoke(self) -> str:
        """The revocation endpoint."""
        return f"{self.issuer}/oauth2/revoke"

    @property
    def introspect(self) -> str:
        """The introspection endpoint."""
        return f"{self.issuer}/oauth2/introspect"

    @property
    def account(self) -> str:
        """A call of the API, about the person."""
        return f"{self.issuer}/api/account"

    @property
    def users(self) -> str:
        """A call of the API that a Server application may make."""
        return f"{self.issuer}/api/users"


def register(served: Served, *arguments: str) -> Registered:
    """As the operator does, by the command."""
    done = jeton(served.data, "app", "create", *arguments, "--publisher", "Example", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return Registered(served.url, told["client_id"], told.get("client_secret"))


def register_by_call(served: Served, **members: object) -> Registered:
    """As a program with `admin.write` does: what the command has no word for, such as keys."""
    token = served.token(create_app(served.data, name=f"Registrar {secrets.token_hex(4)}"))
    status, told = served.call("POST", "/api/oauth2/app", {"editor": "Example", **members}, token=token)
    assert status == 201, told
    return Registered(served.url, told["client_id"], told.get("client_secret"))


def status_with(token: str, address: str) -> int:
    """What a call with this token is answered."""
    return httpx2.get(address, headers={"Authorization": f"Bearer {token}"}).status_code
