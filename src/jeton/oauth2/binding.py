"""What tokens are bound to, beside their client: a key that their holder shows each time, and where they are used.

Source: RFC 9449 sections 5 and 10 (`jkt`, `dpop_jkt`); RFC 8707 (`resource`).
"""

from typing import Final, NamedTuple

from jeton.oauth2.refusals import Refusal

NO_SUCH_RESOURCE: Final = Refusal(
    "invalid_target",
    "The resource is neither this platform nor one that this application may name: an administrator can add it.",
)
OTHER_RESOURCE: Final = Refusal("invalid_target", "The resource is not the one that the person allowed.")


class Binding(NamedTuple):
    """The thumbprint of a key (RFC 7638), if any; an outside resource server, if any (None: this platform)."""

    jkt: str | None = None
    resource: str | None = None


UNBOUND: Final = Binding()


def outside(asked: str | None, issuer: str, registered: tuple[str, ...]) -> str | Refusal | None:
    """The outside resource that is meant; None for this platform, named or not. Refuses: invalid_target."""
    if asked is None or asked in {issuer, f"{issuer}/", f"{issuer}/api"}:
        return None
    return asked if asked in registered else NO_SUCH_RESOURCE


def settled(asked: str | None, allowed: str | None, issuer: str, registered: tuple[str, ...]) -> str | Refusal | None:
    """The resource of a token that comes of an authorization for `allowed`. Refuses: invalid_target.

    An authorization for this platform does not reach outside, nor the other way round (RFC 8707 section 2.2).
    """
    if asked is None:
        return allowed if allowed is None or allowed in registered else NO_SUCH_RESOURCE
    wanted = outside(asked, issuer, registered)
    if isinstance(wanted, Refusal):
        return wanted
    return wanted if wanted == allowed else OTHER_RESOURCE
