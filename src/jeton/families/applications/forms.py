"""The console's forms on applications: they become the same commands that the API uses. Source: ux.md 2.2 to 2.5."""

from datetime import UTC, datetime
from typing import Any, Final

from jeton.families.applications.model import (
    BadRegistration,
    ChangeApplication,
    CreateApplication,
    DeleteApplication,
    EndSecret,
    OneAddress,
    OneApplication,
    Registration,
    RevokeTokens,
    RotateSecret,
    Withdraw,
    registration_faults,
)
from jeton.kernel.applications import LONGEST_LIFETIME_S, USUAL, ApplicationType
from jeton.kernel.ids import ClientId, PrincipalId
from jeton.kernel.problems import FieldError
from jeton.kernel.scopes import Scopes, UnknownScope
from jeton.kernel.tokens import RevokeToken
from jeton.kit.clock import to_instant
from jeton.kit.text import sentence
from jeton.web.forms import Form

_DAY_S: Final = 86_400
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
    signs = form.text("public") == "keys" if is_client else form.flag("signs")
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
        metadata=USUAL._replace(
            jwks=form.text("jwks") if signs else "",
            is_verified=is_client and form.flag("verified"),
        ),
    )
    if signs and not form.text("jwks"):
        text = sentence("Paste the application's public keys, a JWK Set.")
        raise BadRegistration(
            FieldError("jwks", "missing", text), *registration_faults(registration, name_is_taken=False)
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


def protocol(form: Form) -> ChangeApplication:
    """What its requests must carry, and what else it may ask."""
    is_for_everybody = form.text("for_whom") != "groups"
    metadata: dict[str, Any] = {  # members of ClientMetadata
        "needs_pkce": form.flag("require_pkce"),
        "needs_par": form.flag("require_pushed_authorization_requests"),
        "needs_dpop": form.flag("dpop_bound_access_tokens"),
        "resources": tuple(dict.fromkeys(form.text("resources").split())),
        "requests_per_minute": _number(form.text("requests_per_minute")),
    }
    if form.flag("is_client"):
        metadata |= {
            "optional_scopes": _scopes(form, "optional_scopes"),
            "refresh_idle_s": _number(form.text("refresh_idle")) * _DAY_S,
            "refresh_ends_s": _number(form.text("refresh_lifetime")) * _DAY_S,
            "trusted_because": form.text("consent_skipped_because"),
            "is_verified": form.flag("verified"),
        }
    if form.flag("has_keys"):
        metadata["jwks"] = form.text("jwks")
    return ChangeApplication(
        client_id=ClientId(form.path["client_id"]),
        metadata=metadata,
        audience=None
        if is_for_everybody
        else tuple(PrincipalId(_number(group)) for group in dict.fromkeys(form.all("audience"))),
        for_everybody=is_for_everybody,
    )


def withdraw(form: Form) -> Withdraw:
    """The person whose consent is taken back."""
    return Withdraw(client_id=ClientId(form.path["client_id"]), user=PrincipalId(_number(form.text("user_id"))))


def address(form: Form) -> OneAddress:
    """What the address to ask a person at should say; nothing is kept."""
    return OneAddress(
        client_id=ClientId(form.path["client_id"]),
        callback=form.query.get("redirect_uri", ""),
        scope=form.query.get("scope", "").strip()[:500],
        state=form.query.get("state", "").strip()[:200],
        with_pkce=not form.query or form.query.get("pkce") == "1",
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


def revoke_all(form: Form) -> RevokeTokens:
    """Every token of the application."""
    return RevokeTokens(client_id=ClientId(form.path["client_id"]))


def revoke_before(form: Form) -> RevokeTokens:
    """The tokens that were given before a moment, in UTC. Raises BadRegistration when it is none."""
    try:
        moment = datetime.strptime(form.text("issued_before"), "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
    except ValueError:
        text = sentence("Give a day and a time, such as 2026-01-31T17:45.")
        raise BadRegistration(FieldError("issued_before", "not_a_moment", text)) from None
    return RevokeTokens(client_id=ClientId(form.path["client_id"]), issued_before=to_instant(moment))


def delete(form: Form) -> DeleteApplication:
    """The application, and its name as typed."""
    return DeleteApplication(client_id=ClientId(form.path["client_id"]), typed_name=form.text("name"))


def _number(text: str) -> int:
    """A whole number; what is none is one that no rule accepts."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _scopes(form: Form, name: str = "scopes") -> Scopes:
    try:
        return Scopes.of(form.all(name))
    except UnknownScope as unknown:
        text = sentence("“{word}” is not a scope.")
        raise BadRegistration(FieldError(name, "unknown_scope", text, {"word": unknown.word[:60]})) from None
