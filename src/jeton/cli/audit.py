"""`jeton audit`: the journal's blocks, for whoever watches over it from outside."""

import argparse
import re
from typing import Any, Final

from jeton.cli.context import Context, Failure, print_json, say
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ports import Work
from jeton.kernel.sealing import Block
from jeton.kit.clock import to_datetime
from jeton.storage.sql.sealing import FIND, LAST, accept, check_journal, count_waiting
from jeton.storage.work import SqlWork

_HEAD: Final = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def add_commands(commands: Any) -> None:  # argparse keeps its type private
    """Add them."""
    group = commands.add_parser("audit", help="the journal: the end of its sealed blocks, and whether it is whole")
    verbs = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command = verbs.add_parser("head", help="print the last block as NUMBER:HASH, to be noted on another machine")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=run_head)
    command = verbs.add_parser("verify", help="hold the journal against its blocks, and against heads noted elsewhere")
    command.add_argument("--noted", type=_noted, action="append", default=[], metavar="NUMBER:HASH")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=run_verify)
    command = verbs.add_parser("accept", help="go on from the last block that is there, after a loss was looked into")
    command.set_defaults(run=run_accept)


def run_head(context: Context, arguments: argparse.Namespace) -> None:
    """Print what the last block is called."""
    with context.beside() as works:
        last = works.read(_last)
    if last is None:
        raise Failure("nothing has been sealed yet: a running platform does it, some seconds after an act")
    if arguments.json:
        made = f"{to_datetime(last.made_at):%Y-%m-%dT%H:%M:%SZ}"
        print_json({"number": last.number, "hash": last.hash.hex(), "made_at": made, "key": last.key})
    else:
        print(_name(last))


def run_verify(context: Context, arguments: argparse.Namespace) -> None:
    """Tell what is wrong; exit 1 when something is."""

    def look(work: Work) -> tuple[list[str], Block | None, int]:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        findings = list(check_journal(work.session, work.seals))
        for number, hash_ in arguments.noted:
            block = work.session.one(FIND, which=number)
            if block is None or block.hash.hex() != hash_:
                findings.append(f"Block {number} of the journal is not the one that was noted.")
        return findings, work.session.one(LAST), count_waiting(work.session)

    with context.beside() as works:
        findings, last, waiting = works.read(look)
    head = None if last is None else _name(last)
    if arguments.json:
        print_json({"whole": not findings, "head": head, "waiting": waiting, "findings": findings})
    for finding in findings:
        say(finding)
    if findings:
        raise Failure(f"the journal is not whole: {len(findings)} thing(s) to look at")
    if not arguments.json:
        say(f"the journal is whole up to block {head or 0}; {waiting} line(s) wait to be sealed")


def run_accept(context: Context, _arguments: argparse.Namespace) -> None:
    """Sign the end that is there, and leave a line on it."""

    def act(work: Work) -> Block | None:
        assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
        last = accept(work)
        work.audit.record(OPERATOR, "journal.accepted", str(0 if last is None else last.number))
        return last

    with context.beside() as works:
        last = works.write(act)
    say(f"the journal goes on from {'nothing' if last is None else f'block {_name(last)}'}; what is missing stays told")


def _last(work: Work) -> Block | None:
    assert isinstance(work, SqlWork)  # noqa: S101 - what every engine hands out
    return work.session.one(LAST)


def _name(block: Block) -> str:
    return f"{block.number}:{block.hash.hex()}"


def _noted(text: str) -> tuple[int, str]:
    match = _HEAD.fullmatch(text.strip().lower())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not what `jeton audit head` prints")
    return int(match[1]), match[2]
