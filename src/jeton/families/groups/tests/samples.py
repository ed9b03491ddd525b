"""A request that succeeds, for each call on groups and delegates."""

from jeton.kernel.accounts import NewAccount, add_account
from jeton.kernel.caller import OPERATOR
from jeton.kernel.groups import Group
from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.testing.samples import Sample, Samples


def a_person(work: Work) -> User:
    return add_account(work, OPERATOR, NewAccount(login=f"g{work.mint.number(work.now)}", email="g@example.org"))


def a_group(work: Work) -> PrincipalId:
    number = work.people.new_id()
    work.groups.add(Group(id=number, name=f"Group {work.mint.number(work.now)}", created_at=work.now))
    work.groups.admit(number, [a_person(work).id])
    return number


def a_delegate(work: Work) -> int:
    return work.groups.add_delegate(a_group(work), a_person(work).id)


def one(work: Work) -> Sample:
    return Sample(path={"group_id": str(a_group(work))})


def one_delegate(work: Work) -> Sample:
    return Sample(path={"delegate_id": str(a_delegate(work))})


SAMPLES: Samples = {
    "groups.list": lambda work: Sample(query={"limit": "10"}),
    "groups.create": lambda work: Sample(
        json={"login": f"Group {work.mint.number(work.now)}", "members": [a_person(work).id]}
    ),
    "groups.read": one,
    "groups.change": lambda work: one(work)._replace(json={"members": [str(a_person(work).id)]}),
    "groups.delete": one,
    "delegates.list": one,
    "delegates.add": lambda work: Sample(json={"group_id": a_group(work), "user_id": a_person(work).id}),
    "delegates.read": one_delegate,
    "delegates.change": lambda work: one_delegate(work)._replace(json={"user_id": a_person(work).id}),
    "delegates.remove": one_delegate,
}
