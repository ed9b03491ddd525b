"""Access policies: on which days, and from which addresses, a person may act. What the vendor calls options. Pure.

A policy is a person's or a group's. Every one that names somebody, directly or by a group, must permit; it is read anew
with each request, so that a change holds from the next one on. Source: wire/resources.md section 6.
"""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import Conflict, FieldError, Forbidden
from jeton.kit.clock import Instant, to_datetime
from jeton.kit.text import sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Work

EVERY_DAY: Final = 0b1111111
MOST_ADDRESSES: Final = 100

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Policy(NamedTuple):
    """`days` is a mask: Sunday 1, Monday 2 to Saturday 64, by UTC. `ips` None: from anywhere; empty: from nowhere."""

    days: int = EVERY_DAY
    ips: tuple[str, ...] | None = None


NO_POLICY: Final = Policy()


class OutsidePolicy(Forbidden):
    """Not on this day, or not from this address."""

    code = "outside_policy"
    sentence = sentence("This account may not be used today, or not from where you are.")


class LocksOut(Conflict):
    """A policy under which whoever sets it would be refused at once."""

    code = "locks_out"
    sentence = sentence("This would lock you out yourself: today, and from where you are, it must permit.")


class Access(Protocol):
    """The policies."""

    def of(self, target: PrincipalId) -> Policy | None:
        """That of a person or a group."""

    def over(self, person: PrincipalId) -> Sequence[Policy]:
        """Those of a person and of the groups that they are in."""

    def keep(self, target: PrincipalId, policy: Policy) -> None:
        """Set one."""

    def remove(self, target: PrincipalId) -> None:
        """Take one away."""

    def lift(self, person: PrincipalId) -> None:
        """Take away each that holds for a person: theirs, and those of all their groups."""


def permits(policies: Sequence[Policy], now: Instant, address: str) -> bool:
    """Whether somebody under these policies may act now, from this address."""
    if not policies:
        return True
    today = 1 << (to_datetime(now).isoweekday() % 7)
    return all(
        policy.days & today and (policy.ips is None or any(_is_within(address, network) for network in policy.ips))
        for policy in policies
    )


def check_access(work: "Work", person: PrincipalId, address: str) -> None:
    """Raises OutsidePolicy."""
    if not permits(work.access.over(person), work.now, address):
        raise OutsidePolicy


def read_address(text: str) -> str | None:
    """An address, or a network such as 10.0.0.0/8, as it is kept; None when it is neither."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return str(network.network_address if network.prefixlen == network.max_prefixlen else network)


def policy_faults(policy: Policy) -> list[FieldError]:
    """What is wrong with a policy."""
    faults = []
    if not 0 <= policy.days <= EVERY_DAY:
        text = sentence("Days add up: Sunday 1, Monday 2, Tuesday 4 to Saturday 64; {most} is every day.")
        faults.append(FieldError("days", "out_of_range", text, {"most": EVERY_DAY}))
    ips = policy.ips or ()
    if len(ips) > MOST_ADDRESSES:
        text = sentence("At most {most} addresses.")
        faults.append(FieldError("ips", "too_many", text, {"most": MOST_ADDRESSES}))
    elif wrong := [ip for ip in ips if read_address(ip) is None]:
        text = sentence("“{address}” is not an address, nor a network such as 192.0.2.0/24.")
        faults.append(FieldError("ips", "bad_address", text, {"address": wrong[0][:50]}))
    return faults


def _is_within(address: str, network: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed in _network(network)


@lru_cache(maxsize=1024)
def _network(text: str) -> _Network:
    return ipaddress.ip_network(text)
