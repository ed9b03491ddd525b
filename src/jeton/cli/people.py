"""`jeton user`: accounts, for the operator."""

import argparse
from typing import Any

from jeton.cli.context import Context, Failure, print_json, read_password, say
from jeton.families.users import service
from jeton.families.users.model import CreateUser
from jeton.kernel.accounts import NewAccount, end_tokens_of_user, hash_chosen_password, set_password
from jeton.kernel.caller import OPERATOR
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.proving import take_off
from jeton.workshop.local import LocalWorkshop


def add_commands(commands: Any) -> None:  # argparse keeps its type private
    """`user create`, `user password`, `user revoke`, `user unrestrict` and `user unenroll`."""
    user = commands.add_parser("user", help="create accounts, set passwords")
    verbs = user.add_subparsers(title="commands", metavar="COMMAND", required=True)
    create = verbs.add_parser("create", help="create an account")
    create.add_argument("--login", required=True)
    create.add_argument("--email", required=True)
    create.add_argument(
        "--password-stdin", action="store_true", required=True, help="read the password from standard input"
    )
    create.add_argument("--admin", action="store_true", help="let the person administer the platform")
    create.add_argument("--json", action="store_true")
    create.set_defaults(run=run_create)
    password = verbs.add_parser("password", help="set a password: rescues who is locked out")
    password.add_argument("--login", required=True)
    password.add_argument("--password-stdin", action="store_true", required=True, help="read it from standard input")
    password.add_argument("--revoke", action="store_true", help="end the access of applications too")
    password.set_defaults(run=run_password)
    revoke = verbs.add_parser("revoke", help="end login sessions, and all tokens that act as the person")
    revoke.add_argument("--login", required=True)
    revoke.set_defaults(run=run_revoke)
    free = verbs.add_parser("unrestrict", help="lift restrictions of days and addresses: rescues who is locked out")
    free.add_argument("--login", required=True)
    free.set_defaults(run=run_unrestrict)
    second = verbs.add_parser("unenroll", help="take second factors off: rescues who lost them")
    second.add_argument("--login", required=True)
    second.set_defaults(run=run_unenroll)


def run_create(context: Context, arguments: argparse.Namespace) -> None:
    """Create an account."""
    account = NewAccount(login=arguments.login, email=arguments.email, is_administrator=arguments.admin)
    prepared = service.prepare_create(
        LocalWorkshop(context.mint), CreateUser(account=account, password=read_password())
    )
    with context.beside() as works:
        user = works.write(lambda work: service.create(work, OPERATOR, prepared))
    if arguments.json:
        print_json({"id": user.id, "login": user.login, "email": user.email, "admin": user.is_administrator})
    else:
        print(user.id)
        say(f"account {user.login} created")


def run_password(context: Context, arguments: argparse.Namespace) -> None:
    """Set a password; the person's login sessions end."""
    password = read_password()
    with context.beside() as works:
        user = works.read(lambda work: _find(work, arguments.login))
        chosen = hash_chosen_password(LocalWorkshop(context.mint), password, (user.login, user.email))
        works.write(
            lambda work: set_password(
                work, OPERATOR, _find(work, arguments.login), chosen, ends_tokens=arguments.revoke
            )
        )
    say(f"password of {arguments.login} set")


def run_revoke(context: Context, arguments: argparse.Namespace) -> None:
    """End everything that acts as a person: they, and applications that they allow again, sign in anew."""

    def revoke(work: Work) -> int:
        user = _find(work, arguments.login)
        work.login_sessions.end_of_user(user.id)
        work.browsers.end_of_user(user.id)
        return end_tokens_of_user(work, OPERATOR, user)

    with context.beside() as works:
        ended = works.write(revoke)
    say(f"{ended} tokens of {arguments.login} ended, and their login sessions")


def run_unrestrict(context: Context, arguments: argparse.Namespace) -> None:
    """Lift what restricts a person to days and addresses, their groups' restrictions too."""

    def lift(work: Work) -> None:
        user = _find(work, arguments.login)
        work.access.lift(user.id)
        work.audit.record(OPERATOR, "access.lifted", str(user.id))

    with context.beside() as works:
        works.write(lift)
    say(f"{arguments.login} may act on every day, from anywhere")


def run_unenroll(context: Context, arguments: argparse.Namespace) -> None:
    """Take all second factors of a person off: the password alone opens the account."""
    with context.beside() as works:
        removed = works.write(lambda work: take_off(work, OPERATOR, _find(work, arguments.login)))
    told = "is off" if removed else "was not set"
    say(f"the second factor of {arguments.login} {told}: the password alone opens the account")


def _find(work: Work, login: str) -> User:
    user = work.people.find_by_identifier(login)
    if user is None:
        raise Failure(f"there is no account with the login {login}")
    return user
