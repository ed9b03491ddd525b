"""Inviting people into a folder: those who have an account, and strangers by a link. Scope family: `users`."""

from jeton.families.invitations.operations import OPERATIONS
from jeton.families.invitations.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="invitations", operations=OPERATIONS, pages=PAGES)
