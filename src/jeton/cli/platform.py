"""`jeton serve`, `init`, `migrate`, `doctor`, `openapi`: the platform as a whole."""

import argparse
import json
from pathlib import Path
from typing import Any

from jeton.assembly.catalogue import find_catalogue
from jeton.assembly.doctor import examine
from jeton.assembly.folder import make_folder
from jeton.assembly.serve import serve, serve_as_worker
from jeton.assembly.supervisor import WorkerFailed
from jeton.cli import backup
from jeton.cli.context import Context, Failure, print_json, read_password, say
from jeton.edge.openapi import openapi_document
from jeton.edge.permissions import permission_table
from jeton.kernel.accounts import NewAccount, hash_chosen_password, is_set_up, set_up
from jeton.storage.sql.engines import name_of
from jeton.storage.sql.migrate import migrate, tables
from jeton.workshop.local import LocalWorkshop

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
DOCUMENTED_URL = "http://127.0.0.1:8080"


def add_commands(commands: Any) -> None:  # argparse keeps its type private
    """Add them."""
    command = commands.add_parser(
        "serve", help="run the platform; on an empty folder, make one and print its set-up link"
    )
    command.add_argument("--host", default=DEFAULT_HOST)
    command.add_argument("--port", type=_port, default=DEFAULT_PORT)
    # What the supervisor gives to its workers: the numbers of two open sockets.
    command.add_argument("--worker", type=int, nargs=2, help=argparse.SUPPRESS)
    command.set_defaults(run=run_serve)
    command = commands.add_parser("init", help="make a platform and its first administrator, without a browser")
    command.add_argument("--admin-login", required=True)
    command.add_argument("--admin-email", required=True)
    command.add_argument("--admin-password-stdin", action="store_true", required=True)
    command.add_argument("--name", default="Jeton", help="what the platform is called")
    command.add_argument("--language", choices=("en", "fr"), default="en")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=run_init)
    command = commands.add_parser(
        "migrate", help="bring the database to the newest schema, or move it to PostgreSQL with --to"
    )
    backup.add_move(command)
    command.set_defaults(run=run_migrate)
    command = commands.add_parser("doctor", help="check that everything kept is whole")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=run_doctor)
    command = commands.add_parser("openapi", help="print the OpenAPI document")
    command.add_argument("--write", type=Path, metavar="FOLDER", help="write it, and the permission table, there")
    command.set_defaults(run=run_openapi)


def run_serve(context: Context, arguments: argparse.Namespace) -> None:
    """Run until told to stop."""
    if arguments.worker is not None:
        serve_as_worker(context.settings, arguments.host, *arguments.worker)
        return
    try:
        serve(context.settings, arguments.host, arguments.port)
    except WorkerFailed as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"cannot listen on {arguments.host}:{arguments.port}: {error.strerror or error}") from error


def run_init(context: Context, arguments: argparse.Namespace) -> None:
    """Make a platform and its first administrator."""
    password = read_password()
    account = NewAccount(login=arguments.admin_login, email=arguments.admin_email, is_administrator=True)
    chosen = hash_chosen_password(LocalWorkshop(context.mint), password, (account.login, account.email))
    make_folder(context.settings, context.clock, context.mint)
    where = name_of(context.settings.data, context.settings.database_url)
    with context.beside() as works:
        if works.read(is_set_up):
            raise Failure(f"the platform in {where} has an administrator already")
        complete = NewAccount(login=account.login, email=account.email, is_administrator=True, password_hash=chosen)
        user = works.write(
            lambda work: set_up(work, complete, name=arguments.name, language=arguments.language, token=None)
        )
    if arguments.json:
        print_json({"id": user.id, "login": user.login, "data": str(context.settings.data.absolute())})
    say(f"platform made in {where}; administrator {user.login}")


def run_migrate(context: Context, arguments: argparse.Namespace) -> None:
    """Bring the database to the newest schema, or move it."""
    if arguments.to is not None:
        backup.run_move(context, arguments.to)
        return
    folder, url = context.settings.data, context.settings.database_url
    if not tables(folder, url):
        make_folder(context.settings, context.clock, context.mint)
        say(f"platform made in {name_of(folder, url)}")
        return
    done = migrate(folder, url)
    say(f"done: {', '.join(done)}" if done else "the database is up to date")


def run_doctor(context: Context, arguments: argparse.Namespace) -> None:
    """Check everything; exit 1 when something is wrong."""
    with context.beside() as works:
        findings = examine(context.settings, works)
    if arguments.json:
        print_json({"healthy": not findings, "findings": findings})
    for finding in findings:
        say(finding)
    if findings:
        raise Failure(f"{len(findings)} thing(s) to look at")
    if not arguments.json:
        say("everything that is kept is whole")


def run_openapi(_context: Context, arguments: argparse.Namespace) -> None:
    """Print, or write, what is generated from the declarations."""
    operations = find_catalogue().operations
    text = json.dumps(openapi_document(operations, DOCUMENTED_URL), indent=2, ensure_ascii=False) + "\n"
    if arguments.write is None:
        print(text, end="")
        return
    arguments.write.mkdir(parents=True, exist_ok=True)
    (arguments.write / "openapi.json").write_text(text, encoding="utf-8")
    (arguments.write / "permissions.md").write_text(permission_table(operations), encoding="utf-8")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)
