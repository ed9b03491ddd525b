"""How guessing is slowed down: the keys under which misses are counted, and how long the next try waits. Pure.

Source: security.md R30 and ASVS 6.1.1: every door that takes a credential; delays, never a lock-out.
"""

import ipaddress
from typing import Final

from jeton.kit.clock import MINUTE, Instant
from jeton.kit.text import caseless

FORGOTTEN_AFTER: Final[Instant] = 10 * MINUTE
"""A count begins anew after this long without a miss."""

LONGEST_WAIT_S: Final = 60
"""Ten free tries every `FORGOTTEN_AFTER` are no faster than one a minute: waiting longer would buy nothing."""

_FREE: Final = 10
_FREE_FROM_AN_ADDRESS: Final = 100
_ADDRESS: Final = "address:"


def account_key(identifier: str) -> str:
    """One count per account, however its login is spelled. Known accounts pass their login, others what was typed."""
    return f"account:{caseless(identifier)}"


def factor_key(login: str) -> str:
    """One count per account for what comes after its password: a right password does not clear it."""
    return f"factor:{caseless(login)}"


def application_key(client_id: str) -> str:
    """One count per application."""
    return f"application:{client_id}"


def device_key(user: int) -> str:
    """One count per person who types the codes of devices."""
    return f"device:{user}"


def reset_key(identifier: str) -> str:
    """One count per account whose password is asked for anew, whether it exists or not."""
    return f"reset:{caseless(identifier)}"


def address_key(address: str) -> str:
    """One count per place: an IPv4 address, or the 64 leading bits of an IPv6 one, which are one household's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"{_ADDRESS}{address}"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return f"{_ADDRESS}{parsed.ipv4_mapped}"
        return f"{_ADDRESS}{ipaddress.ip_network((int(parsed) >> 64 << 64, 64))}"
    return f"{_ADDRESS}{parsed}"


def client_address_key(address: str) -> str:
    """One count per place for what applications show, apart from people's: a script with an old secret keeps nobody in
    its house from signing in."""
    return f"{_ADDRESS}client {address_key(address)}"


def wait_after(key: str, misses: int) -> int:
    """Seconds to wait after the last of `misses`: none for nine (99 from one address), then 1, 2, 4..."""
    beyond = misses - (_FREE_FROM_AN_ADDRESS if key.startswith(_ADDRESS) else _FREE)
    if beyond < 0:
        return 0
    return min(1 << min(beyond, 30), LONGEST_WAIT_S)
