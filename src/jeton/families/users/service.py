"""The use cases on users. Every one reads (work, caller, command) -> value; the console and the API share them."""

from collections.abc import Sequence
from dataclasses import replace

from jeton.families.users.model import (
    ADMIN_WRITE,
    ADMINISTRATORS_OWN,
    ChangeUser,
    CreateUser,
    LastAdministrator,
    ListUsers,
    NoSuchUser,
    OneUser,
    SetPicture,
    UserQuota,
    UsersPage,
    UserView,
    WithLink,
)
from jeton.kernel import proving
from jeton.kernel.accounts import (
    BadAccount,
    NewAccount,
    account_faults,
    add_account,
    hash_chosen_password,
    keep_account,
    mail_first_password,
    new_password_link,
    set_password,
)
from jeton.kernel.caller import Caller
from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import User
from jeton.kernel.pictures import drawn_picture, keep_picture, picture_of_person
from jeton.kernel.ports import Picture, Work, Workshop
from jeton.kernel.proving import has_second
from jeton.kernel.quotas import QuotaBelowUse
from jeton.kernel.rights import must_hold
from jeton.kernel.tree import Folder, Space


def list_users(work: Work, caller: Caller, command: ListUsers) -> Sequence[User]:
    """List the users, by login."""
    return work.people.page(search=command.search, offset=command.offset, limit=command.limit)


def page(work: Work, caller: Caller, command: ListUsers) -> UsersPage:
    """The console's list, page by page."""
    total = work.people.count(search=command.search)
    return UsersPage(
        users=tuple(list_users(work, caller, command)),
        search=command.search,
        page=command.offset // command.limit + 1,
        pages=max(1, -(-total // command.limit)),
        total=total,
    )


def read(work: Work, caller: Caller, command: OneUser) -> User:
    """Read one user. Raises NoSuchUser."""
    return _find(work, command.user)


def admit_create(work: Work, caller: Caller, command: CreateUser) -> CreateUser:
    """Refuse early what creating would refuse: before a password is hashed."""
    _check_new(work, caller, command.account)
    return command


def prepare_create(workshop: Workshop, command: CreateUser) -> CreateUser:
    """Judge and hash the password, outside any transaction. Raises BadAccount."""
    if command.password is None:
        return command
    account = command.account
    about = (account.login, account.email, account.firstname, account.lastname)
    password_hash = hash_chosen_password(workshop, command.password, about)
    return replace(command, password=None, account=replace(account, password_hash=password_hash))


def create(work: Work, caller: Caller, command: CreateUser) -> User:
    """Create a user; without a password the account waits for one to be chosen by a link, which is mailed if it can be.

    Source: wire/resources.md section 2; product.md D19. Raises BadAccount; BeyondOwnScopes (an administrator is made
    without admin.write).
    """
    user = _create(work, caller, command)
    if command.send_mail and not user.password_hash:
        mail_first_password(work, caller, user)
    return user


def create_with_link(work: Work, caller: Caller, command: CreateUser) -> WithLink:
    """Create a user with a link by which the person chooses a password: mailed, or given back."""
    user = _create(work, caller, command)
    if command.send_mail and mail_first_password(work, caller, user):
        return WithLink(user=user, token="")
    return WithLink(user=user, token=new_password_link(work, caller, user))


def admit_change(work: Work, caller: Caller, command: ChangeUser) -> ChangeUser:
    """Refuse early, and tell `prepare` whom a new password may not be made of."""
    user = _find(work, command.user)
    _changed(work, caller, user, command)
    return replace(command, about=(user.login, user.email, user.firstname, user.lastname))


def prepare_change(workshop: Workshop, command: ChangeUser) -> ChangeUser:
    """Judge and hash a new password, outside any transaction. Raises BadAccount."""
    if command.password is None:
        return command
    return replace(
        command, password=None, password_hash=hash_chosen_password(workshop, command.password, command.about)
    )


def change(work: Work, caller: Caller, command: ChangeUser) -> User:
    """Change a user. Disabling one ends their login sessions, tokens and locks for good.

    Raises NoSuchUser; BadAccount; BeyondOwnScopes (an administrator is touched without admin.write);
    LastAdministrator; QuotaBelowUse.
    """
    before = _find(work, command.user)
    after = _changed(work, caller, before, command)
    keep_account(work, before, after)
    _set_quota(work, after, command.quota_bytes)
    if command.password_hash:
        set_password(work, caller, after, command.password_hash)
    if before.is_active and not after.is_active:
        work.login_sessions.end_of_user(after.id)
        work.browsers.end_of_user(after.id)
        work.tokens.revoke_of_user(after.id, work.now)
        work.locks.end_of_holder(after.id)
    changed = [name for name in User._fields if getattr(after, name) != getattr(before, name)]
    work.audit.record(caller, "user.changed", str(after.id), changed=" ".join(changed))
    return _find(work, command.user)


def delete(work: Work, caller: Caller, command: OneUser) -> None:
    """Delete a user: sessions and tokens are over at once; what they own in the company space stays.

    Raises NoSuchUser; BeyondOwnScopes; LastAdministrator.
    """
    user = _find(work, command.user)
    if user.is_administrator:
        must_hold(caller, ADMIN_WRITE)
        _keep_an_administrator(work, user)
    work.login_sessions.end_of_user(user.id)
    work.people.remove(user.id)
    work.audit.record(caller, "user.deleted", str(user.id), login=user.login)


def quota(work: Work, caller: Caller, command: OneUser) -> UserQuota:
    """Tell what a user's private space may hold, and what it holds. Raises NoSuchUser."""
    top = work.tree.reread_folder(_find(work, command.user).private_root)
    return UserQuota(max(0, top.quota_bytes), _used(work, top))


def view(work: Work, caller: Caller, command: OneUser) -> UserView:
    """One user, as the console shows them. Raises NoSuchUser."""
    user = _find(work, command.user)
    return UserView(user, has_second(work, user.id))


def take_off(work: Work, caller: Caller, command: OneUser) -> None:
    """Take a user's second factor off: the password alone opens the account. Raises NoSuchUser; BeyondOwnScopes."""
    user = _find(work, command.user)
    if user.is_administrator:
        must_hold(caller, ADMIN_WRITE)
    proving.take_off(work, caller, user)


def link(work: Work, caller: Caller, command: OneUser) -> WithLink:
    """A new link by which a person chooses a password; older ones are void. Raises NoSuchUser; BeyondOwnScopes."""
    user = _find(work, command.user)
    if user.is_administrator:
        must_hold(caller, ADMIN_WRITE)
    return WithLink(user=user, token=new_password_link(work, caller, user))


def picture(work: Work, caller: Caller, command: OneUser) -> Picture:
    """Read a user's picture, as PNG. Raises NoSuchUser; NoPicture."""
    return picture_of_person(work, _find(work, command.user).id)


def admit_picture(work: Work, caller: Caller, command: SetPicture) -> SetPicture:
    """Refuse an unknown user before the picture is decoded."""
    _find(work, command.user)
    return command


def prepare_picture(workshop: Workshop, command: SetPicture) -> SetPicture:
    """Decode the picture and draw it anew, outside any transaction. Raises Invalid."""
    return replace(command, content=drawn_picture(workshop, command.content))


def set_picture(work: Work, caller: Caller, command: SetPicture) -> None:
    """Give a user a picture: a PNG, JPEG or WebP image of at most 512 KiB. Raises NoSuchUser."""
    keep_picture(work, caller, _find(work, command.user).id, command.content)


def remove_picture(work: Work, caller: Caller, command: OneUser) -> None:
    """Remove a user's picture. Raises NoSuchUser."""
    keep_picture(work, caller, _find(work, command.user).id, None)


def new_page(work: Work, caller: Caller, command: None) -> bool:
    """The console's form of a new user: whether a link can be mailed."""
    return work.mail.is_configured


def _create(work: Work, caller: Caller, command: CreateUser) -> User:
    _check_new(work, caller, command.account)
    user = add_account(work, caller, command.account)
    _set_quota(work, user, command.quota_bytes)
    return user


def _find(work: Work, user: PrincipalId) -> User:
    found = work.people.find(user)
    if found is None:
        raise NoSuchUser
    return found


def _check_new(work: Work, caller: Caller, account: NewAccount) -> None:
    if account.is_administrator:
        must_hold(caller, ADMIN_WRITE)
    faults = account_faults(work, account)
    if faults:
        raise BadAccount(*faults)


def _changed(work: Work, caller: Caller, before: User, command: ChangeUser) -> User:
    names = (
        "login",
        "firstname",
        "lastname",
        "email",
        "phone",
        "organization",
        "language",
        "is_active",
        "is_administrator",
    )
    given = {name: getattr(command, name) for name in names if getattr(command, name) is not None}
    after = before._replace(**given)
    if command.end is not None:
        after = after._replace(expires_at=command.end.at)
    touches = any(getattr(after, name) != getattr(before, name) for name in ADMINISTRATORS_OWN)
    has_password = command.password is not None or bool(command.password_hash)
    if (before.is_administrator and (touches or has_password)) or after.is_administrator != before.is_administrator:
        must_hold(caller, ADMIN_WRITE)
    if not (after.is_administrator and after.is_active and after.expires_at is None):
        _keep_an_administrator(work, before)
    values = {name: getattr(after, name) for name in names}
    faults = account_faults(work, NewAccount(**values), besides=before.id)
    if faults:
        raise BadAccount(*faults)
    return after


def _keep_an_administrator(work: Work, user: User) -> None:
    if (
        user.is_administrator
        and user.is_active
        and user.expires_at is None
        and work.people.count_active_administrators() == 1
    ):
        raise LastAdministrator


def _used(work: Work, top: Folder) -> int:
    """Bytes of a private space, archive included."""
    return top.totals.size_bytes + work.archive.held(Space.PRIVATE, top.owner).size_bytes


def _set_quota(work: Work, user: User, quota_bytes: int | None) -> None:
    """Limit the private space; None leaves it as it is."""
    if quota_bytes is None:
        return
    top = work.tree.reread_folder(user.private_root)
    used = _used(work, top)
    if 0 < quota_bytes < used:
        raise QuotaBelowUse(used=used, quota=quota_bytes)
    work.tree.set_limits(top, quota_bytes=quota_bytes, purge_after_days=top.purge_after_days)
