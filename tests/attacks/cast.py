"""Who plays in the attacks: applications of each kind, a person at a browser, and what either would send."""

import re
from html import unescape
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from jeton.families.applications import service
from jeton.families.applications.model import ChangeApplication, CreateApplication, Registration
from jeton.kernel.applications import USUAL, ApplicationType, ClientMetadata
from jeton.kernel.caller import OPERATOR
from jeton.kernel.scopes import Scopes
from jeton.testing.browsing import Visitor
from jeton.testing.tokens import CHALLENGE, VERIFIER
from jeton.testing.world import World

CALLBACK: Final = "https://app.example/cb"
SCOPES: Final = "account.readwrite accountsec.readwrite files.readwrite"
_COUNT = iter(range(10**6))


class App(NamedTuple):
    """A registered application, as its developer knows it."""

    client_id: str
    secret: str | None
    callback: str

    @property
    def proof(self) -> dict[str, str]:
        """What it proves itself with, in a form."""
        return {"client_id": self.client_id, **({} if self.secret is None else {"client_secret": self.secret})}


def register(
    world: World,
    *callbacks: str,
    scopes: str = SCOPES,
    is_public: bool = False,
    is_server: bool = False,
    metadata: ClientMetadata = USUAL,
) -> App:
    """A fresh application of the type Client, unless it is a Server."""
    number = next(_COUNT)
    addresses = callbacks or (CALLBACK,)
    registration = Registration(
        name=f"Actor {number}",
        description="",
        editor="Example",
        editor_url="",
        type=ApplicationType.SERVER if is_server else ApplicationType.CLIENT,
        is_public=is_public,
        callback_urls=() if is_server else addresses,
        scopes=Scopes.parse(scopes),
        lifetime_s=3600,
        metadata=metadata,
    )
    made = world.write(lambda work: service.create(work, OPERATOR, CreateApplication(registration=registration)))
    return App(made.application.client_id, made.client_secret, addresses[0])


def change(world: World, app: App, **changed: Any) -> None:
    """Change an application, as an administrator does."""
    client_id: Any = app.client_id
    world.write(lambda work: service.change(work, OPERATOR, ChangeApplication(client_id=client_id, **changed)))


def request_of(app: App, **asked: str | None) -> dict[str, str]:
    """A good authorization request of an application, with parameters changed or (None) left out."""
    good: dict[str, str | None] = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.callback,
        "state": "a state",
    }
    if app.secret is None:
        good |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    return {name: value for name, value in {**good, **asked}.items() if value is not None}


def ask(visitor: Visitor, app: App, **asked: str | None) -> Any:
    """Send the browser to the authorization endpoint; its answer."""
    return visitor.get(f"/oauth2/authorize?{urlencode(request_of(app, **asked))}")


def went_to(answer: Any) -> str:
    """The address that an answer sends the browser to; empty: none."""
    found = re.search(r"http-equiv=\"refresh\" content=\"0;url='([^']*)'\"", answer.text)
    location: str = unescape(found[1]) if found else answer.headers.get("location", "")
    return location


def told(answer: Any) -> dict[str, str]:
    """What the callback is told, in its query."""
    return {name: values[0] for name, values in parse_qs(urlsplit(went_to(answer)).query).items()}


def allow(visitor: Visitor, decision: str = "allow") -> dict[str, str]:
    """Answer the page that is shown; what the callback is told."""
    return told(visitor.post("/oauth2/authorize", {"decision": decision}))


def code_for(visitor: Visitor, app: App, **asked: str | None) -> str:
    """A code, whether the person is asked or was before."""
    page = ask(visitor, app, **asked)
    answer = told(page) if page.status_code == 302 else allow(visitor)
    assert "code" in answer, (page.status_code, page.text)
    return answer["code"]


def post(world: World, app: App, **form: str | None) -> Any:
    """A token request by a form; None leaves a field out."""
    fields = {name: value for name, value in {**app.proof, **form}.items() if value is not None}
    return world.send("POST", "/oauth2/token", data=fields)


def exchange(world: World, app: App, code: str, **form: str | None) -> Any:
    """A code for tokens."""
    good: dict[str, str | None] = {"grant_type": "authorization_code", "code": code, "redirect_uri": app.callback}
    if app.secret is None:
        good["code_verifier"] = VERIFIER
    return post(world, app, **{**good, **form})


def refresh(world: World, app: App, token: str, **form: str | None) -> Any:
    """A refresh token for an access token."""
    return post(world, app, **{"grant_type": "refresh_token", "refresh_token": token, **form})


def tokens_for(visitor: Visitor, app: App, **asked: str | None) -> dict[str, Any]:
    """Tokens of the person at the browser."""
    answer = exchange(visitor.world, app, code_for(visitor, app, **asked))
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


def refused(answer: Any, error: str, status: int = 400) -> bool:
    """Whether a refusal is this one, with nothing but what RFC 6749 section 5.2 says."""
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error), answer.text
    assert set(body) == {"error", "error_description"}
    return True


def is_live(world: World, token: str) -> bool:
    """Whether an access token opens anything."""
    return world.send("GET", "/api/account", token=token).status_code == 200


def is_told_on_a_page(answer: Any) -> bool:
    """Whether a fault is told to the person on our own page, which leads nowhere else."""
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "location" not in answer.headers
    assert 'http-equiv="refresh"' not in answer.text
    return True
