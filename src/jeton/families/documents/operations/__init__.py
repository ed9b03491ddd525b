"""The API's calls on folders and files, topic by topic: declarations only. Source: wire/files.md sections 4 to 8."""

from jeton.families.documents.operations import files, folders, rights, tokens, trash, uploads

OPERATIONS = (
    *folders.OPERATIONS,
    *uploads.OPERATIONS,
    *files.OPERATIONS,
    *tokens.OPERATIONS,
    *rights.OPERATIONS,
    *trash.OPERATIONS,
)
