"""A request that succeeds, for each call on the platform."""

from jeton.testing.samples import Sample, Samples

SAMPLES: Samples = {
    "platform.configuration": lambda work: Sample(),
    "platform.configure": lambda work: Sample(json={"config": {"log_days": 300 + work.mint.number(work.now) % 3000}}),
    "platform.state": lambda work: Sample(),
    "platform.public_configuration": lambda work: Sample(),
}
