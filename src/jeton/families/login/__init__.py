"""The older login of the vendor's clients, by a password: off unless the operator says so. Scope: `accountsec`."""

from jeton.families.login.operations import OPERATIONS
from jeton.kernel.declare import Family

FAMILY = Family(name="login", operations=OPERATIONS)
