"""`jeton backup` and `jeton migrate --to`: the platform carried elsewhere, and brought back."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jeton.assembly.doctor import examine
from jeton.assembly.wiring import blob_folder
from jeton.cli.context import Context, Failure, print_json, say
from jeton.storage.backup.create import Late, Taken, create
from jeton.storage.backup.layout import Damaged, Progress
from jeton.storage.backup.manifest import Manifest, NoBackup, read_manifest
from jeton.storage.backup.move import MOVED, Differs, move
from jeton.storage.backup.restore import restore
from jeton.storage.backup.rows import Unfit
from jeton.storage.backup.verify import verify
from jeton.storage.blobs.disk import DiskBlobs
from jeton.storage.sql.engines import name_of
from jeton.storage.sql.migrate import NotEmpty, pending
from jeton.storage.sql.postgresql import Unreachable, connection_parts
from jeton.storage.sql.sqlite import NoDatabase


def add_commands(commands: Any) -> None:  # argparse keeps its type private
    """`backup create`, `verify` and `restore`."""
    backup = commands.add_parser("backup", help="save everything, check what was saved, bring it back")
    verbs = backup.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, run, text in (
        ("create", run_create, "save database and files in a new folder, while the platform serves"),
        ("verify", run_verify, "read a backup whole and rehearse its restore"),
        ("restore", run_restore, "make the platform of a backup, where there is none"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("directory", type=Path, metavar="DIRECTORY")
        if name != "restore":
            verb.add_argument("--json", action="store_true")
        verb.set_defaults(run=run)


def add_move(migrate: argparse.ArgumentParser) -> None:
    """`migrate --to`."""
    migrate.add_argument(
        "--to", type=_url, metavar="URL", help="postgresql://...: move there from the data folder's SQLite"
    )


def run_create(context: Context, arguments: argparse.Namespace) -> None:
    """Save everything; exit 1 when something was damaged already, and so is not in it."""
    settings, directory = context.settings, arguments.directory
    with context.beside() as works, _progress() as progress, _told():
        made = create(
            directory,
            settings.data,
            settings.database_url,
            DiskBlobs(blob_folder(settings.data)),
            works,
            context.clock,
            progress,
        )
    if arguments.json:
        print_json(_members(directory, made))
    for lost in made.lost:
        say(f"file {lost.blob} is not in the backup: it {lost.fault}")
    if made.lost:
        raise Failure(f"{directory.absolute()} holds all but {len(made.lost)} file(s): see `jeton doctor`")
    say(f"{directory.absolute()}: {_amounts(made)}")
    say(
        "It holds what people wrote and digests of secrets: lock it away. Key files are not in it: keep them elsewhere."
    )


def run_verify(_context: Context, arguments: argparse.Namespace) -> None:
    """Read it whole; exit 1 when something is wrong."""
    directory = arguments.directory
    with _progress() as progress, _told():
        findings = verify(directory, progress)
    if arguments.json:
        print_json({"whole": not findings, "findings": findings})
    for finding in findings:
        say(finding)
    if findings:
        raise Failure(f"{directory.absolute()} is not whole: {len(findings)} thing(s) are wrong")
    say(f"{directory.absolute()} is whole: {_amounts(read_manifest(directory))}")


def run_restore(context: Context, arguments: argparse.Namespace) -> None:
    """Bring it back, and have the doctor look at it."""
    settings = context.settings
    where = name_of(settings.data, settings.database_url)
    with _progress() as progress, _told():
        manifest = restore(
            arguments.directory, settings.data, settings.database_url, blob_folder(settings.data), progress
        )
    say(f"restored in {where}: {_amounts(manifest)}")
    with context.beside() as works:
        findings = examine(settings, works)
    for finding in findings:
        say(finding)
    if findings:
        raise Failure(f"all that the backup held is there, with {len(findings)} thing(s) to look at")
    say("everything that is kept is whole")


def run_move(context: Context, url: str) -> None:
    """From the data folder's SQLite to PostgreSQL; the files stay where they are."""
    settings = context.settings
    if settings.database_url is not None:
        raise Failure("the platform is on PostgreSQL already: leave JETON_DATABASE_URL out to move from SQLite")
    if pending(settings.data):
        raise Failure(f"{settings.data.absolute()} is empty or of an older release: run `jeton migrate` first")
    with _progress() as progress, _told():
        count = move(settings.data, url, progress)
    say(f"{count} rows moved to {name_of(settings.data, url)} and read back: all are equal")
    say(f"the files stay in {blob_folder(settings.data).absolute()}; the old database was put aside as {MOVED}")
    say("from now on, for every server and command:")
    print(f"JETON_DATA={settings.data.absolute()}")
    if "password" in connection_parts(url):
        say("and JETON_DATABASE_URL, the address that was just given")
    else:
        print(f"JETON_DATABASE_URL={url}")


@contextmanager
def _told() -> Iterator[None]:
    """What can go wrong, as a sentence."""
    try:
        yield
    except (NoBackup, Damaged, Taken, Late, Unfit, NotEmpty, Differs, NoDatabase) as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"{error.filename or 'the disk'}: {error.strerror or error}") from error


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line that is written over, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    told_at = 0.0

    def tell(text: str) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= 0.1:
            told_at = time.monotonic()
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    try:
        yield tell
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _url(text: str) -> str:
    # What was given is not repeated: it may hold a password.
    refusal = argparse.ArgumentTypeError("give an address such as postgresql://jeton@db.example.org/jeton")
    if not text.startswith("postgresql://"):
        raise refusal
    try:
        connection_parts(text)
    except Unreachable:
        raise refusal from None
    return text


def _amounts(manifest: Manifest) -> str:
    return f"{manifest.rows:,} rows, {manifest.blobs.rows:,} files, {manifest.blob_bytes:,} bytes"


def _members(directory: Path, made: Manifest) -> dict[str, Any]:  # a JSON object
    return {
        "directory": str(directory.absolute()),
        "rows": made.rows,
        "files": made.blobs.rows - len(made.lost),
        "bytes": made.blob_bytes,
        "lost": [{"blob": lost.blob, "fault": lost.fault} for lost in made.lost],
    }
