"""`jeton keys`: the key files that seal what must be read again."""

import argparse
from typing import Any

from jeton.assembly.folder import keys_in_use
from jeton.cli.context import Context, print_json, print_table, say
from jeton.kernel.ports import Work
from jeton.storage.keys import KeyFolder
from jeton.storage.sql.sealing import KEYS
from jeton.storage.work import SqlWork


def add_commands(commands: Any) -> None:  # argparse keeps its type private
    """Add them."""
    group = commands.add_parser("keys", help="the key files that seal what must be read again")
    keys = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command = keys.add_parser("list", help="the key files here, and those that something is sealed or signed with")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=run_list)
    command = keys.add_parser("add", help="make a new key; it seals from the next start on, and the older ones open")
    command.set_defaults(run=run_add)


def run_list(context: Context, arguments: argparse.Namespace) -> None:
    """Tell which keys are here, and which are needed: never what they are."""
    folder = KeyFolder(context.settings.key_folder, context.mint)
    with context.beside() as works:
        used = works.read(keys_in_use) | works.read(_keys_that_signed)
    here = set(folder.ids)
    known = sorted(used | here)
    if arguments.json:
        print_json([{"id": key, "here": key in here, "used": key in used} for key in known])
        return
    rows = [(key, "yes" if key in here else "no", "yes" if key in used else "no") for key in known]
    print_table(("KEY", "HERE", "USED"), rows)


def _keys_that_signed(work: Work) -> set[str]:
    assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
    return set(work.session.all(KEYS))


def run_add(context: Context, _arguments: argparse.Namespace) -> None:
    """Make a new key."""
    folder = context.settings.key_folder
    print(KeyFolder(folder, context.mint).add(context.clock()))
    say(f"made in {folder}: copy it to where your other secrets are kept, and restart the platform to use it")
