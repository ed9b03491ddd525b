"""The command `jeton`: its arguments, and the way out of every failure.

Exit codes (ux.md 3.1): 0 done, 1 failure, 64 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

import jeton
from jeton.assembly.settings import BadSetting, read_settings
from jeton.cli import applications, audit, backup, keys, people, platform
from jeton.cli.context import Context, Failure
from jeton.kernel.problems import Problem
from jeton.storage.backup.move import Moved
from jeton.storage.backup.restore import HalfRestored
from jeton.storage.keys import KeysUnsound
from jeton.storage.sql.migrate import TooNew
from jeton.storage.sql.postgresql import Unreachable, UnsoundPostgresql
from jeton.storage.sql.sqlite import FolderInUse
from jeton.web.languages import Catalogues
from jeton.web.problems import faults_of, sentence_of

USAGE: Final = 64
_EXAMPLES: Final = """examples:
  jeton serve
  jeton app create --name "Night robot" --type server --scope files.read --json
"""


class Parser(argparse.ArgumentParser):
    """argparse, with the exit code of a usage error that scripts expect."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and leave with 64."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def build_parser() -> Parser:
    """Every command and its arguments."""
    parser = Parser(
        prog="jeton",
        description="A self-hosted document platform whose APIs are opened through OAuth2 applications.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"jeton {jeton.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    platform.add_commands(commands)
    people.add_commands(commands)
    applications.add_commands(commands)
    backup.add_commands(commands)
    keys.add_commands(commands)
    audit.add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command."""
    parsed = build_parser().parse_args(arguments)
    run: Callable[[Context, argparse.Namespace], None] = parsed.run
    try:
        run(Context(settings=read_settings(os.environ)), parsed)
    except BadSetting as error:
        _leave(str(error), USAGE)
    except Problem as problem:
        _leave(_told(problem))
    except (Failure, TooNew, FolderInUse, HalfRestored, KeysUnsound, Moved, Unreachable, UnsoundPostgresql) as error:
        _leave(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        _leave("stopped", 130)


def _told(problem: Problem) -> str:
    catalogues = Catalogues()
    language = "fr" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("fr") else "en"
    lines = [sentence_of(problem, catalogues, language)]
    lines += [f"  {fault.field}: {fault.detail}" for fault in faults_of(problem, catalogues, language)]
    return "\n".join(lines)


def _leave(text: str, code: int = 1) -> NoReturn:
    print(f"jeton: {text}", file=sys.stderr)
    raise SystemExit(code)
