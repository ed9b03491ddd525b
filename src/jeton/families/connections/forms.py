"""The console's forms on connected applications."""

from jeton.families.connections.model import Disconnect, OwnConnections
from jeton.kernel.ids import ClientId
from jeton.web.forms import Form


def own(_form: Form) -> OwnConnections:
    """Those of who is logged in."""
    return OwnConnections()


def one(form: Form) -> Disconnect:
    """One application."""
    return Disconnect(client_id=ClientId(form.text("client_id")[:64]))


def every(_form: Form) -> Disconnect:
    """All of them."""
    return Disconnect()
