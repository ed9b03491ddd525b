"""The journal of acts, for who administers: guarded by the scope family `admin`."""

from jeton.families.logs.operations import OPERATIONS
from jeton.families.logs.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="logs", operations=OPERATIONS, pages=PAGES)
