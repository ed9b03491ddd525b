"""The console's forms on connected applications."""

from jeton.families.connections.model import Disconnect, Narrow, OwnConnections
from jeton.kernel.ids import ClientId
from jeton.kernel.scopes import Scopes
from jeton.web.forms import Form


def own(_form: Form) -> OwnConnections:
    """Those of who is logged in."""
    return OwnConnections()


def one(form: Form) -> Disconnect:
    """One application."""
    return Disconnect(client_id=_client(form))


def narrowed(form: Form) -> Narrow:
    """One application, and what it keeps: the boxes that stayed ticked."""
    return Narrow(client_id=_client(form), kept=Scopes.known(form.all("keep")))


def every(_form: Form) -> Disconnect:
    """All of them."""
    return Disconnect()


def _client(form: Form) -> ClientId:
    return ClientId(form.text("client_id")[:64])
