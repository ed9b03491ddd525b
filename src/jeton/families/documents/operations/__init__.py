"""The API's calls on folders and files, topic by topic: declarations only. Source: wire/files.md sections 4 to 8."""

from jeton.families.documents.operations import (
    activity,
    archive,
    copies,
    files,
    folders,
    locks,
    paths,
    previews,
    rights,
    tokens,
    trash,
    tus,
    uploads,
    versions,
    zips,
)

OPERATIONS = (
    *folders.OPERATIONS,
    *uploads.OPERATIONS,
    *tus.OPERATIONS,
    *files.OPERATIONS,
    *tokens.OPERATIONS,
    *versions.OPERATIONS,
    *activity.OPERATIONS,
    *locks.OPERATIONS,
    *zips.OPERATIONS,
    *archive.OPERATIONS,
    *copies.OPERATIONS,
    *paths.OPERATIONS,
    *previews.OPERATIONS,
    *rights.OPERATIONS,
    *trash.OPERATIONS,
)
