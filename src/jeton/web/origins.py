"""Where a request came from: its client's address, behind trusted proxies too, and what it calls itself."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from jeton.kernel.caller import Origin
from jeton.web.answers import Scope
from jeton.web.requests import Headers

_LONGEST_AGENT: Final = 200


class Origins:
    """Reads origins. An address is taken from `X-Forwarded-For` only when the connection comes from a trusted proxy:
    its last one, which that proxy wrote.
    """

    __slots__ = ("_trusted",)

    def __init__(self, trusted_proxies: frozenset[str]) -> None:
        self._trusted = trusted_proxies

    def address(self, scope: Scope, headers: Headers) -> str:
        """The client's address; empty when there is none (a socket file)."""
        client = scope.get("client")
        address: str = client[0] if client else ""
        if address in self._trusted:
            return _read(headers.lenient(b"x-forwarded-for").rpartition(",")[2].strip()) or address
        return address

    def direct(self, scope: Scope) -> str | None:
        """The address of who is connected; None where that is a trusted proxy, whose header must be read."""
        client = scope.get("client")
        address: str = client[0] if client else ""
        return None if address in self._trusted else address

    def of(self, scope: Scope, headers: Headers, request_id: str) -> Origin:
        """What lines tell of this request."""
        agent = headers.lenient(b"user-agent")[:_LONGEST_AGENT]
        return Origin(self.address(scope, headers), agent if agent.isprintable() else "", request_id)


@lru_cache(1024)
def _read(address: str) -> str:
    try:
        return str(ip_address(address))
    except ValueError:
        return ""
