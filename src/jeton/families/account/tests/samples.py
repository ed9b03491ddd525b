"""A request that succeeds, for each call on one's own account: a person makes it."""

from jeton.testing.samples import Sample, Samples

SAMPLES: Samples = {
    "account.read": lambda work: Sample(as_person=True),
    "account.change": lambda work: Sample(as_person=True, json={"firstname": "Ana"}),
}
