"""Users: the people who have an account. Guarded by the scope family `users`."""

from jeton.families.users.operations import OPERATIONS
from jeton.families.users.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="users", operations=OPERATIONS, pages=PAGES)
