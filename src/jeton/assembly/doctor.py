"""`jeton doctor`: everything that is kept, checked against everything else. It changes nothing.

Source: security.md section 3.1.
"""

from jeton.assembly.settings import Settings
from jeton.assembly.wiring import blob_folder
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.sql.check import check_database
from jeton.storage.sql.works import BesideWorks


def examine(settings: Settings, works: BesideWorks) -> list[str]:
    """What is wrong, one sentence each; an empty list when all is well."""
    blobs = DiskBlobs(blob_folder(settings.data))
    return works.read(lambda work: check_database(work, blobs))
