"""Distinct types for what would otherwise all be integers."""

from typing import NewType

PrincipalId = NewType("PrincipalId", int)
"""A user, a group or a Server application: one number space, never reused."""

FolderId = NewType("FolderId", int)
FileId = NewType("FileId", int)
"""The id of one version of a file: what the wire calls the file's id."""

NodeId = NewType("NodeId", int)
"""Internal id of a node. A folder shows it; a file shows its current version's `FileId`."""

TokenId = NewType("TokenId", int)
BlobId = NewType("BlobId", int)
ClientId = NewType("ClientId", str)
