"""A request that succeeds, for each call on applications."""

from jeton.families.applications import service
from jeton.families.applications.model import CreateApplication, Registration
from jeton.kernel.applications import ApplicationType
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import ClientId
from jeton.kernel.ports import Work
from jeton.kernel.scopes import Scopes
from jeton.storage.work import SqlWork
from jeton.testing.samples import Sample, Samples
from jeton.testing.tokens import server_of


def make(work: Work) -> str:
    """An application that holds no more than a caller with admin.write does."""
    registration = Registration(
        name=f"Sample {work.mint.number(work.now)}",
        description="",
        editor="",
        editor_url="",
        type=ApplicationType.SERVER,
        is_public=False,
        callback_urls=(),
        scopes=Scopes.parse("admin.write"),
        lifetime_s=600,
    )
    made = service.create(work, OPERATOR, CreateApplication(registration=registration))
    assert made.client_secret is not None
    return f"{made.application.client_id} {made.client_secret}"


def one(work: Work) -> Sample:
    return Sample(path={"client_id": make(work).split()[0]})


def token(work: Work) -> Sample:
    assert isinstance(work, SqlWork)
    client_id, secret = make(work).split()
    parameters = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    answer, _ = server_of(work).token(parameters, None, work.authorization, work.now)
    return Sample(path={"token": str(answer).partition("jt_at_")[2].partition(".")[0]})


def change(work: Work) -> Sample:
    return Sample(path={"client_id": make(work).split()[0]}, json={"description": "Changed", "suspended": False})


def consenter(work: Work) -> Sample:
    client_id = ClientId(make(work).split()[0])
    (user, *_) = work.people.page(search="", offset=0, limit=1)
    work.consents.keep(user.id, client_id, Scopes.parse("files.read"), work.now)
    return Sample(path={"client_id": client_id, "user_id": str(user.id)})


SAMPLES: Samples = {
    "applications.list": lambda work: Sample(),
    "applications.create": lambda work: Sample(
        json={"name": f"New {work.mint.number(work.now)}", "type": 1, "scopes": ["admin.write"]}
    ),
    "applications.read": one,
    "applications.change": change,
    "applications.delete": one,
    "applications.reset": one,
    "applications.icon": one,
    "applications.tokens": one,
    "applications.users": one,
    "applications.withdraw": consenter,
    "applications.revoke": lambda work: one(work)._replace(json={}),
    "applications.revoke_token": token,
}
