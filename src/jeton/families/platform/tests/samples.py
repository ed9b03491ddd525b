"""A request that succeeds, for each call on the platform."""

from jeton.kernel.ports import Work
from jeton.testing.samples import Sample, Samples
from jeton.testing.smtp import send_to, shared_catcher


def test_mail(work: Work) -> Sample:
    """A mail to somebody."""
    send_to(shared_catcher(), work)
    return Sample(json={"email": "ben@example.org"})


SAMPLES: Samples = {
    "platform.configuration": lambda work: Sample(),
    "platform.configure": lambda work: Sample(json={"config": {"log_days": 300 + work.mint.number(work.now) % 3000}}),
    "platform.test_mail": test_mail,
    "platform.state": lambda work: Sample(),
    "platform.public_configuration": lambda work: Sample(),
}
