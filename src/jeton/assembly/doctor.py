"""`jeton doctor`: everything that is kept, checked against everything else. It changes nothing.

Source: security.md section 3.1.
"""

from jeton.assembly.folder import keys_in_use
from jeton.assembly.settings import Settings
from jeton.assembly.wiring import blob_folder
from jeton.kernel.ports import Work
from jeton.kit.mint import SystemMint
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.keys import KeyFolder
from jeton.storage.sql.check import check_database
from jeton.storage.sql.engines import CommandWorks
from jeton.storage.work import SqlWork


def examine(settings: Settings, works: CommandWorks) -> list[str]:
    """What is wrong, one sentence each; an empty list when all is well. Raises KeysUnsound."""
    blobs = DiskBlobs(blob_folder(settings.data))

    def check(work: Work) -> list[str]:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        return check_database(work, blobs)

    findings = works.read(check)
    missing = works.read(keys_in_use) - set(KeyFolder(settings.key_folder, SystemMint()).ids)
    if missing:
        findings.append(f"the key files {', '.join(sorted(missing))} are not in {settings.key_folder}")
    return findings
