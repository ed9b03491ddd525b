"""The platform's configuration, as far as it is told."""

from jeton.families.platform.operations import OPERATIONS
from jeton.kernel.declare import Family

FAMILY = Family(name="platform", operations=OPERATIONS)
