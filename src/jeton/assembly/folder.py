"""A data folder made or brought up to date: database, company space, and the folders of blobs."""

from jeton.assembly.settings import Settings
from jeton.assembly.wiring import blob_folder
from jeton.kernel.accounts import COMPANY_NAME
from jeton.kit.clock import Clock
from jeton.kit.mint import Mint
from jeton.storage.backup.move import check_not_moved
from jeton.storage.backup.restore import check_restored
from jeton.storage.blobs.disk import prepare_folder
from jeton.storage.sql.engines import open_beside
from jeton.storage.sql.migrate import migrate


def make_folder(settings: Settings, clock: Clock, mint: Mint) -> tuple[str, ...]:
    """Make whatever is missing; the migrations that were run. A second call does nothing.

    Raises TooNew; HalfRestored where a restore did not end; Moved where the database is on PostgreSQL now.
    """
    check_restored(settings.data)
    check_not_moved(settings.data, settings.database_url)
    done = migrate(settings.data, settings.database_url)
    prepare_folder(blob_folder(settings.data))
    works = open_beside(settings.data, settings.database_url, clock, mint)
    try:
        works.write(lambda work: work.tree.plant_company(COMPANY_NAME, work.now))
    finally:
        works.close()
    return done
