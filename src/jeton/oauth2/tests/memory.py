"""A store that lives in memory, and a server that stands on it: enough for every rule of the core."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from jeton.kernel.scopes import Scopes, ScopeWords
from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import SystemMint, digest
from jeton.oauth2.clients import Client, KeptSecret
from jeton.oauth2.effects import RevokeToken, StoreToken
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.server import AuthorizationServer
from jeton.oauth2.tokens import TokenRecord

NOW: Final[Instant] = 1_770_000_000 * SECOND
ISSUER: Final = "https://docs.example.org"
SECRET: Final = "a secret that nobody guesses"
ROBOT: Final = "robot0000000000000000000"
OTHER: Final = "other0000000000000000000"
GRANTS: Final = frozenset({"client_credentials"})


def secret_of(text: str, *, id: int = 1, ends_at: Instant | None = None) -> KeptSecret:  # noqa: A002 - the record's word
    """A secret as it is kept."""
    return KeptSecret(id, digest(text), ends_at)


def client(
    client_id: str = ROBOT,
    *,
    scopes: str = "files.readwrite users.read",
    secrets: tuple[KeptSecret, ...] = (secret_of(SECRET),),
    is_suspended: bool = False,
    is_public: bool = False,
    grants: frozenset[str] = GRANTS,
    lifetime_s: int = 86_400,
) -> Client[Scopes]:
    """A Server application."""
    return Client(
        client_id, "Robot", grants, Scopes.parse(scopes), lifetime_s, is_public, is_suspended, secrets
    )  # fmt: skip


@dataclass
class MemoryStore:
    """Clients and tokens by their ids; it keeps what it is told and forgets nothing."""

    clients: dict[str, Client[Scopes]] = field(default_factory=dict)
    tokens: dict[int, TokenRecord[Scopes]] = field(default_factory=dict)

    def client(self, client_id: str) -> Client[Scopes] | None:
        return self.clients.get(client_id)

    def token(self, number: int) -> TokenRecord[Scopes] | None:
        return self.tokens.get(number)

    def store_token(self, effect: StoreToken[Scopes]) -> None:
        record = TokenRecord(
            effect.id, effect.digest, effect.client_id, effect.scopes, effect.issued_at, effect.expires_at,
            None, is_usable=True, subject=effect.client_id, username=None,
        )  # fmt: skip
        assert self.tokens.setdefault(effect.id, record) is record

    def revoke_token(self, effect: RevokeToken) -> None:
        record = self.tokens[effect.id]
        assert record.client_id == effect.client_id
        self.tokens[effect.id] = record._replace(ended_at=effect.at)


class Core:
    """The core over a memory store, with a clock that tests move."""

    def __init__(self, *clients: Client[Scopes]) -> None:
        self.store = MemoryStore({one.client_id: one for one in clients or (client(), client(OTHER))})
        self.server = AuthorizationServer(ISSUER, ScopeWords(), SystemMint())
        self.now = NOW

    def ask(self, parameters: Mapping[str, object], authorization: str | None = None) -> TokenAnswer | Refusal:
        """Ask for a token. The read before the write must say the same, and keep nothing."""
        kept = dict(self.store.tokens)
        foreseen = self.server.refusal_of_token(parameters, authorization, self.store, self.now)
        assert self.store.tokens == kept
        answer, authenticated = self.server.token(parameters, authorization, self.store, self.now)
        assert foreseen == (answer if isinstance(answer, Refusal) else None)
        if isinstance(answer, Refusal):
            assert self.store.tokens == kept
        else:
            assert authenticated is not None
        return answer

    def token(self, **parameters: object) -> str:
        """A fresh token of the robot, or of another client."""
        answer = self.ask(request(**parameters))
        assert isinstance(answer, TokenAnswer)
        return answer.access_token


def request(**parameters: object) -> dict[str, object]:
    """A good token request, with members changed or (None) left out."""
    good: dict[str, object] = {"grant_type": "client_credentials", "client_id": ROBOT, "client_secret": SECRET}
    return {name: value for name, value in {**good, **parameters}.items() if value is not None}
