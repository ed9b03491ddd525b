"""What a person is told when an application asks for their account, and what is kept when they allow it.

Shared by the consent page and the device page. Source: ux.md 2.7; security.md CO.
"""

from typing import Any, Final

from jeton.console.sessions import Seat
from jeton.kernel.applications import DAY_S, Application
from jeton.kernel.people import User
from jeton.kernel.ports import Work
from jeton.kernel.scopes import FAMILIES, Access, ScopeFamily, Scopes
from jeton.kit.text import sentence
from jeton.web.forms import Form

_WRITES: Final = Scopes.of(f"{family.name}.write" for family in FAMILIES)


def allow(work: Work, seat: Seat, application: Application, scopes: Scopes) -> None:
    """Keep that a person allows an application this much, beside what they did before; tell them, by mail too."""
    client_id = application.client_id
    consented = work.consents.find(seat.user.id, client_id) or Scopes(0)
    if not scopes.within(consented):
        work.mail.send("consent_given", seat.user, application=application.name, path="/account/applications")
    work.consents.keep(seat.user.id, client_id, consented | scopes, work.now)
    work.audit.record(seat.caller._replace(client_id=client_id), "consent.given", client_id, scopes=str(scopes))


def view_of(application: Application, user: User, scopes: Scopes) -> dict[str, Any]:
    """What both pages tell of who asks, who is asked, and for how long."""
    return {
        "application": application,
        "user": user,
        "beyond": beyond(scopes),
        "days": application.metadata.refresh_ends_s // DAY_S,
    }


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
        (line for line in told if line["parts"]), key=lambda line: (line["is_optional"], -line["sensitivity"])
    )


def beyond(scopes: Scopes) -> list[str]:
    """What it could not do with these, said as plainly as what it could: a few sentences that are true (msgids)."""
    told = (
        (_WRITES, sentence("Change, add or delete anything.")),
        (Scopes.parse("files.readwrite"), sentence("See or change your files and folders.")),
        (Scopes.parse("users.readwrite groups.readwrite admin.readwrite"), sentence("Manage people or the platform.")),
        (Scopes.parse("accountsec.write"), sentence("Change your password or your second factors.")),
    )
    return [text for needed, text in told if not scopes & needed] + [
        sentence("See your password."),
        sentence("Reach what you do not see yourself."),
    ]


def _line(position: int, family: ScopeFamily, scopes: Scopes, *, is_optional: bool) -> dict[str, Any]:
    bits = scopes.bits >> 2 * position & 3
    parts = [(text, access is Access.WRITE) for access, text in _said(family) if bits & access.value]
    words = str(Scopes(bits << 2 * position))
    return {
        "title": family.title,
        "parts": parts,
        "sensitivity": family.sensitivity.value,
        "is_optional": is_optional,
        "words": words,
    }


def _said(family: ScopeFamily) -> tuple[tuple[Access, str], ...]:
    return (Access.READ, family.reads), (Access.WRITE, family.writes)
