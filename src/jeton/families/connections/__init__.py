"""Connected applications: what a person let act for them, seen and taken back. Scope family: `accountsec`."""

from jeton.families.connections.operations import OPERATIONS
from jeton.families.connections.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="connections", operations=OPERATIONS, pages=PAGES)
