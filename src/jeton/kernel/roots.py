"""The roots of people: the ids of the highest folders that each of them sees, as `User.roots` tells them.

Use cases give users; these wrap them for the calls that tell roots as well. One's own account names also what others
share from their private spaces; what is told of somebody else does not.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, NamedTuple

from jeton.kernel.caller import Caller
from jeton.kernel.entries import Entries, Said, levels_on
from jeton.kernel.ids import FolderId, PrincipalId
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.tree import COMPANY_ROOT, Space


class Rooted(NamedTuple):
    """A user, and the roots to tell: never none, since everybody has a private space."""

    user: User
    roots: tuple[FolderId, ...]


def with_own_roots(use: Callable[[Work, Caller, Any], User]) -> Callable[[Work, Caller, Any], Rooted]:
    """A use case on the caller's own account."""

    @wraps(use)
    def told(work: Work, caller: Caller, command: Any) -> Rooted:
        user = use(work, caller, command)
        return Rooted(user, tuple(root.folder.id for root in work.doors.tops(caller)))

    return told


def with_roots(use: Callable[[Work, Caller, Any], User]) -> Callable[[Work, Caller, Any], Rooted]:
    """A use case that gives one user."""

    @wraps(use)
    def told(work: Work, caller: Caller, command: Any) -> Rooted:
        return _rooted(work, [use(work, caller, command)])[0]

    return told


def with_all_roots(use: Callable[[Work, Caller, Any], Sequence[User]]) -> Callable[[Work, Caller, Any], list[Rooted]]:
    """A use case that gives many."""

    @wraps(use)
    def told(work: Work, caller: Caller, command: Any) -> list[Rooted]:
        return _rooted(work, use(work, caller, command))

    return told


def company_roots(entries: Entries, people: Sequence[PrincipalId]) -> Mapping[PrincipalId, list[FolderId]]:
    """The highest folders of the company space that each of these people sees by what was given to them."""
    said: dict[PrincipalId, dict[FolderId, list[Said]]] = {}
    for person, word in entries.said_to(people):
        said.setdefault(person, {}).setdefault(word.folder, []).append(word)
    places = dict(entries.ways(sorted({folder for words in said.values() for folder in words})))
    roots: dict[PrincipalId, list[FolderId]] = {}
    for person, words in said.items():
        for folder in words:
            place = places.get(folder)
            if place is not None and place.space is Space.COMPANY:
                levels = levels_on([*(above.id for above in place.above), folder], words)
                if levels[-1] and not any(levels[-2:-1]):
                    roots.setdefault(person, []).append(folder)
    return roots


def _rooted(work: Work, users: Sequence[User]) -> list[Rooted]:
    ordinary = [user.id for user in users if not user.is_administrator]
    company = company_roots(work.entries, ordinary) if ordinary else {}
    return [
        Rooted(user, (COMPANY_ROOT, user.private_root))
        if user.is_administrator
        else Rooted(user, (*sorted(company.get(user.id, ())), user.private_root))
        for user in users
    ]
