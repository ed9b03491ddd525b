"""The use cases on connected applications. Every one reads (work, caller, command) -> value."""

from collections.abc import Sequence

from jeton.families.connections.model import Connection, Disconnect, Narrow, NotConnected, OwnConnections
from jeton.kernel.applications import IssuedToken
from jeton.kernel.caller import Caller
from jeton.kernel.ports import Work
from jeton.kernel.tokens import NoSuchToken, RevokeToken, TokenInPath, end_token, named_token


def tokens(work: Work, caller: Caller, command: OwnConnections) -> Sequence[IssuedToken]:
    """List the live tokens that act as the calling person, the newest first."""
    return work.tokens.of_user(caller.principal, work.now)


def revoke_token(work: Work, caller: Caller, command: RevokeToken) -> TokenInPath | None:
    """End one of them, with all that came of the same authorization.

    A token's value is ended too, and refused. Raises NoSuchToken, also for somebody else's.
    """
    token = named_token(work, caller, command.token)
    if isinstance(token, TokenInPath):
        return token
    if token.user != caller.principal:
        raise NoSuchToken
    end_token(work, caller, token)
    return None


def connections(work: Work, caller: Caller, command: OwnConnections) -> Sequence[Connection]:
    """List the applications that may act as the calling person, by name."""
    found = ((work.applications.find(one.client_id), one) for one in work.consents.of_user(caller.principal))
    return [Connection(application, consent) for application, consent in found if application is not None]


def narrow(work: Work, caller: Caller, command: Narrow) -> None:
    """Take back a part of what an application was allowed, for its tokens too, from the next request on.

    Nothing kept is access taken back. Raises NotConnected.
    """
    consented = work.consents.find(caller.principal, command.client_id)
    if consented is None:
        raise NotConnected
    kept = consented & command.kept
    if not kept:
        disconnect(work, caller, Disconnect(client_id=command.client_id))
    elif kept != consented:
        work.consents.narrow(caller.principal, command.client_id, kept, work.now)
        work.audit.record(caller, "consent.narrowed", command.client_id, scopes=str(kept))


def disconnect(work: Work, caller: Caller, command: Disconnect) -> None:
    """Take access back: every token that came of it is refused from the next request on. Raises NotConnected."""
    if command.client_id is None:
        clients = [consent.client_id for consent in work.consents.of_user(caller.principal)]
    else:
        clients = [command.client_id]
    for client in clients:
        if not work.consents.withdraw(caller.principal, client, work.now):
            raise NotConnected
        work.audit.record(caller, "consent.withdrawn", client)
