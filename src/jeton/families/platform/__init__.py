"""The platform itself: its configuration and its state."""

from jeton.families.platform.operations import OPERATIONS
from jeton.families.platform.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="platform", operations=OPERATIONS, pages=PAGES)
