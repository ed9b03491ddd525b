"""Whom an application is for: everybody, or the members of some groups."""

from jeton.kernel.applications import Application
from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import Work


def is_for(work: Work, application: Application, user: PrincipalId) -> bool:
    """Whether an application is for this person: for everybody, or for a group that they are in."""
    if application.audience is None:
        return True
    return any(work.groups.has_member(group, user) for group in application.audience)
