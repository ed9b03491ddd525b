"""Tokens of a person, by the authorization server itself: what a browser and a client do, in one transaction."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from jeton.families.applications import service as applications
from jeton.families.applications.model import CreateApplication, Registration, WithSecret
from jeton.kernel.applications import ApplicationType
from jeton.kernel.caller import OPERATOR
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.scopes import ALL_SCOPES, Scopes, ScopeWords
from jeton.kit.clock import Instant
from jeton.oauth2.dpop import NONCE_LIVES
from jeton.oauth2.endpoints.authorize import Sound
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.server import AuthorizationServer
from jeton.storage.work import SqlWork

VERIFIER: Final = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE: Final = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The example of RFC 7636, appendix B."""


class ClockNonces:
    """The moment itself as a nonce: enough where nothing is proved, or where a test makes the proofs."""

    def current(self, now: Instant) -> str:
        return f"at-{now}"

    def is_current(self, nonce: str, now: Instant) -> bool:
        return nonce.startswith("at-") and 0 <= now - int(nonce.removeprefix("at-")) < NONCE_LIVES


def server_of(work: Work) -> AuthorizationServer[Scopes]:
    """One with the platform's own mint: two mints would come to the same numbers where time stands still."""
    return AuthorizationServer("http://127.0.0.1:8080", ScopeWords(), work.mint, ClockNonces())


def altered(token: str) -> str:
    """The same with another last letter, whatever that was."""
    return token[:-1] + ("x" if token[-1] != "x" else "y")


def client_application(work: Work, *, is_public: bool = False) -> WithSecret:
    """A Client application that may ask for everything."""
    registration = Registration(
        name=f"Portal {work.mint.number(work.now)}",
        description="",
        editor="Example",
        editor_url="",
        type=ApplicationType.CLIENT,
        is_public=is_public,
        callback_urls=("https://portal.example.org/callback",),
        scopes=ALL_SCOPES,
        lifetime_s=3600,
    )
    return applications.create(work, OPERATOR, CreateApplication(registration=registration))


def code_for(work: Work, made: WithSecret, person: User) -> str:
    """A code, as if the person had allowed the application all that it may ask."""
    assert isinstance(work, SqlWork)
    application, store, server = made.application, work.authorization, server_of(work)
    asked = [("response_type", "code"), ("client_id", application.client_id), ("scope", "all")]
    if application.is_public:
        asked += [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]
    sound = server.authorize(asked, store, work.now)
    assert isinstance(sound, Sound), sound
    location = server.approve(sound, str(person.id), sound.scopes, store, work.now)
    return parse_qs(urlsplit(location).query)["code"][0]


def tokens_for(work: Work, made: WithSecret, person: User) -> TokenAnswer:
    """An access token and a refresh token for such a code."""
    assert isinstance(work, SqlWork)
    exchange: dict[str, object] = {
        "grant_type": "authorization_code",
        "code": code_for(work, made, person),
        "client_id": made.application.client_id,
        **({"code_verifier": VERIFIER} if made.application.is_public else {"client_secret": made.client_secret}),
    }
    answer, _ = server_of(work).token(exchange, None, work.authorization, work.now)
    assert isinstance(answer, TokenAnswer), answer
    return answer
