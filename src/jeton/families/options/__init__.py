"""What the vendor calls options: the days on which, and the addresses from which, a person or a group may act."""

from jeton.families.options.operations import OPERATIONS
from jeton.families.options.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="options", operations=OPERATIONS, pages=PAGES)
