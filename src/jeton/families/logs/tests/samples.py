"""A request that succeeds, for each call on the journal."""

from jeton.kernel.caller import OPERATOR
from jeton.kernel.logs import LogFilter
from jeton.kernel.ports import Work
from jeton.testing.samples import Sample, Samples


def one(work: Work) -> Sample:
    work.audit.record(OPERATOR, "platform.set_up", "platform")
    (newest,) = work.logs.page(LogFilter(), offset=0, limit=1)
    return Sample(path={"log_id": str(newest.id)})


SAMPLES: Samples = {
    "logs.list": lambda work: Sample(query={"limit": "10"}),
    "logs.read": one,
}
