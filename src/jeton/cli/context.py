"""What every command needs: the settings, the data folder's database beside a running server, and a way to print."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jeton.assembly.settings import Settings
from jeton.kit.clock import Clock, system_clock
from jeton.kit.mint import Mint, SystemMint
from jeton.storage.backup.move import check_not_moved
from jeton.storage.keys import KeyFolder
from jeton.storage.sql.engines import CommandWorks, check_exists, name_of, open_beside
from jeton.storage.sql.migrate import pending
from jeton.storage.sql.sqlite import NoDatabase


class Failure(Exception):
    """A command cannot be done; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of one command."""

    settings: Settings
    clock: Clock = system_clock
    mint: Mint = field(default_factory=SystemMint)

    @contextmanager
    def beside(self) -> Iterator[CommandWorks]:
        """The database, alone or beside a running server.

        Raises Failure (an empty folder, an older schema), Moved, KeysUnsound.
        """
        folder, url = self.settings.data, self.settings.database_url
        check_not_moved(folder, url)
        try:
            check_exists(folder, url)
        except NoDatabase as error:
            raise Failure(
                f"{error}. `jeton serve` or `jeton init` makes one; JETON_DATA names another folder."
            ) from error
        if pending(folder, url):
            raise Failure(f"{name_of(folder, url)} is empty or of an older release: run `jeton migrate` first")
        works = open_beside(folder, url, self.clock, self.mint, seals=KeyFolder(self.settings.key_folder, self.mint))
        try:
            yield works
        finally:
            works.close()


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON value on standard output."""
    print(json.dumps(value, ensure_ascii=False))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns on a terminal, tab-separated lines when piped."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(row))
        return
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def read_password() -> str:
    """The password on standard input: one line. Raises Failure when there is none."""
    password = sys.stdin.readline().rstrip("\n").removesuffix("\r")
    if not password:
        raise Failure("no password came in on standard input")
    return password


def say(text: str) -> None:
    """A message, beside the data."""
    print(text, file=sys.stderr)
