"""A whole platform in a folder of its own, behind its ASGI door: what API tests stand on.

Nothing is replaced but the clock, which stands still until a test moves it, and the network.
"""

import asyncio
import io
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx2
from sqlalchemy import select

from jeton.assembly.catalogue import Catalogue, find_catalogue
from jeton.assembly.folder import make_folder
from jeton.assembly.settings import Settings
from jeton.assembly.wiring import build
from jeton.edge.openapi import openapi_document
from jeton.families.applications import service as applications
from jeton.families.applications.model import CreateApplication, Registration, WithSecret
from jeton.kernel.accounts import NewAccount, add_account, set_up
from jeton.kernel.applications import USUAL, ApplicationType, ClientMetadata
from jeton.kernel.caller import OPERATOR
from jeton.kernel.groups import Group
from jeton.kernel.ids import TokenId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.scopes import ALL_SCOPES, Scopes
from jeton.kernel.tree import Strictness
from jeton.kit.clock import SECOND, Instant
from jeton.kit.mint import SystemMint
from jeton.storage.sql.schema.platform import audit
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.turns import has_more
from jeton.storage.work import SqlWork
from jeton.testing.answers import check_answer
from jeton.testing.postgres import is_chosen, migrated_database, server
from jeton.testing.sqlite import lay_migrated
from jeton.testing.tokens import tokens_for
from jeton.workshop.passwords import Argon2

T = TypeVar("T")

BEGINNING: Final[Instant] = 1_770_000_000 * SECOND
PUBLIC_URL: Final = "http://127.0.0.1:8080"
ADMIN_LOGIN: Final = "ada"
ADMIN_PASSWORD: Final = "correct horse battery"
_described: Final = cache(lambda: openapi_document(find_catalogue().operations, PUBLIC_URL))
_AUDIT: Final = Sql(select(audit.c.action).order_by(audit.c.id), str)


class World:
    """A platform that is set up, its administrator `ada`, and a client for its door."""

    def __init__(
        self,
        folder: Path,
        *,
        names: Strictness = Strictness.STRICT,
        is_set_up: bool = True,
        catalogue: Catalogue | None = None,
        does_jobs: bool = True,
        password_login: bool = False,
        database_url: str | None = None,
    ) -> None:
        """In a folder that may hold a platform already, and on a database of its own unless one is given."""
        self.now: Instant = BEGINNING
        self.log = io.StringIO()
        self.mint = SystemMint()
        self.folder = folder
        self.database_url = database_url or (migrated_database() if is_chosen() else None)
        settings = Settings(
            data=folder,
            public_url=PUBLIC_URL,
            names=names,
            trusted_proxies=frozenset(),
            database_url=self.database_url,
            password_login=password_login,
        )
        if self.database_url is None:
            lay_migrated(folder)
        make_folder(settings, self.clock, self.mint)
        # A loop on a thread of its own: a browser's driver may have one running on this thread.
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="world")
        self._thread.start()
        self.catalogue = catalogue or find_catalogue()
        self.running = build(
            settings,
            PUBLIC_URL,
            catalogue=self.catalogue,
            clock=self.clock,
            mint=self.mint,
            log=self.log,
            does_jobs=does_jobs,
        )
        self.openapi = _described() if catalogue is None else openapi_document(catalogue.operations, PUBLIC_URL)
        transport = httpx2.ASGITransport(app=self.running.app, raise_app_exceptions=False)
        self.http = httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL)
        self._tokens = 0
        if is_set_up:
            self.admin = self.write(self._set_up)

    def clock(self) -> Instant:
        """The time, as this world has it."""
        return self.now

    def pass_time(self, seconds: float) -> None:
        """Move the clock on."""
        self.now += int(seconds * SECOND)

    def run(self, work: Awaitable[T]) -> T:
        """Run something asynchronous to its end."""
        return self._run(lambda: work)

    def write(self, use: Callable[[Work], T]) -> T:
        """Do something in the writer's transaction."""
        return self._run(lambda: self.running.works.write(use))

    def read(self, use: Callable[[Work], T]) -> T:
        """Look at something."""
        return self._run(lambda: self.running.works.read(use))

    def _run(self, begin: Callable[[], Awaitable[T]]) -> T:
        async def through() -> T:
            return await begin()

        return asyncio.run_coroutine_threadsafe(through(), self.loop).result(60)

    def deliver(self) -> None:
        """Hand over every mail that is due; a served platform does so by itself."""
        while self.run(self.running.post.deliver()):
            pass

    def do_jobs(self) -> None:
        """Do at once what is otherwise done when nobody waits, often enough that one finds what another left."""
        for _ in range(3):
            for job in self.running.jobs:
                while has_more(self.write(job), 0):
                    pass

    def until(self, holds: Callable[[], bool]) -> bool:
        """Wait for what is done in the background, such as facts being written; whether it came."""
        limit = time.monotonic() + 10
        while not (came := holds()) and time.monotonic() < limit:
            time.sleep(0.02)
        return came

    def _set_up(self, work: Work) -> User:
        account = NewAccount(
            login=ADMIN_LOGIN,
            email="ada@example.org",
            firstname="Ada",
            lastname="Martin",
            is_administrator=True,
            password_hash=_hash(ADMIN_PASSWORD),
        )
        return set_up(work, account, name="Documents", language="en", token=None)

    def audit(self) -> list[str]:
        """The actions that were written down, in their order."""

        def look(work: Work) -> list[str]:
            assert isinstance(work, SqlWork)
            return work.session.all(_AUDIT)

        return self.read(look)

    def person(self, login: str, *, is_administrator: bool = False, is_active: bool = True) -> User:
        """An account; its password is `<login> has a long password`."""
        account = NewAccount(
            login=login,
            email=f"{login}@example.org",
            is_administrator=is_administrator,
            is_active=is_active,
            password_hash=_hash(f"{login} has a long password"),
        )
        return self.write(lambda work: add_account(work, OPERATOR, account))

    def group(self, name: str, *, members: Sequence[User] = (), delegates: Sequence[User] = ()) -> Group:
        """A group of people, and who administers it."""

        def make(work: Work) -> Group:
            made = Group(id=work.people.new_id(), name=name, created_at=work.now)
            work.groups.add(made)
            work.groups.admit(made.id, [member.id for member in members])
            for delegate in delegates:
                work.groups.add_delegate(made.id, delegate.id)
            return made

        return self.write(make)

    def application(
        self,
        scopes: str = "all",
        *,
        name: str | None = None,
        type: ApplicationType = ApplicationType.SERVER,  # noqa: A002 - the wire's word
        metadata: ClientMetadata = USUAL,
    ) -> WithSecret:
        """A registered application and its secret."""
        self._tokens += 1
        registration = Registration(
            name=name or f"Application {self._tokens}",
            description="",
            editor="Example",
            editor_url="",
            type=type,
            is_public=False,
            callback_urls=() if type is ApplicationType.SERVER else ("https://portal.example.org/callback",),
            scopes=ALL_SCOPES if scopes == "all" else Scopes.parse(scopes),
            lifetime_s=86_400,
            metadata=metadata,
        )
        return self.write(
            lambda work: applications.create(work, OPERATOR, CreateApplication(registration=registration))
        )

    def token(self, scopes: str = "all", *, person: User | None = None) -> str:
        """A token: a Server application's own by the token endpoint; for a person, one that a Client one got."""
        if person is not None:
            client = self.application(scopes, type=ApplicationType.CLIENT)
            return self.write(lambda work: tokens_for(work, client, person)).access_token
        made = self.application(scopes)
        answer = self.send(
            "POST",
            "/oauth2/token",
            json={
                "client_id": made.application.client_id,
                "grant_type": "client_credentials",
                "client_secret": made.client_secret,
            },
        )
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def is_ended(self, token: str) -> bool:
        """Whether a call ended the very token that it was made with."""
        number = TokenId(int(token.removeprefix("jt_at_").partition(".")[0]))
        found = self.read(lambda work: work.tokens.find(number))
        return found is None or found.revoked_at is not None

    def send(self, method: str, path: str, *, token: str | None = None, **options: Any) -> httpx2.Response:
        """Send a request as it is; an answer of the API is held against the OpenAPI document."""
        given = options.pop("headers", None) or {}
        headers = list(given.items() if isinstance(given, dict) else given)  # a list can hold one header twice
        if token is not None:
            headers.append(("Authorization", f"Bearer {token}"))
        response = self.run(self.http.request(method, path, headers=headers, **options))
        check_answer(self.openapi, method, path, response.status_code, response.headers, response.content)
        return response

    def close(self) -> None:
        """End it."""
        self.run(self.http.aclose())
        self.run(self.running.close())
        self.run(self.loop.shutdown_default_executor())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        if self.database_url is not None:
            server().drop(self.database_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


_HASHES: dict[str, str] = {}


def _hash(password: str) -> str:
    # argon2id is slow on purpose; a suite that makes many people hashes each password once.
    if password not in _HASHES:
        _HASHES[password] = Argon2(SystemMint()).hash(password)
    return _HASHES[password]
