"""A request that succeeds, for each call on users."""

from jeton.kernel.accounts import NewAccount, add_account
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import Work
from jeton.testing.pictures import png
from jeton.testing.samples import Sample, Samples


def one(work: Work) -> Sample:
    account = NewAccount(login=f"u{work.mint.number(work.now)}", email="u@example.org")
    return Sample(path={"user_id": str(add_account(work, OPERATOR, account).id)})


def pictured(work: Work) -> Sample:
    sample = one(work)
    work.people.set_picture(PrincipalId(int(sample.path["user_id"])), png())
    return sample


SAMPLES: Samples = {
    "users.list": lambda work: Sample(query={"limit": "10"}),
    "users.create": lambda work: Sample(json={"login": f"n{work.mint.number(work.now)}", "email": "n@example.org"}),
    "users.read": one,
    "users.change": lambda work: one(work)._replace(json={"firstname": "Ana"}),
    "users.delete": one,
    "users.quota": one,
    "users.picture": pictured,
    "users.set_picture": lambda work: one(work)._replace(content=png()),
    "users.remove_picture": pictured,
}
