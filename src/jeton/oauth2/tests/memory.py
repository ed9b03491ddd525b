"""A store that lives in memory, and a server that stands on it: enough for every rule of the core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from jeton.kernel.scopes import Scopes, ScopeWords
from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import SystemMint, digest
from jeton.oauth2.clients import Client, KeptSecret, Terms
from jeton.oauth2.codes import CodeRecord
from jeton.oauth2.device import Decision, DeviceRecord
from jeton.oauth2.dpop import NONCE_LIVES
from jeton.oauth2.effects import (
    ClaimCode,
    ClaimDevice,
    DevicePolled,
    ProlongRefresh,
    RevokeFamily,
    RevokeToken,
    RotateRefresh,
    StoreCode,
    StoreDevice,
    StorePushed,
    StoreRefresh,
    StoreToken,
)
from jeton.oauth2.endpoints.authorize import Sound
from jeton.oauth2.endpoints.token import TokenAnswer
from jeton.oauth2.jws import new_key
from jeton.oauth2.pushed import PushedRecord
from jeton.oauth2.refresh import RefreshRecord, Rotation
from jeton.oauth2.refusals import Refusal
from jeton.oauth2.server import AuthorizationServer
from jeton.oauth2.signing import PublicKey, SigningKey
from jeton.oauth2.tokens import TokenRecord

NOW: Final[Instant] = 1_770_000_000 * SECOND
ISSUER: Final = "https://docs.example.org"
SECRET: Final = "a secret that nobody guesses"
ROBOT: Final = "robot0000000000000000000"
OTHER: Final = "other0000000000000000000"
PORTAL: Final = "portal000000000000000000"
CALLBACK: Final = "https://portal.example.org/callback"
USUAL: Final = Terms()
GRANTS: Final = frozenset({"client_credentials"})
FOR_PEOPLE: Final = frozenset({"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"})


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
    callbacks: tuple[str, ...] = (),
    terms: Terms = USUAL,
) -> Client[Scopes]:
    """A Server application."""
    return Client(
        client_id, "Robot", grants, Scopes.parse(scopes), lifetime_s, is_public, is_suspended, secrets, callbacks,
        terms,
    )  # fmt: skip


def portal(**changed: Any) -> Client[Scopes]:
    """A Client application: it acts for people."""
    own: dict[str, Any] = {"lifetime_s": 3600, "callbacks": (CALLBACK,), "grants": FOR_PEOPLE}
    return client(PORTAL, **{**own, **changed})


@dataclass
class MemoryStore:
    """Clients and tokens by their ids; it keeps what it is told and forgets nothing."""

    clients: dict[str, Client[Scopes]] = field(default_factory=dict)
    tokens: dict[int, TokenRecord[Scopes]] = field(default_factory=dict)
    codes: dict[int, CodeRecord[Scopes]] = field(default_factory=dict)
    refreshes: dict[int, RefreshRecord[Scopes]] = field(default_factory=dict)
    families: dict[int, set[int]] = field(default_factory=dict)
    revoked: list[RevokeFamily] = field(default_factory=list)
    pushed: dict[int, PushedRecord] = field(default_factory=dict)
    devices: dict[int, DeviceRecord[Scopes]] = field(default_factory=dict)
    user_codes: dict[bytes, int] = field(default_factory=dict)
    used: dict[bytes, Instant] = field(default_factory=dict)
    keys: list[tuple[PublicKey, str]] = field(default_factory=list)
    hurried: int = 0
    """How many conditional updates lose, as if another request had been first."""

    def kept(self) -> tuple[dict[Any, Any], ...]:
        """All that is kept, to be compared."""
        return (
            dict(self.tokens), dict(self.codes), dict(self.refreshes), dict(enumerate(self.revoked)),
            dict(self.devices), dict(self.used),
        )  # fmt: skip

    def client(self, client_id: str) -> Client[Scopes] | None:
        return self.clients.get(client_id)

    def token(self, number: int) -> TokenRecord[Scopes] | None:
        return self.tokens.get(number)

    def store_token(self, effect: StoreToken[Scopes]) -> None:
        record = TokenRecord(
            effect.id, effect.digest, effect.client_id, effect.scopes, effect.issued_at, effect.expires_at,
            None, is_usable=True, subject=effect.subject or effect.client_id, username=effect.subject,
            binding=effect.binding,
        )  # fmt: skip
        assert self.tokens.setdefault(effect.id, record) is record
        if effect.family is not None:
            self.families.setdefault(effect.family, set()).add(effect.id)

    def code(self, number: int) -> CodeRecord[Scopes] | None:
        return self.codes.get(number)

    def store_code(self, effect: StoreCode[Scopes]) -> None:
        self.codes[effect.id] = CodeRecord(
            effect.id, effect.digest, effect.client_id, effect.subject, effect.scopes, effect.redirect_uri,
            effect.challenge, effect.expires_at, None, is_usable=True, binding=effect.binding,
        )  # fmt: skip

    def claim_code(self, effect: ClaimCode) -> bool:
        self.codes[effect.id] = self.codes[effect.id]._replace(claimed_at=effect.at)
        return self._wins()

    def refresh_token(self, number: int) -> RefreshRecord[Scopes] | None:
        found = self.refreshes.get(number)
        if found is None or found.rotation is None:
            return found
        successor = self.refreshes[found.rotation.successor]
        return found._replace(rotation=found.rotation._replace(is_successor_used=successor.rotation is not None))

    def store_refresh(self, effect: StoreRefresh[Scopes]) -> None:
        record = RefreshRecord(
            effect.id, effect.digest, effect.client_id, effect.subject, effect.subject, effect.scopes, effect.family,
            effect.issued_at, effect.expires_at, effect.ends_at, None, is_usable=True, rotation=None,
            binding=effect.binding,
        )  # fmt: skip
        assert self.refreshes.setdefault(effect.id, record) is record

    def prolong_refresh(self, effect: ProlongRefresh) -> None:
        self.refreshes[effect.id] = self.refreshes[effect.id]._replace(expires_at=effect.expires_at)

    def rotate_refresh(self, effect: RotateRefresh) -> bool:
        rotation = Rotation(effect.at, effect.salt, effect.successor, is_successor_used=False)
        if not self._wins():
            return False
        self.refreshes[effect.id] = self.refreshes[effect.id]._replace(rotation=rotation)
        return True

    def revoke_family(self, effect: RevokeFamily) -> None:
        self.revoked.append(effect)
        for number in self.families.get(effect.family, ()):
            self.tokens[number] = self.tokens[number]._replace(ended_at=effect.at)
        for number, record in self.refreshes.items():
            if record.family == effect.family:
                self.refreshes[number] = record._replace(ended_at=effect.at)

    def pushed_request(self, number: int) -> PushedRecord | None:
        return self.pushed.get(number)

    def store_pushed(self, effect: StorePushed) -> None:
        self.pushed[effect.id] = PushedRecord(*effect, shown_at=None, claimed_at=None)

    def show_pushed(self, number: int, at: Instant) -> None:
        if self.pushed[number].shown_at is None:
            self.pushed[number] = self.pushed[number]._replace(shown_at=at)

    def claim_pushed(self, number: int, at: Instant) -> bool:
        is_first = self.pushed[number].claimed_at is None
        self.pushed[number] = self.pushed[number]._replace(claimed_at=at)
        return is_first

    def device_code(self, number: int) -> DeviceRecord[Scopes] | None:
        return self.devices.get(number)

    def device_of(self, user_code_digest: bytes) -> DeviceRecord[Scopes] | None:
        return self.devices.get(self.user_codes.get(user_code_digest, 0))

    def store_device(self, effect: StoreDevice[Scopes]) -> None:
        self.user_codes[effect.user_code_digest] = effect.id
        self.devices[effect.id] = DeviceRecord(
            effect.id, effect.digest, effect.client_id, effect.scopes, effect.binding, "192.0.2.7", effect.issued_at,
            effect.expires_at, effect.interval_s, None, Decision.NONE, None, None, is_usable=True,
        )  # fmt: skip

    def device_polled(self, effect: DevicePolled) -> None:
        before = self.devices[effect.id]
        self.devices[effect.id] = before._replace(polled_at=effect.at, interval_s=effect.interval_s)

    def decide_device(self, number: int, subject: str | None, scopes: Scopes, at: Instant) -> bool:
        if self.devices[number].decision is not Decision.NONE:
            return False
        decision = Decision.REFUSED if subject is None else Decision.ALLOWED
        self.devices[number] = self.devices[number]._replace(decision=decision, subject=subject, scopes=scopes)
        return True

    def claim_device(self, effect: ClaimDevice) -> bool:
        self.devices[effect.id] = self.devices[effect.id]._replace(claimed_at=effect.at)
        return self._wins()

    def remember(self, digest: bytes, until: Instant) -> bool:
        return self.used.setdefault(digest, until) is until

    def signing_key(self, now: Instant) -> SigningKey | None:
        active = [key for key in self.keys if key[0].active_from <= now]
        return SigningKey(str(active[-1][0].jwk["kid"]), active[-1][1]) if active else None

    def public_keys(self) -> Sequence[PublicKey]:
        return [key for key, _ in self.keys]

    def add_key(self, active_from: Instant = 0) -> PublicKey:
        """A fresh key."""
        public, private = new_key()
        self.keys.append((PublicKey(len(self.keys) + 1, public, active_from), private))
        return self.keys[-1][0]

    def _wins(self) -> bool:
        self.hurried -= 1
        return self.hurried < 0

    def revoke_token(self, effect: RevokeToken) -> None:
        record = self.tokens[effect.id]
        assert record.client_id == effect.client_id
        self.tokens[effect.id] = record._replace(ended_at=effect.at)


class ClockNonces:
    """The moment itself as a nonce."""

    def current(self, now: Instant) -> str:
        return f"at-{now}"

    def is_current(self, nonce: str, now: Instant) -> bool:
        return nonce.startswith("at-") and 0 <= now - int(nonce.removeprefix("at-")) < NONCE_LIVES


class Core:
    """The core over a memory store, with a clock that tests move."""

    def __init__(self, *clients: Client[Scopes]) -> None:
        self.store = MemoryStore({one.client_id: one for one in clients or (client(), client(OTHER))})
        self.server = AuthorizationServer(ISSUER, ScopeWords(), SystemMint(), ClockNonces())
        self.now = NOW

    def ask(
        self, parameters: Mapping[str, object], authorization: str | None = None, proofs: Sequence[str] = ()
    ) -> TokenAnswer | Refusal:
        """Ask for a token. The read before the write must say the same, and keep nothing."""
        before, is_hurried = self.store.kept(), self.store.hurried > 0
        foreseen, _ = self.server.refusal_of_token(parameters, authorization, self.store, self.now, proofs)
        assert self.store.kept() == before
        answer, authenticated = self.server.token(parameters, authorization, self.store, self.now, proofs)
        assert foreseen in (None, answer)
        if isinstance(answer, Refusal):
            assert set(self.store.tokens) == set(before[0])
            assert foreseen is not None or is_hurried or self.store.kept() != before
        else:
            assert authenticated is not None
        return answer

    def code(self, *, subject: str = "7", scopes: str | None = None, **asked: str | None) -> str:
        """A code, for a person who allowed what was asked, or less of it."""
        sound = self.server.authorize(list(authorization(**asked).items()), self.store, self.now)
        assert isinstance(sound, Sound), sound
        allowed = sound.scopes if scopes is None else Scopes.parse(scopes)
        location = self.server.approve(sound, subject, allowed, self.store, self.now)
        return parse_qs(urlsplit(location).query)["code"][0]

    def exchange(self, code: str, **parameters: object) -> TokenAnswer | Refusal:
        """Ask for tokens by a code."""
        return self.ask(exchange(code, **parameters))

    def refresh(self, token: str | None, **parameters: object) -> TokenAnswer | Refusal:
        """Ask for tokens by a refresh token."""
        good = {"grant_type": "refresh_token", "refresh_token": token, "client_id": PORTAL, "client_secret": SECRET}
        return self.ask({name: value for name, value in {**good, **parameters}.items() if value is not None})

    def token(self, **parameters: object) -> str:
        """A fresh token of the robot, or of another client."""
        answer = self.ask(request(**parameters))
        assert isinstance(answer, TokenAnswer)
        return answer.access_token


def authorization(**parameters: str | None) -> dict[str, str]:
    """A good authorization request, with members changed or (None) left out."""
    good = {"response_type": "code", "client_id": PORTAL, "redirect_uri": CALLBACK, "scope": "all", "state": "s t&te"}
    return {name: value for name, value in {**good, **parameters}.items() if value is not None}


def exchange(code: str, **parameters: object) -> dict[str, object]:
    """A good exchange of a code, with members changed or (None) left out."""
    good: dict[str, object] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": PORTAL,
        "client_secret": SECRET,
    }
    return {name: value for name, value in {**good, **parameters}.items() if value is not None}


def request(**parameters: object) -> dict[str, object]:
    """A good token request, with members changed or (None) left out."""
    good: dict[str, object] = {"grant_type": "client_credentials", "client_id": ROBOT, "client_secret": SECRET}
    return {name: value for name, value in {**good, **parameters}.items() if value is not None}
