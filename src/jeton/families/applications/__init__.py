"""Applications: registering the clients of OAuth2, their secrets and tokens. Guarded by the scope family `admin`."""

from jeton.families.applications.operations import OPERATIONS
from jeton.families.applications.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="applications", operations=OPERATIONS, pages=PAGES)
