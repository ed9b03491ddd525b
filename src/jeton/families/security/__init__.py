"""What protects one's own account besides the password: second factors. Scope family: `accountsec`."""

from jeton.families.security.operations import OPERATIONS
from jeton.families.security.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="security", operations=OPERATIONS, pages=PAGES)
