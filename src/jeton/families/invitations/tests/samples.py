"""A request that succeeds, for each call on invitations."""

from jeton.families.groups.tests.samples import a_person
from jeton.kernel.entries import READING
from jeton.kernel.ids import PrincipalId
from jeton.kernel.invitations import LIVES, Invitation
from jeton.kernel.ports import Work
from jeton.testing.samples import Sample, Samples, home


def an_invitation(work: Work) -> int:
    """Of the first administrator, to a stranger."""
    number = work.mint.number(work.now)
    email = f"s{number}@example.org"
    invitation = Invitation(number, home.get(), READING, email, "", PrincipalId(1), "ada", None, work.now + LIVES)
    work.invitations.add(invitation, work.now)
    return number


def create(work: Work) -> Sample:
    """Somebody with an account."""
    return Sample(json={"folder": home.get(), "rights": 1, "target": str(a_person(work).id)})


SAMPLES: Samples = {
    "invitations.create": create,
    "invitations.invitable": lambda work: Sample(path={"folder_id": str(home.get())}),
    "invitations.list": lambda work: Sample(path={"folder_id": str(home.get())}),
    "invitations.change": lambda work: Sample(
        path={"invitation_id": str(an_invitation(work))}, json={"expiration": None, "rights": 1}
    ),
    "invitations.withdraw": lambda work: Sample(path={"invite_id": str(an_invitation(work))}),
}
