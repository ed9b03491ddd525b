"""A request that succeeds, for each call of the older login."""

from jeton.testing.samples import Sample, Samples
from jeton.testing.world import ADMIN_LOGIN, ADMIN_PASSWORD

SAMPLES: Samples = {
    "login.log_in": lambda work: Sample(json={"user": ADMIN_LOGIN, "password": ADMIN_PASSWORD}),
    "login.log_out": lambda work: Sample(as_person=True),
}
