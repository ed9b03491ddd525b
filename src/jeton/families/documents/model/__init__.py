"""What one asks about folders and files, topic by topic, and what may be wrong with it. Here: the scopes.

Source: wire/files.md sections 4 to 7, 9.
"""

from typing import Final

from jeton.kernel.scopes import Access, Scope, Scopes

READ: Final = Scope("files", Access.READ)

WRITE: Final = Scope("files", Access.WRITE)

FOR_GOOD: Final = Scopes.of(["trashes.write"])
"""What deleting without the trash needs besides (decisions.md, "Trash")."""

READ_ARCHIVE: Final = Scope("archives", Access.READ)

WRITE_ARCHIVE: Final = Scope("archives", Access.WRITE)

READ_TRASH: Final = Scope("trashes", Access.READ)

WRITE_TRASH: Final = Scope("trashes", Access.WRITE)
