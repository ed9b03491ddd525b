"""One's own account. Guarded by the scope family `account`."""

from jeton.families.account.operations import OPERATIONS
from jeton.families.account.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="account", operations=OPERATIONS, pages=PAGES)
