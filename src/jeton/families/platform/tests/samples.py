"""A request that succeeds, for each call on the platform."""

from jeton.testing.samples import Sample, Samples

SAMPLES: Samples = {"platform.public_configuration": lambda work: Sample()}
