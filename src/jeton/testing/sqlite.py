"""An embedded database with every table and nothing in them, copied from one that was migrated once a test run."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from jeton.storage.sql.migrate import migrate
from jeton.storage.sql.sqlite import DATABASE


def lay_migrated(folder: Path) -> None:
    """Lay one into a data folder that has none yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / DATABASE).exists():
        shutil.copy(_template(), folder / DATABASE)  # with its mode


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="jeton-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(folder)
    assert [file.name for file in folder.iterdir() if file.name.startswith(DATABASE)] == [DATABASE]  # nothing beside it
    return folder / DATABASE
