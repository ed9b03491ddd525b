"""What a person is told when an application asks for their account, and what is kept when they allow it.

Shared by the consent page and the device page. Source: ux.md 2.7; security.md CO.
"""

from typing import Any

from jeton.console.sessions import Seat
from jeton.kernel.applications import Application
from jeton.kernel.ids import PrincipalId
from jeton.kernel.ports import Work
from jeton.kernel.scopes import FAMILIES, ScopeFamily, Scopes
from jeton.web.forms import Form


def is_for(work: Work, application: Application, user: PrincipalId) -> bool:
    """Whether an application is for this person: for everybody, or for a group that they are in."""
    if application.audience is None:
        return True
    return any(work.groups.has_member(group, user) for group in application.audience)


def allow(work: Work, seat: Seat, application: Application, scopes: Scopes) -> None:
    """Keep that a person allows an application this much, beside what they did before; tell them, by mail too."""
    client_id = application.client_id
    consented = work.consents.find(seat.user.id, client_id) or Scopes(0)
    if not scopes.within(consented):
        work.mail.send("consent_given", seat.user, application=application.name, path="/account/applications")
    work.consents.keep(seat.user.id, client_id, consented | scopes, work.now)
    work.audit.record(seat.caller._replace(client_id=client_id), "consent.given", client_id, scopes=str(scopes))


def kept_of(form: Form) -> Scopes:
    """The optional scopes whose boxes stayed ticked; what is no scope is as good as unticked."""
    return Scopes.known(word for words in form.all("keep") for word in words.split(" "))


def lines(scopes: Scopes, consented: Scopes | None, optional: Scopes) -> list[dict[str, Any]]:
    """What the application could do beyond what it may already: the most sensitive first, what may be left out last."""
    new = scopes if consented is None else scopes - consented
    told = [
        _line(position, family, part, is_optional=is_optional)
        for part, is_optional in ((new - optional, False), (new & optional, True))
        for position, family in enumerate(FAMILIES)
    ]
    return sorted(
        (line for line in told if line["sentences"]), key=lambda line: (line["is_optional"], -line["sensitivity"])
    )


def _line(position: int, family: ScopeFamily, scopes: Scopes, *, is_optional: bool) -> dict[str, Any]:
    bits = scopes.bits >> 2 * position & 3
    sentences = [text for bit, text in ((1, family.reads), (2, family.writes)) if bits & bit]
    words = str(Scopes(bits << 2 * position))
    return {
        "title": family.title,
        "sentences": sentences,
        "sensitivity": family.sensitivity.value,
        "is_optional": is_optional,
        "words": words,
    }
