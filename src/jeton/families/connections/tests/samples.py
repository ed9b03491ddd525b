"""A request that succeeds, for each call on one's own tokens: a person makes it."""

from jeton.kernel.ports import Work
from jeton.testing.samples import Sample, Samples
from jeton.testing.tokens import client_application, tokens_for


def one(work: Work) -> Sample:
    """A token that the person of the matrix gave."""
    person = work.people.find_by_identifier("person") or work.people.find_by_identifier("ada")
    assert person is not None
    tokens_for(work, client_application(work), person)
    newest = work.tokens.of_user(person.id, work.now, limit=1)[0]
    return Sample(path={"token": str(newest.id)}, as_person=True)


SAMPLES: Samples = {
    "connections.tokens": lambda work: Sample(as_person=True),
    "connections.revoke_token": one,
}
