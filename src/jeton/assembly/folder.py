"""A data folder made or brought up to date: database, company space, a first key, and the folders of blobs."""

from jeton.assembly.settings import Settings
from jeton.assembly.wiring import blob_folder
from jeton.kernel.accounts import COMPANY_NAME
from jeton.kernel.configuration import SMTP_PASSWORD
from jeton.kernel.ports import Work
from jeton.kit.clock import Clock
from jeton.kit.mint import Mint
from jeton.storage.backup.move import check_not_moved
from jeton.storage.backup.restore import check_restored
from jeton.storage.blobs.disk import prepare_folder
from jeton.storage.keys import KeyFolder, key_id
from jeton.storage.sql.engines import open_beside
from jeton.storage.sql.migrate import migrate
from jeton.storage.work import SqlWork


def make_folder(settings: Settings, clock: Clock, mint: Mint) -> tuple[str, ...]:
    """Make whatever is missing; the migrations that were run. A second call does nothing.

    Raises TooNew; HalfRestored where a restore did not end; Moved where the database is on PostgreSQL now; KeysUnsound
    where something is sealed with a key that is not there.
    """
    check_restored(settings.data)
    check_not_moved(settings.data, settings.database_url)
    done = migrate(settings.data, settings.database_url)
    prepare_folder(blob_folder(settings.data))
    keys = KeyFolder(settings.key_folder, mint)
    works = open_beside(settings.data, settings.database_url, clock, mint)
    try:
        keys.check(works.read(keys_in_use))
        if not keys.ids:
            keys.add(clock())
        works.write(lambda work: work.tree.plant_company(COMPANY_NAME, work.now))
    finally:
        works.close()
    return done


def keys_in_use(work: Work) -> set[str]:
    """The ids of the keys that something is sealed with."""
    assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
    password = work.platform.value(SMTP_PASSWORD)
    sealed = (*work.mail.sealed(), *work.signing.sealed(), *work.factors.sealed(), *([password] if password else []))
    return {key_id(one) for one in sealed}
