"""The console's forms on applications: they become the same commands that the API uses. Source: ux.md 2.2 to 2.5."""

from typing import Final

from jeton.families.applications.model import (
    BadRegistration,
    ChangeApplication,
    CreateApplication,
    DeleteApplication,
    EndSecret,
    OneApplication,
    Registration,
    RotateSecret,
    registration_faults,
)
from jeton.kernel.applications import LONGEST_LIFETIME_S, ApplicationType
from jeton.kernel.ids import ClientId
from jeton.kernel.problems import FieldError
from jeton.kernel.scopes import Scopes, UnknownScope
from jeton.kernel.tokens import RevokeToken
from jeton.kit.text import sentence
from jeton.web.forms import Form

_YEAR_S: Final = 365 * 86_400
_CLIENT_LIFETIME_S: Final = 3600
_GRACES: Final = {"now": 0, "day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400, "keep": None}
_LIFETIMES: Final = {"30": 30 * 86_400, "90": 90 * 86_400, "180": 180 * 86_400, "365": _YEAR_S, "never": None}


def nothing(_form: Form) -> None:
    """A page that asks for nothing."""


def one(form: Form) -> OneApplication:
    """The application that the path names."""
    return OneApplication(client_id=ClientId(form.path["client_id"]))


def create(form: Form) -> CreateApplication:
    """The creation form. Raises BadRegistration when no type was chosen, telling along with it what else is wrong."""
    is_chosen = form.text("type") in {"0", "1"}
    kind = ApplicationType(int(form.text("type"))) if is_chosen else ApplicationType.SERVER
    is_client = kind is ApplicationType.CLIENT
    registration = Registration(
        name=form.text("name"),
        description=form.text("description"),
        editor=form.text("editor"),
        editor_url=form.text("editor_url"),
        type=kind,
        is_public=is_client and form.text("public") == "1",
        callback_urls=tuple(dict.fromkeys(form.all("callback_urls"))),
        scopes=_scopes(form),
        lifetime_s=_CLIENT_LIFETIME_S if is_client else LONGEST_LIFETIME_S,
        logo=form.file,
    )
    if not is_chosen:
        text = sentence("Choose who will use the application.")
        raise BadRegistration(
            FieldError("type", "missing", text), *registration_faults(registration, name_is_taken=False)
        )
    return CreateApplication(
        registration=registration,
        secret_lifetime_s=_LIFETIMES.get(form.text("secret_lifetime"), _YEAR_S),
    )


def edit(form: Form) -> ChangeApplication:
    """The application's own fields."""
    lifetime = form.text("token_lifetime")
    return ChangeApplication(
        client_id=ClientId(form.path["client_id"]),
        name=form.text("name"),
        description=form.text("description"),
        editor=form.text("editor"),
        editor_url=form.text("editor_url"),
        callback_urls=tuple(dict.fromkeys(form.all("callback_urls"))),
        lifetime_s=None if not lifetime else int(lifetime) if lifetime.isascii() and lifetime.isdigit() else 0,
        logo=form.file,
        without_logo=form.file is None and form.flag("without_logo"),
    )


def permissions(form: Form) -> ChangeApplication:
    """The application's scopes."""
    return ChangeApplication(client_id=ClientId(form.path["client_id"]), scopes=_scopes(form))


def suspend(form: Form) -> ChangeApplication:
    """Refuse everything until it is resumed."""
    return ChangeApplication(client_id=ClientId(form.path["client_id"]), is_suspended=True)


def resume(form: Form) -> ChangeApplication:
    """End a suspension."""
    return ChangeApplication(client_id=ClientId(form.path["client_id"]), is_suspended=False)


def rotate(form: Form) -> RotateSecret:
    """A new secret, and how long the others go on."""
    return RotateSecret(
        client_id=ClientId(form.path["client_id"]),
        name=form.text("name")[:60],
        grace_s=_GRACES.get(form.text("grace"), _GRACES["week"]),
        lifetime_s=_LIFETIMES.get(form.text("secret_lifetime"), _YEAR_S),
    )


def end_secret(form: Form) -> EndSecret:
    """One secret to end."""
    number = form.text("secret_id")
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    return EndSecret(client_id=ClientId(form.path["client_id"]), secret_id=int(number) if is_number else 0)


def revoke(form: Form) -> RevokeToken:
    """One token to end, by its id."""
    return RevokeToken(token=form.text("token"))


def delete(form: Form) -> DeleteApplication:
    """The application, and its name as typed."""
    return DeleteApplication(client_id=ClientId(form.path["client_id"]), typed_name=form.text("name"))


def _scopes(form: Form) -> Scopes:
    try:
        return Scopes.of(form.all("scopes"))
    except UnknownScope as unknown:
        text = sentence("“{word}” is not a scope.")
        raise BadRegistration(FieldError("scopes", "unknown_scope", text, {"word": unknown.word[:60]})) from None
