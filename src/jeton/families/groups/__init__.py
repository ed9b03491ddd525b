"""Groups of people, and the delegates who administer them. Guarded by the scope family `groups`."""

from jeton.families.groups.operations import OPERATIONS
from jeton.families.groups.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="groups", operations=OPERATIONS, pages=PAGES)
