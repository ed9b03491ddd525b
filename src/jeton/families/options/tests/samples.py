"""A request that succeeds, for each call on access policies."""

from jeton.families.groups.tests.samples import a_group, a_person
from jeton.kernel.access import Policy
from jeton.kernel.ports import Work
from jeton.testing.samples import Sample, Samples


def restricted(work: Work) -> Sample:
    """A group that may act on weekdays."""
    group = a_group(work)
    work.access.keep(group, Policy(days=62))
    return Sample(path={"user_id": str(group)})


def person(work: Work) -> Sample:
    """A person without a policy, and one to set."""
    return Sample(path={"user_id": str(a_person(work).id)}, json={"days": 62, "ips": ["192.0.2.0/24"]})


SAMPLES: Samples = {"options.read": restricted, "options.change": person, "options.remove": restricted}
