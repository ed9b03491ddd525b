"""Whether all is well, and which bytes are kept."""

from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Work
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.sql.check import check_database
from jeton.storage.work import SqlWork
from jeton.testing.world import World


def check(world: World) -> list[str]:
    """What the doctor says."""

    def look(work: Work) -> list[str]:
        assert isinstance(work, SqlWork)
        return check_database(work, _blobs(world))

    return world.read(look)


def kept_blobs(world: World) -> set[BlobId]:
    """The blobs on the disk."""
    return set(_blobs(world).every())


def _blobs(world: World) -> DiskBlobs:
    return DiskBlobs(world.folder / "blobs")
