"""Acting in somebody's name: a Server application calls as if it were that person, within its own scopes.

Source: product.md D12; decisions.md, "`As`".
"""

from typing import TYPE_CHECKING, Final

from jeton.kernel.access import check_access
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.ids import PrincipalId
from jeton.kernel.problems import Forbidden, Unknown
from jeton.kernel.scopes import Access, Scope
from jeton.kit.text import sentence

if TYPE_CHECKING:
    from jeton.kernel.ports import Work

_USERS_READWRITE: Final = Scope("users", Access.READ).bits | Scope("users", Access.WRITE).bits


class AsNotAllowed(Forbidden):
    """Acting in somebody's name is not for this caller, or not for this call."""

    code = "as_not_allowed"
    sentence = sentence("Acting for another person (header As) is not possible here: {why}.")


class NoSuchUser(Unknown):
    """No user under the id that As names."""

    code = "no_such_user"
    sentence = sentence("There is no such user.")


def in_the_name_of(work: "Work", caller: Caller, person: PrincipalId, address: str) -> Caller:
    """The person, called for by an application from this address; both are told in what it leaves.

    Raises: AsNotAllowed; NoSuchUser; OutsidePolicy (that person may not act from there).
    """
    if caller.kind is not CallerKind.SERVER:
        raise AsNotAllowed(why="it is for Server applications")
    if caller.scopes.bits & _USERS_READWRITE != _USERS_READWRITE:
        raise AsNotAllowed(why="it needs users.readwrite", required=("users.readwrite",))
    user = work.people.find(person)
    if user is None:
        raise NoSuchUser
    if user.is_administrator or not user.may_act(work.now):
        raise AsNotAllowed(why="never for an administrator or a disabled account")
    check_access(work, user.id, address)
    return caller._replace(
        kind=CallerKind.PERSON,
        principal=user.id,
        name=user.full_name,
        is_administrator=False,
        language=user.language,
        behalf_of_by=caller.name,
    )
