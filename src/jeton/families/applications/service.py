"""The use cases on applications, shared by console and API. Every one reads (work, caller, command) -> value."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from jeton.families.applications.model import (
    LOGO_SIDE,
    SMALLEST_LOGO,
    Address,
    ApplicationRow,
    BadRegistration,
    ChangeApplication,
    Consenters,
    CreateApplication,
    DeleteApplication,
    EndSecret,
    NoSecretForPublic,
    NoSuchApplication,
    NoSuchConsent,
    NoSuchSecret,
    OneAddress,
    OneApplication,
    Overview,
    Protocol,
    Registration,
    RevokeTokens,
    RotateSecret,
    TooManySecrets,
    Withdraw,
    WithSecret,
    address_of,
    registration_faults,
)
from jeton.kernel.applications import MOST_LIVE_SECRETS, Application, ApplicationType, IssuedToken, Secret
from jeton.kernel.caller import Caller
from jeton.kernel.ids import ClientId
from jeton.kernel.ports import Picture, Work, Workshop
from jeton.kernel.problems import FieldError
from jeton.kernel.rights import must_hold
from jeton.kernel.scopes import ALL_SCOPES
from jeton.kernel.tokens import RevokeToken, TokenInPath, end_token, named_token
from jeton.kit.clock import DAY, SECOND
from jeton.kit.mint import CLIENT_SECRET, digest, new_identifier, new_token
from jeton.kit.text import sentence

MOST_CONSENTERS: Final = 200
MOST_GROUPS: Final = 500
_WEIGHTY: Final = ("scopes", "callback_urls", "metadata", "audience")
_SHOWN_TO_PEOPLE: Final = ("name", "editor", "editor_url", "callback_urls")
_SOON: Final = 30 * DAY
_LONG_AGO: Final = 90 * DAY
_TILE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="256" height="256">'
    '<rect width="64" height="64" rx="12" fill="{color}"/><text x="32" y="43" text-anchor="middle" '
    'font-family="sans-serif" font-size="32" font-weight="600" fill="#fff">{letter}</text></svg>'
)
_COLORS: Final = ("#2f5d8a", "#7a4a8c", "#8a4b2f", "#2f7a5d", "#8a2f56", "#5d6b2f", "#2f6f8a", "#6b4f9e")


def list_all(work: Work, caller: Caller, command: object) -> Sequence[Application]:
    """List the registered applications, without their secrets."""
    return work.applications.all()


def read(work: Work, caller: Caller, command: OneApplication) -> Application:
    """Read one application, without its secrets. Raises NoSuchApplication."""
    return _find(work, command.client_id)


def prepare_logo(workshop: Workshop, command: CreateApplication) -> CreateApplication:
    """Decode and re-encode the logo, outside any transaction. Raises Invalid."""
    logo = command.registration.logo
    if logo is None:
        return command
    png = workshop.picture(logo, smallest=SMALLEST_LOGO, side=LOGO_SIDE)
    return replace(command, registration=replace(command.registration, logo=png))


def admit_create(work: Work, caller: Caller, command: CreateApplication) -> CreateApplication:
    """Refuse early what creating would refuse: before a picture is decoded."""
    must_hold(caller, command.registration.scopes)
    _check(work, command.registration)
    return command


def create(work: Work, caller: Caller, command: CreateApplication) -> WithSecret:
    """Register an application. The answer holds the client_secret, this once.

    Source: product.md A2-A12; wire/oauth2.md section 6. Raises BadRegistration; BeyondOwnScopes.
    """
    registration = command.registration
    must_hold(caller, registration.scopes)
    _check(work, registration)
    is_server = registration.type is ApplicationType.SERVER
    application = Application(
        id=work.mint.number(work.now),
        client_id=ClientId(new_identifier(work.mint)),
        principal=work.people.new_id() if is_server else None,
        name=registration.name,
        description=registration.description,
        editor=registration.editor,
        editor_url=registration.editor_url,
        type=registration.type,
        is_public=registration.is_public,
        callback_urls=registration.callback_urls,
        scopes=registration.scopes,
        lifetime_s=registration.lifetime_s,
        is_suspended=False,
        has_logo=registration.logo is not None,
        created_at=work.now,
        created_by=caller.name,
        last_used_at=None,
        metadata=registration.metadata,
        audience=registration.audience,
    )
    work.applications.add(application)
    _sign_for(work, application)
    if registration.logo is not None:
        work.applications.set_logo(application, registration.logo)
    work.audit.record(
        caller, "application.created", application.client_id, name=application.name, scopes=str(application.scopes)
    )
    if not application.has_secrets:
        return WithSecret(application=application, client_secret=None, expires_at=None)
    return _new_secret(work, caller, application, command.secret_name, command.secret_lifetime_s)


def prepare_changed_logo(workshop: Workshop, command: ChangeApplication) -> ChangeApplication:
    """Decode and re-encode the new logo, outside any transaction. Raises Invalid."""
    if command.logo is None:
        return command
    return replace(command, logo=workshop.picture(command.logo, smallest=SMALLEST_LOGO, side=LOGO_SIDE))


def change(work: Work, caller: Caller, command: ChangeApplication) -> Application:
    """Change an application. Narrowed scopes hold for the tokens that are out, from the next request on.

    Turning DPoP on ends the tokens that are out. Another name, publisher, callback or logo takes off that it was
    checked. Raises NoSuchApplication; BadRegistration; BeyondOwnScopes (scopes,
    callbacks or protocol, on an application that holds more than the caller).
    """
    before = _find(work, command.client_id)
    after = before._replace(
        name=before.name if command.name is None else command.name,
        description=before.description if command.description is None else command.description,
        editor=before.editor if command.editor is None else command.editor,
        editor_url=before.editor_url if command.editor_url is None else command.editor_url,
        callback_urls=before.callback_urls if command.callback_urls is None else command.callback_urls,
        scopes=before.scopes if command.scopes is None else command.scopes,
        lifetime_s=before.lifetime_s if command.lifetime_s is None else command.lifetime_s,
        is_suspended=before.is_suspended if command.is_suspended is None else command.is_suspended,
        metadata=before.metadata._replace(**command.metadata),
        audience=None if command.for_everybody else before.audience if command.audience is None else command.audience,
    )
    is_another = any(getattr(after, name) != getattr(before, name) for name in _SHOWN_TO_PEOPLE)
    if "is_verified" not in command.metadata and (is_another or command.logo is not None):
        after = after._replace(metadata=after.metadata._replace(is_verified=False))  # it is not what was checked
    if any(getattr(after, name) != getattr(before, name) for name in _WEIGHTY):
        must_hold(caller, after.scopes)
    if before.has_secrets != after.has_secrets:
        text = sentence("How an application proves itself is settled for good: register another one.")
        raise BadRegistration(FieldError("jwks", "settled", text))
    _check(work, _registration_of(after), besides=before.client_id)
    work.applications.change(after)
    _sign_for(work, after)
    if after.metadata.needs_dpop and not before.metadata.needs_dpop:
        work.tokens.revoke_of_application(after, work.now)  # what is out is bound to no key
    if command.logo is not None or command.without_logo:
        work.applications.set_logo(after, command.logo)
    changed = [name for name in Application._fields if getattr(after, name) != getattr(before, name)]
    work.audit.record(caller, _change_word(before, after), after.client_id, changed=" ".join(changed))
    return _find(work, command.client_id)


def _change_word(before: Application, after: Application) -> str:
    if before.is_suspended == after.is_suspended:
        return "application.changed"
    return "application.suspended" if after.is_suspended else "application.resumed"


def delete(work: Work, caller: Caller, command: DeleteApplication) -> None:
    """Delete an application: its secrets and tokens are over at once. Its files stay.

    Raises NoSuchApplication; BadRegistration (another name was typed).
    """
    application = _find(work, command.client_id)
    if command.typed_name is not None and command.typed_name.strip() != application.name:
        raise BadRegistration(FieldError("name", "other_name", sentence("This is not the application's name.")))
    work.applications.remove(application)
    work.audit.record(caller, "application.deleted", application.client_id, name=application.name)


def reset(work: Work, caller: Caller, command: OneApplication) -> WithSecret:
    """Make a new client_secret; all others end at once. The answer holds it, this once. Source: wire/oauth2.md 6."""
    return rotate(work, caller, RotateSecret(client_id=command.client_id, grace_s=0))


def rotate(work: Work, caller: Caller, command: RotateSecret) -> WithSecret:
    """Make a new client_secret; the others end after a time of grace. Tokens live on.

    Raises NoSuchApplication; NoSecretForPublic; TooManySecrets; BeyondOwnScopes.
    """
    application = _find(work, command.client_id)
    must_hold(caller, application.scopes)
    if not application.has_secrets:
        raise NoSecretForPublic
    live = [secret for secret in work.applications.secrets(application) if is_live(secret, work.now)]
    if command.grace_s is not None:
        for secret in live:
            work.applications.end_secret(application, secret.id, work.now + command.grace_s * SECOND)
    if command.grace_s != 0 and len(live) >= MOST_LIVE_SECRETS:
        raise TooManySecrets(most=MOST_LIVE_SECRETS)
    return _new_secret(work, caller, application, command.name, command.lifetime_s)


def end_secret(work: Work, caller: Caller, command: EndSecret) -> Application:
    """End one secret at once. Raises NoSuchApplication; NoSuchSecret."""
    application = _find(work, command.client_id)
    if not work.applications.end_secret(application, command.secret_id, work.now):
        raise NoSuchSecret
    work.audit.record(caller, "secret.ended", application.client_id, secret_id=command.secret_id)
    return application


def icon(work: Work, caller: Caller, command: OneApplication) -> Picture:
    """The logo, or a tile with the first letter of the name. Raises NoSuchApplication."""
    application = _find(work, command.client_id)
    logo = work.applications.logo(command.client_id)
    if logo is not None:
        return Picture(content=logo)
    letter = next((letter for letter in application.name if letter.isalnum()), "?").upper()
    color = _COLORS[application.id % len(_COLORS)]
    return Picture(content=_TILE.format(color=color, letter=letter).encode(), media_type="image/svg+xml")


def tokens(work: Work, caller: Caller, command: OneApplication) -> Sequence[IssuedToken]:
    """List an application's live tokens, the newest first, without their values. Raises NoSuchApplication."""
    return work.tokens.of_application(_find(work, command.client_id), work.now)


def revoke_token(work: Work, caller: Caller, command: RevokeToken) -> TokenInPath | None:
    """End one token of any application. A token's value is ended too, and refused. Raises NoSuchToken."""
    token = named_token(work, caller, command.token)
    if isinstance(token, TokenInPath):
        return token
    end_token(work, caller, token)
    return None


def revoke(work: Work, caller: Caller, command: RevokeTokens) -> Application:
    """End tokens of an application: all, or those of a person, or those given before an instant, or of both.

    Raises NoSuchApplication.
    """
    application = _find(work, command.client_id)
    if command.user is None and command.issued_before is None:
        ended = work.tokens.revoke_of_application(application, work.now)
    else:
        ended = work.tokens.revoke_some(application, work.now, user=command.user, before=command.issued_before)
    work.audit.record(
        caller,
        "application.tokens_revoked",
        application.client_id,
        count=ended,
        **({} if command.user is None else {"user": command.user}),
    )
    return application


def consenters(work: Work, caller: Caller, command: OneApplication) -> Consenters:
    """The people for whom an application may act. Raises NoSuchApplication."""
    application = _find(work, command.client_id)
    people, count = work.consents.of_application(application, limit=MOST_CONSENTERS)
    return Consenters(application=application, people=tuple(people), count=count)


def withdraw(work: Work, caller: Caller, command: Withdraw) -> Application:
    """Take one person's consent back: every token that came of it ends. Raises NoSuchApplication; NoSuchConsent."""
    application = _find(work, command.client_id)
    if not work.consents.withdraw(command.user, application.client_id, work.now):
        raise NoSuchConsent
    work.audit.record(caller, "consent.withdrawn", application.client_id, user=command.user)
    return application


def address(work: Work, caller: Caller, command: OneAddress) -> Address:
    """The query that asks a person on behalf of an application, with a pair for PKCE made for this one try.

    Raises NoSuchApplication.
    """
    verifier, state = work.mint.bytes(32).hex(), work.mint.bytes(8).hex()
    return address_of(_find(work, command.client_id), command, verifier, state)


def protocol(work: Work, caller: Caller, command: OneApplication) -> Protocol:
    """An application, and the groups that it may be for. Raises NoSuchApplication."""
    groups = work.groups.page(search="", offset=0, limit=MOST_GROUPS)
    return Protocol(
        application=_find(work, command.client_id), groups=tuple((group.id, group.name) for group in groups)
    )


def list_rows(work: Work, caller: Caller, command: object) -> Sequence[ApplicationRow]:
    """The console's list: each application with what needs attention."""
    return [_row(work, application) for application in work.applications.all()]


def overview(work: Work, caller: Caller, command: OneApplication) -> Overview:
    """One application with its secrets and live tokens. Raises NoSuchApplication."""
    application = _find(work, command.client_id)
    secrets = tuple(work.applications.secrets(application))
    return Overview(
        application=application,
        secrets=secrets,
        live_secrets=frozenset(secret.id for secret in secrets if is_live(secret, work.now)),
        live_tokens=work.tokens.count_live(application, work.now),
        tokens=tuple(work.tokens.of_application(application, work.now, limit=100)),
    )


def _row(work: Work, application: Application) -> ApplicationRow:
    live = [secret for secret in work.applications.secrets(application) if is_live(secret, work.now)]
    ends = [end for secret in live if (end := _end_of(secret)) is not None]
    ends_at = max(ends) if len(ends) == len(live) and ends else None
    needs = []
    if application.scopes == ALL_SCOPES:
        needs.append("all_scopes")
    if application.has_secrets and not live:
        needs.append("no_secret")
    elif ends_at is not None and ends_at < work.now + _SOON:
        needs.append("secret_ends_soon")
    if (application.last_used_at or application.created_at) < work.now - _LONG_AGO:
        needs.append("unused")
    return ApplicationRow(application=application, has_secret=bool(live), secret_ends_at=ends_at, needs=tuple(needs))


def _end_of(secret: Secret) -> int | None:
    return min((end for end in (secret.expires_at, secret.ended_at) if end is not None), default=None)


def is_live(secret: Secret, now: int) -> bool:
    """Whether a secret still opens."""
    return all(end is None or end > now for end in (secret.expires_at, secret.ended_at))


def _find(work: Work, client_id: ClientId) -> Application:
    application = work.applications.find(client_id)
    if application is None:
        raise NoSuchApplication
    return application


def _check(work: Work, registration: Registration, *, besides: ClientId | None = None) -> None:
    taken = work.applications.taken_name(registration.name, besides=besides)
    faults = registration_faults(registration, name_is_taken=taken)
    if any(work.groups.find(group) is None for group in registration.audience or ()):
        faults.append(FieldError("audience", "no_such_group", sentence("There is no such group.")))
    if faults:
        raise BadRegistration(*faults)


def _registration_of(application: Application) -> Registration:
    return Registration(
        name=application.name,
        description=application.description,
        editor=application.editor,
        editor_url=application.editor_url,
        type=application.type,
        is_public=application.is_public,
        callback_urls=application.callback_urls,
        scopes=application.scopes,
        lifetime_s=application.lifetime_s,
        metadata=application.metadata,
        audience=application.audience,
    )


def _sign_for(work: Work, application: Application) -> None:
    """Outside resource servers need our keys before the first token comes."""
    if application.metadata.resources:
        work.signing.ensure()


def _new_secret(work: Work, caller: Caller, application: Application, name: str, lifetime_s: int | None) -> WithSecret:
    text = new_token(CLIENT_SECRET, work.mint)
    expires_at = None if lifetime_s is None else work.now + lifetime_s * SECOND
    secret = Secret(
        id=work.mint.number(work.now),
        name=name,
        hint=text[-4:],
        created_at=work.now,
        expires_at=expires_at,
        ended_at=None,
        last_used_at=None,
    )
    work.applications.add_secret(application, secret, digest(text))
    work.audit.record(caller, "secret.created", application.client_id, secret_id=secret.id)
    return WithSecret(application=application, client_secret=text, expires_at=expires_at)
