"""`jeton app`: applications, for the operator. The same use cases as the console and the API."""

import argparse
from datetime import datetime
from typing import Any

from jeton.cli.context import Context, Failure, print_json, print_table, say
from jeton.families.applications import service
from jeton.families.applications.model import (
    GRACE_S,
    BadRegistration,
    ChangeApplication,
    CreateApplication,
    DeleteApplication,
    OneApplication,
    Registration,
    RevokeTokens,
    RotateSecret,
    WithSecret,
)
from jeton.kernel.applications import LONGEST_LIFETIME_S, USUAL, Application, ApplicationType
from jeton.kernel.caller import OPERATOR
from jeton.kernel.ids import ClientId
from jeton.kernel.ports import Work
from jeton.kernel.problems import FieldError
from jeton.kernel.scopes import Scopes, UnknownScope
from jeton.kit.clock import SECOND, Instant, to_datetime
from jeton.kit.text import sentence

_TYPES = {"server": ApplicationType.SERVER, "client": ApplicationType.CLIENT}
_CLIENT_LIFETIME_S = 3600


def add_commands(commands: Any) -> None:  # argparse keeps its type private
    """`app create`, `list`, `show`, `rotate`, `verify`, `unverify`, `suspend`, `resume`, `revoke`, `delete`."""
    app = commands.add_parser("app", help="register and manage OAuth2 applications")
    verbs = app.add_subparsers(title="commands", metavar="COMMAND", required=True)
    create = verbs.add_parser("create", help="register an application; prints its secret once")
    create.add_argument("--name", required=True)
    create.add_argument("--type", required=True, choices=tuple(_TYPES))
    create.add_argument("--public", action="store_true", help="it cannot keep a secret")
    create.add_argument("--callback", action="append", default=[], metavar="URL")
    create.add_argument("--scope", action="append", default=[], metavar="WORD", help="such as files.read, or all")
    create.add_argument("--description", default="")
    create.add_argument("--publisher", default="")
    create.add_argument("--publisher-site", default="", metavar="URL")
    create.add_argument("--verified", action="store_true", help="you know who publishes it: people are not warned")
    create.add_argument("--json", action="store_true")
    create.set_defaults(run=run_create)
    listing = verbs.add_parser("list", help="list applications")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=run_list)
    for name, run, text in (
        ("show", run_show, "show one application"),
        ("rotate", run_rotate, "make a new secret; the others end in 7 days"),
        ("verify", run_verify, "mark it as checked: you know who publishes it, and people are not warned"),
        ("unverify", run_unverify, "take the mark off"),
        ("suspend", run_suspend, "refuse its tokens and calls at once"),
        ("resume", run_resume, "end a suspension"),
        ("revoke", run_revoke, "end its tokens: all, or some"),
        ("delete", run_delete, "delete it, with its secrets and tokens"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("id", metavar="ID", help="its client_id")
        verb.add_argument("--json", action="store_true")
        if name == "rotate":
            verb.add_argument(
                "--grace", type=_grace, default=GRACE_S, metavar="TIME", help="such as 0, 24h or 7d (default)"
            )
        if name == "revoke":
            verb.add_argument("--login", metavar="LOGIN", help="only those that act as this person")
            verb.add_argument("--before", type=_moment, metavar="TIME", help="only older ones: 2026-01-31T12:00:00Z")
        verb.set_defaults(run=run)


def run_create(context: Context, arguments: argparse.Namespace) -> None:
    """Register an application."""
    kind = _TYPES[arguments.type]
    command = CreateApplication(
        registration=Registration(
            name=arguments.name.strip(),
            description=arguments.description.strip(),
            editor=arguments.publisher.strip(),
            editor_url=arguments.publisher_site.strip(),
            type=kind,
            is_public=arguments.public,
            callback_urls=tuple(dict.fromkeys(arguments.callback)),
            scopes=_scopes(arguments.scope),
            lifetime_s=LONGEST_LIFETIME_S if kind is ApplicationType.SERVER else _CLIENT_LIFETIME_S,
            metadata=USUAL._replace(is_verified=arguments.verified),
        )
    )
    with context.beside() as works:
        made = works.write(lambda work: service.create(work, OPERATOR, command))
    _print_secret(made, as_json=arguments.json)


def run_list(context: Context, arguments: argparse.Namespace) -> None:
    """List applications."""
    with context.beside() as works:
        found = works.read(lambda work: service.list_all(work, OPERATOR, None))
    if arguments.json:
        print_json({"applications": [_members(application) for application in found]})
        return
    rows = [(a.client_id, a.name, a.type.name.lower(), _state(a), _mark(a), str(a.scopes)) for a in found]
    print_table(("CLIENT_ID", "NAME", "TYPE", "STATE", "CHECKED", "SCOPES"), rows)


def run_show(context: Context, arguments: argparse.Namespace) -> None:
    """Show one application."""
    with context.beside() as works:
        application = works.read(lambda work: service.read(work, OPERATOR, _one(arguments)))
    _print(application, as_json=arguments.json)


def run_rotate(context: Context, arguments: argparse.Namespace) -> None:
    """Make a new secret."""
    command = RotateSecret(client_id=ClientId(arguments.id), grace_s=arguments.grace)
    with context.beside() as works:
        made = works.write(lambda work: service.rotate(work, OPERATOR, command))
    _print_secret(made, as_json=arguments.json)


def run_verify(context: Context, arguments: argparse.Namespace) -> None:
    """Mark it as checked."""
    _verify(context, arguments, is_verified=True)


def run_unverify(context: Context, arguments: argparse.Namespace) -> None:
    """Take the mark off."""
    _verify(context, arguments, is_verified=False)


def run_suspend(context: Context, arguments: argparse.Namespace) -> None:
    """Refuse its tokens and calls at once."""
    _suspend(context, arguments, is_suspended=True)


def run_resume(context: Context, arguments: argparse.Namespace) -> None:
    """End a suspension."""
    _suspend(context, arguments, is_suspended=False)


def run_revoke(context: Context, arguments: argparse.Namespace) -> None:
    """End its tokens."""

    def revoke(work: Work) -> None:
        user = None if arguments.login is None else work.people.find_by_identifier(arguments.login)
        if arguments.login is not None and user is None:
            raise Failure(f"there is no account with the login {arguments.login}")
        command = RevokeTokens(
            client_id=ClientId(arguments.id), user=None if user is None else user.id, issued_before=arguments.before
        )
        service.revoke(work, OPERATOR, command)

    with context.beside() as works:
        works.write(revoke)
    if arguments.json:
        print_json({"client_id": arguments.id, "revoked": True})
    else:
        say(f"tokens of {arguments.id} ended")


def run_delete(context: Context, arguments: argparse.Namespace) -> None:
    """Delete it."""
    with context.beside() as works:
        works.write(lambda work: service.delete(work, OPERATOR, DeleteApplication(client_id=ClientId(arguments.id))))
    if arguments.json:
        print_json({"client_id": arguments.id, "deleted": True})
    say(f"application {arguments.id} deleted")


def _verify(context: Context, arguments: argparse.Namespace, *, is_verified: bool) -> None:
    command = ChangeApplication(client_id=ClientId(arguments.id), metadata={"is_verified": is_verified})
    with context.beside() as works:
        application = works.write(lambda work: service.change(work, OPERATOR, command))
    if arguments.json:
        print_json(_members(application))
    say(f"application {application.name} is {'checked' if is_verified else 'not checked'}")


def _suspend(context: Context, arguments: argparse.Namespace, *, is_suspended: bool) -> None:
    command = ChangeApplication(client_id=ClientId(arguments.id), is_suspended=is_suspended)
    with context.beside() as works:
        application = works.write(lambda work: service.change(work, OPERATOR, command))
    if arguments.json:
        print_json(_members(application))
    say(f"application {application.name} is {_state(application)}")


def _one(arguments: argparse.Namespace) -> OneApplication:
    return OneApplication(client_id=ClientId(arguments.id))


def _scopes(words: list[str]) -> Scopes:
    try:
        return Scopes.of(word for text in words for word in text.split())
    except UnknownScope as unknown:
        text = sentence("“{word}” is not a scope.")
        raise BadRegistration(FieldError("scopes", "unknown_scope", text, {"word": unknown.word})) from None


def _moment(text: str) -> Instant:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-01-31T12:00:00Z")
    return int(moment.timestamp() * SECOND)


def _grace(text: str) -> int:
    units = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
    number, unit = (text[:-1], units[text[-1]]) if text[-1:] in units else (text, 1)
    if not number.isascii() or not number.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 0, 24h or 7d")
    return int(number) * unit


def _state(application: Application) -> str:
    return "suspended" if application.is_suspended else "active"


def _mark(application: Application) -> str:
    return "yes" if application.metadata.is_verified else "no"


def _members(application: Application) -> dict[str, Any]:  # a JSON object
    return {
        "client_id": application.client_id,
        "name": application.name,
        "description": application.description,
        "type": application.type.name.lower(),
        "public": application.is_public,
        "publisher": application.editor,
        "publisher_site": application.editor_url,
        "callbacks": list(application.callback_urls),
        "scopes": list(application.scopes.words()),
        "token_lifetime": application.lifetime_s,
        "verified": application.metadata.is_verified,
        "state": _state(application),
        "created": to_datetime(application.created_at).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _print(application: Application, *, as_json: bool) -> None:
    members = _members(application)
    if as_json:
        print_json(members)
        return
    for name, value in members.items():
        print(f"{name}: {' '.join(value) if isinstance(value, list) else value}")


def _print_secret(made: WithSecret, *, as_json: bool) -> None:
    if as_json:
        secret = {} if made.client_secret is None else {"client_secret": made.client_secret}
        print_json({**_members(made.application), **secret})
        return
    print(f"client_id: {made.application.client_id}")
    if made.client_secret is not None:
        print(f"client_secret: {made.client_secret}")
        say("The secret is shown this once; only a digest of it is kept.")
