"""Facts observed on the way, to be kept some time later and never waited for (decisions.md, "Facts observed")."""

from typing import NamedTuple

from jeton.kernel.caller import Caller
from jeton.kernel.ids import ClientId, TokenId
from jeton.kernel.ports import Work


class TokenUsed(NamedTuple):
    """A token was shown, and held."""

    token: TokenId

    @property
    def subject(self) -> tuple[str, int]:
        return ("token", self.token)

    def write(self, work: Work) -> None:
        work.tokens.used(self.token, work.now)


class SecretUsed(NamedTuple):
    """An application proved itself with one of its secrets."""

    client_id: ClientId
    secret_id: int

    @property
    def subject(self) -> tuple[str, int]:
        return ("secret", self.secret_id)

    def write(self, work: Work) -> None:
        work.applications.used(self.client_id, self.secret_id, work.now)


class SessionSeen(NamedTuple):
    """A login session was used."""

    session_id: int

    @property
    def subject(self) -> tuple[str, int]:
        return ("session", self.session_id)

    def write(self, work: Work) -> None:
        work.login_sessions.seen(self.session_id, work.now)


class CallRefused(NamedTuple):
    """Somebody known was refused something."""

    caller: Caller
    operation: str
    code: str

    @property
    def subject(self) -> tuple[str, int]:
        return (f"{self.operation} {self.code}", self.caller.token_id or self.caller.principal)

    def write(self, work: Work) -> None:
        work.audit.record(self.caller, "call.refused", self.operation, code=self.code)
