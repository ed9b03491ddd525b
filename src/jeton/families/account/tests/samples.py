"""A request that succeeds, for each call on one's own account: a person makes it."""

from jeton.kernel.ports import Work
from jeton.testing.pictures import png
from jeton.testing.samples import Sample, Samples


def pictured(work: Work) -> Sample:
    """The person of the matrix has a picture."""
    person = work.people.find_by_identifier("person")
    if person is not None:
        work.people.set_picture(person.id, png())
    return Sample(as_person=True)


SAMPLES: Samples = {
    "account.read": lambda work: Sample(as_person=True),
    "account.change": lambda work: Sample(as_person=True, json={"firstname": "Ana"}),
    "account.picture": pictured,
    "account.set_picture": lambda work: Sample(as_person=True, content=png()),
    "account.remove_picture": pictured,
}
