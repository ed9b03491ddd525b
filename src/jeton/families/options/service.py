"""The use cases on access policies. Every one reads (work, caller, command) -> value."""

from jeton.families.options.model import (
    ADMIN_WRITE,
    BadPolicy,
    ChangeOption,
    NoSuchTarget,
    OneOption,
    Option,
)
from jeton.kernel.access import NO_POLICY, LocksOut, permits, policy_faults, read_address
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import Work
from jeton.kernel.rights import must_hold


def read(work: Work, caller: Caller, command: OneOption) -> Option:
    """Read the policy of a person or a group. Raises NoSuchTarget."""
    return _find(work, command.target)


def change(work: Work, caller: Caller, command: ChangeOption) -> Option:
    """Set the days and addresses; whoever is outside of them is refused from the next request on.

    Raises NoSuchTarget; BadPolicy; LocksOut; BeyondOwnScopes (an administrator is bound without admin.write).
    """
    before = _find(work, command.target)
    _check_standing(work, caller, before)
    policy = before.policy
    if command.days is not None:
        policy = policy._replace(days=command.days)
    if command.ips is not None:
        policy = policy._replace(ips=command.ips.listed)
    faults = policy_faults(policy)
    if faults:
        raise BadPolicy(*faults)
    policy = policy._replace(ips=_as_kept(policy.ips))
    work.access.keep(command.target, policy)
    _check_own(work, caller)
    ips = "" if policy.ips is None else " ".join(policy.ips) or "-"
    work.audit.record(caller, "access.changed", str(command.target), days=policy.days, ips=ips)
    return before._replace(policy=policy)


def remove(work: Work, caller: Caller, command: OneOption) -> None:
    """Lift the restrictions. Raises NoSuchTarget; BeyondOwnScopes."""
    _check_standing(work, caller, _find(work, command.target))
    work.access.remove(command.target)
    work.audit.record(caller, "access.lifted", str(command.target))


def _find(work: Work, target: PrincipalId) -> Option:
    policy = work.access.of(target) or NO_POLICY
    user = work.people.find(target)
    if user is not None:
        return Option(user.id, user.login, is_group=False, policy=policy)
    group = work.groups.find(target)
    if group is None:
        raise NoSuchTarget
    return Option(group.id, group.name, is_group=True, policy=policy)


def _check_standing(work: Work, caller: Caller, option: Option) -> None:
    if option.is_group:
        binds_administrators = any(member.is_administrator for member in work.groups.members(option.target))
    else:
        user = work.people.find(option.target)
        binds_administrators = user is not None and user.is_administrator
    if binds_administrators:
        must_hold(caller, ADMIN_WRITE)


def _check_own(work: Work, caller: Caller) -> None:
    if caller.kind is not CallerKind.PERSON or work.origin is None:
        return
    if not permits(work.access.over(caller.principal), work.now, work.origin.address):
        raise LocksOut


def _as_kept(ips: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if ips is None else tuple(dict.fromkeys(read_address(ip) or "" for ip in ips))
