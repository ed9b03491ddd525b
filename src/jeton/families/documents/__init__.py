"""Folders and files, on the vendor's main road. Guarded by the scope family `files`."""

from jeton.families.documents.operations import OPERATIONS
from jeton.families.documents.pages import PAGES
from jeton.kernel.declare import Family

FAMILY = Family(name="documents", operations=OPERATIONS, pages=PAGES)
