"""A request that succeeds, for each call on one's own account: a person makes it."""

from jeton.kernel.ports import Work
from jeton.testing.contracts.values import a_login_session
from jeton.testing.pictures import png
from jeton.testing.samples import Sample, Samples
from jeton.testing.smtp import send_to, shared_catcher


def pictured(work: Work) -> Sample:
    """The person of the matrix has a picture."""
    person = work.people.find_by_identifier("person")
    if person is not None:
        work.people.set_picture(person.id, png())
    return Sample(as_person=True)


def asked(work: Work) -> Sample:
    """A new password for somebody else each time: asking for one again and again is slowed down."""
    send_to(shared_catcher(), work)
    return Sample(json={"login_or_email": f"somebody{work.mint.number(work.now)}"})


def signed_in(work: Work) -> Sample:
    """The person of the matrix sits at a browser."""
    person = work.people.find_by_identifier("person") or work.people.find_by_identifier("ada")
    assert person is not None
    number = work.mint.number(work.now)
    work.login_sessions.add(a_login_session(number, person.id, started_at=work.now))
    return Sample(as_person=True, path={"session_id": str(number)})


SAMPLES: Samples = {
    "sessions.list": lambda work: Sample(as_person=True),
    "sessions.end": signed_in,
    "sessions.end_all": lambda work: Sample(as_person=True),
    "account.read": lambda work: Sample(as_person=True),
    "account.change": lambda work: Sample(as_person=True, json={"firstname": "Ana"}),
    "account.picture": pictured,
    "account.set_picture": lambda work: Sample(as_person=True, content=png()),
    "account.remove_picture": pictured,
    "account.reset_password": asked,
}
