"""Ordinary values for the contract suites; a test says only what matters to it."""

from typing import Any, Final

from jeton.kernel.applications import Application, ApplicationType, Secret
from jeton.kernel.ids import ClientId, FolderId, PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import LoginSession
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kit.clock import Instant

NOW: Final[Instant] = 1_750_000_000_000_000


def a_user(number: int, login: str, **changes: Any) -> User:
    """An active person without further marks. (`Any`: each field has its own type, checked by the record.)"""
    plain = User(
        id=PrincipalId(number),
        login=login,
        firstname="",
        lastname="",
        email=f"{login}@example.org",
        phone="",
        organization="",
        language="auto",
        is_active=True,
        is_administrator=False,
        created_at=NOW,
        password_hash="",
        private_root=FolderId(1000 + number),
    )
    return plain._replace(**changes)


def an_application(number: int, name: str, **changes: Any) -> Application:
    """A Server application with every scope, acting as the principal of its own number."""
    plain = Application(
        id=number,
        client_id=ClientId(f"client{number}"),
        principal=PrincipalId(number),
        name=name,
        description="",
        editor="",
        editor_url="",
        type=ApplicationType.SERVER,
        is_public=False,
        callback_urls=(),
        scopes=ALL_SCOPES,
        lifetime_s=86_400,
        is_suspended=False,
        has_logo=False,
        created_at=NOW,
        created_by="alice",
        last_used_at=None,
    )
    return plain._replace(**changes)


def a_secret(number: int, **changes: Any) -> Secret:
    """A secret without end."""
    plain = Secret(
        id=number, name="first", hint="x9Qz", created_at=NOW, expires_at=None, ended_at=None, last_used_at=None
    )
    return plain._replace(**changes)


def a_login_session(number: int, user: PrincipalId, *, started_at: Instant = NOW) -> LoginSession:
    """A session just begun."""
    return LoginSession(
        id=number,
        user=user,
        digest=b"d" * 32,
        csrf="c",
        started_at=started_at,
        seen_at=started_at,
        proved_at=started_at,
        user_agent="Browser",
    )
