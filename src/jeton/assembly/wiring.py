"""The whole platform put together on a data folder: one object that serves, and that ends cleanly."""

import asyncio
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from jeton.assembly.catalogue import Catalogue, find_catalogue
from jeton.assembly.jobs import Job, idle_jobs
from jeton.assembly.post import Post
from jeton.assembly.settings import Settings
from jeton.console.app import Console
from jeton.console.consent import AUTHORIZE_PATH
from jeton.edge.app import Edge
from jeton.edge.metering import Meter
from jeton.edge.oauth2.endpoints import OAuth2Edge
from jeton.edge.openapi import openapi_document
from jeton.edge.pipeline import Pipeline
from jeton.edge.plain import HEALTH, PlainEdge, Readiness
from jeton.edge.proof import Proofs
from jeton.kernel.mail import Words
from jeton.kernel.ports import Work
from jeton.kernel.scopes import Scopes, ScopeWords
from jeton.kit.clock import Clock, system_clock
from jeton.kit.mint import Mint, SystemMint
from jeton.oauth2.ports import Store
from jeton.oauth2.server import AuthorizationServer
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.keys import KeyFolder
from jeton.storage.nonces import SealedNonces
from jeton.storage.sql.engines import ServingWorks, open_works
from jeton.storage.work import SqlWork
from jeton.web.answers import AsgiApp, Receive, Scope, Send
from jeton.web.crowd import Crowd
from jeton.web.journal import Journal
from jeton.web.languages import Catalogues
from jeton.web.origins import Origins
from jeton.web.seats import SESSION_PREFIX
from jeton.workshop.local import LocalWorkshop

HANDS: Final = 8
"""Threads for bytes on their way."""
SLOW_HANDS: Final = 8
"""Threads for what takes a processor or waits for others: passwords, pictures, proofs by passkey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A platform that answers."""

    app: AsgiApp
    works: ServingWorks
    journal: Journal
    pool: ThreadPoolExecutor
    slow_pool: ThreadPoolExecutor
    post: Post
    readiness: Readiness
    jobs: Sequence[Job]
    """What the writer does when nobody waits, unless it was told to leave it."""

    background: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self) -> None:
        """Begin what goes on beside the answers: mails on their way."""
        self.background.add(asyncio.get_running_loop().create_task(self.post.run()))

    def drain(self) -> None:
        """Say on /readyz that no new work should come here."""
        self.readiness.is_ready = False

    async def close(self) -> None:
        """Finish what was begun, and let go of the data folder."""
        for task in self.background:
            task.cancel()
        await asyncio.gather(*self.background, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(None, self.works.close)
        self.pool.shutdown(wait=True)
        self.slow_pool.shutdown(wait=True)
        self.journal.flush()


def build(
    settings: Settings,
    public_url: str,
    *,
    catalogue: Catalogue | None = None,
    clock: Clock = system_clock,
    mint: Mint | None = None,
    log: TextIO | None = None,
    does_jobs: bool = True,
) -> Running:
    """Open a migrated platform and join everything. Raises FolderInUse, KeysUnsound, Unreachable, UnsoundPostgresql."""
    mint = mint or SystemMint()
    catalogue = catalogue or find_catalogue()
    blobs = DiskBlobs(blob_folder(settings.data))
    jobs = idle_jobs(blobs)
    seals = KeyFolder(settings.key_folder, mint)
    nonces = SealedNonces(seals)
    works = open_works(
        settings.data,
        settings.database_url,
        clock,
        mint,
        names=settings.names,
        password_login=settings.password_login,
        seals=seals,
        idle_jobs=jobs if does_jobs else (),
    )
    pool = ThreadPoolExecutor(HANDS, thread_name_prefix="jeton-hand")
    slow_pool = ThreadPoolExecutor(SLOW_HANDS, thread_name_prefix="jeton-slow")
    catalogues = Catalogues()
    workshop = LocalWorkshop(mint, Words(catalogues.say, public_url), blobs)
    journal = Journal(clock, log)
    meter = Meter(works, clock)
    pipeline = Pipeline(catalogue.operations, works, workshop, blobs, pool, slow_pool, meter)
    origins = Origins(settings.trusted_proxies)
    proofs = Proofs(nonces, works, _authorization_store, clock, public_url)
    edge = Edge(
        catalogue.operations,
        pipeline,
        works,
        catalogues,
        journal,
        public_url=public_url,
        boot=secrets.token_hex(4),
        origins=origins,
        proofs=proofs,
    )
    server = AuthorizationServer(public_url, ScopeWords(), mint, nonces)
    oauth2 = OAuth2Edge(
        server,
        _authorization_store,
        works,
        journal,
        edge.new_request_id,
        issuer=public_url,
        origins=origins,
        clock=clock,
        meter=meter,
    )
    console = Console(
        catalogue.pages,
        catalogue.operations,
        catalogue.template_packages,
        works,
        workshop,
        slow_pool,
        catalogues,
        journal,
        edge.new_request_id,
        mint,
        public_url=public_url,
        origins=origins,
        server=server,
        store_of=_authorization_store,
    )
    for_pages = Edge(
        catalogue.operations,
        pipeline,
        works,
        catalogues,
        journal,
        public_url=public_url,
        boot=secrets.token_hex(4),
        origins=origins,
        proofs=proofs,
        seats=console.seats,
    )
    post = Post(works, workshop, pool, journal)
    readiness = Readiness()
    plain = PlainEdge(works, partial(openapi_document, catalogue.operations, public_url), readiness)
    app = Crowd(_doors(edge, for_pages, oauth2, plain, console), origins, exempt=frozenset(HEALTH))
    return Running(
        app=app, works=works, journal=journal, pool=pool, slow_pool=slow_pool, post=post, readiness=readiness, jobs=jobs
    )


def blob_folder(data: Path) -> Path:
    """Where the bytes of files lie."""
    return data / "blobs"


def _authorization_store(work: Work) -> Store[Scopes]:
    assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
    return work.authorization


def _doors(edge: Edge, for_pages: Edge, oauth2: OAuth2Edge, plain: PlainEdge, console: Console) -> AsgiApp:
    exact: dict[str, AsgiApp] = {**dict.fromkeys(oauth2.paths, oauth2), **dict.fromkeys(plain.paths, plain)}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(("/api/", "//")) or path == "/api":
            await edge(scope, receive, send)
        elif path.startswith(f"{SESSION_PREFIX}/"):
            await for_pages(scope, receive, send)
        elif path in exact:
            await exact[path](scope, receive, send)
        elif path.startswith("/oauth2/") and path != AUTHORIZE_PATH:
            await oauth2(scope, receive, send)
        else:
            await console(scope, receive, send)

    return app
