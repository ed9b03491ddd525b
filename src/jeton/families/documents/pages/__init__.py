"""The console's pages on folders: one module a subject, each with the readers of its forms."""

from jeton.families.documents.pages import files, rights, trash

PAGES = (*files.PAGES, *rights.PAGES, *trash.PAGES)
