"""What the platform does by itself, done at once; and whether all is well afterwards."""

from jeton.assembly.jobs import idle_jobs
from jeton.kernel.ids import BlobId
from jeton.kernel.ports import Work
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.sql.check import check_database
from jeton.storage.work import SqlWork
from jeton.testing.world import World


def do_jobs(world: World) -> None:
    """Every idle job, often enough that one finds what another left."""
    for _ in range(3):
        for job in idle_jobs(_blobs(world)):
            world.write(job)


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
