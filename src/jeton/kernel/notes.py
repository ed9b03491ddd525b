"""Facts observed on the way, to be kept some time later and never waited for (decisions.md, "Facts observed")."""

from typing import NamedTuple

from jeton.kernel.caller import NOBODY, Caller, Origin
from jeton.kernel.ids import ClientId, FileId, TokenId
from jeton.kernel.people import User
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
    origin: Origin

    @property
    def subject(self) -> tuple[str, int]:
        return (f"{self.operation} {self.code}", self.caller.token_id or self.caller.principal)

    def write(self, work: Work) -> None:
        work.origin = self.origin
        work.audit.refused(self.caller, "call.refused", self.operation, self.code)


class FileDownloaded(NamedTuple):
    """Somebody was sent a file's bytes, or some of them."""

    caller: Caller
    file: FileId
    name: str
    origin: Origin

    @property
    def subject(self) -> tuple[str, int]:
        return (f"download {self.file}", self.caller.token_id or self.caller.principal)

    def write(self, work: Work) -> None:
        work.origin = self.origin
        work.audit.record(self.caller, "file.downloaded", str(self.file), name=self.name)


class LoginRefused(NamedTuple):
    """Somebody did not sign in to an account that is there. What was typed is not told: it may be a password."""

    user: User
    origin: Origin

    @property
    def subject(self) -> tuple[str, int]:
        return ("login refused", self.user.id)

    def write(self, work: Work) -> None:
        work.origin = self.origin
        work.audit.refused(NOBODY, "login.refused", str(self.user.id), "wrong_login", name=self.user.login)


class Guessed(NamedTuple):
    """Somebody showed what nothing here opens with, and may be guessing: a miss for each key (`kernel.guesses`)."""

    keys: tuple[str, ...]

    @property
    def subject(self) -> None:
        return None

    def write(self, work: Work) -> None:
        work.guesses.missed(self.keys, work.now)


class ClientRefused(NamedTuple):
    """Somebody failed to prove to be an application that is there."""

    client_id: ClientId
    origin: Origin

    @property
    def subject(self) -> tuple[str, int]:
        return (f"client refused {self.client_id}", 0)

    def write(self, work: Work) -> None:
        application = work.applications.find(self.client_id)
        if application is not None:  # anything may be shown as an id, a secret too: it is told when it is one
            work.origin = self.origin
            work.audit.refused(NOBODY, "client.refused", self.client_id, "invalid_client", name=application.name)
