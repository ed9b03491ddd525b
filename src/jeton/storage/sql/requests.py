"""What waits for a person, or is used once, as the authorization server asks for it: pushed requests, devices, proofs.

Like codes, these die with a generation of their application, or of the person who allowed them.
"""

import json
from typing import Final, NamedTuple

from sqlalchemy import bindparam, case, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave

from jeton.kernel.ids import PrincipalId
from jeton.kernel.people import full_name
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import DAY, Instant
from jeton.oauth2.binding import Binding
from jeton.oauth2.device import Decision, DeviceRecord
from jeton.oauth2.effects import ClaimDevice, DevicePolled, StoreDevice, StorePushed
from jeton.oauth2.pushed import PushedRecord
from jeton.storage.sql.schema.oauth2 import applications
from jeton.storage.sql.schema.people import users
from jeton.storage.sql.schema.requests import device_codes, pushed_requests, replays
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql

KEPT_AFTER_END: Final = DAY


class Person(NamedTuple):
    """Whom a client acts for, as far as a new token needs it."""

    id: PrincipalId
    name: str
    is_administrator: bool
    generation: int


class _Device(NamedTuple):
    id: int
    digest: bytes
    scopes: int
    jkt: str | None
    resource: str | None
    address: str
    issued_at: Instant
    expires_at: Instant
    interval_s: int
    polled_at: Instant | None
    decided_at: Instant | None
    user: int | None
    claimed_at: Instant | None
    client_id: str
    is_suspended: int
    is_current: int
    login: str | None
    firstname: str | None
    lastname: str | None
    is_active: int | None
    is_administrator: int | None
    user_generation: int | None


def _pushed(
    number: int,
    digest: bytes,
    client_id: str,
    parameters: str,
    expires_at: Instant,
    shown_at: Instant | None,
    claimed_at: Instant | None,
) -> PushedRecord:
    return PushedRecord(number, digest, client_id, json.loads(parameters), expires_at, shown_at, claimed_at)


PUSHED: Final = Sql(
    select(
        pushed_requests.c.id,
        pushed_requests.c.digest,
        applications.c.client_id,
        pushed_requests.c.parameters,
        pushed_requests.c.expires_at,
        pushed_requests.c.shown_at,
        pushed_requests.c.claimed_at,
    )
    .join(applications, applications.c.id == pushed_requests.c.application_id)
    .where(pushed_requests.c.id == bindparam("id")),
    _pushed,
)
ADD_PUSHED: Final = Sql(insert(pushed_requests))
SHOW_PUSHED: Final = Sql(
    update(pushed_requests)
    .where(pushed_requests.c.id == bindparam("which"), pushed_requests.c.shown_at.is_(None))
    .values(shown_at=bindparam("at"))
)
CLAIM_PUSHED: Final = Sql(
    update(pushed_requests)
    .where(pushed_requests.c.id == bindparam("which"), pushed_requests.c.claimed_at.is_(None))
    .values(claimed_at=bindparam("at"))
)

_is_current = (device_codes.c.generation == applications.c.token_generation) & or_(
    device_codes.c.user_id.is_(None), device_codes.c.user_generation == users.c.token_generation
)
_device = (
    select(
        device_codes.c.id,
        device_codes.c.digest,
        device_codes.c.scopes,
        device_codes.c.jkt,
        device_codes.c.resource,
        device_codes.c.address,
        device_codes.c.issued_at,
        device_codes.c.expires_at,
        device_codes.c.interval_s,
        device_codes.c.polled_at,
        device_codes.c.decided_at,
        device_codes.c.user_id,
        device_codes.c.claimed_at,
        applications.c.client_id,
        applications.c.is_suspended,
        case((_is_current, 1), else_=0),
        users.c.login,
        users.c.firstname,
        users.c.lastname,
        users.c.is_active,
        users.c.is_administrator,
        users.c.token_generation,
    )
    .select_from(device_codes)
    .join(applications, applications.c.id == device_codes.c.application_id)
    .outerjoin(users, users.c.id == device_codes.c.user_id)
)
DEVICE: Final = Sql(_device.where(device_codes.c.id == bindparam("id")), _Device)
DEVICE_OF: Final = Sql(_device.where(device_codes.c.user_code_digest == bindparam("digest")), _Device)
ADD_DEVICE: Final = Sql(insert(device_codes))
POLLED: Final = Sql(
    update(device_codes)
    .where(device_codes.c.id == bindparam("which"))
    .values(polled_at=bindparam("at"), interval_s=bindparam("wait_s"))
)
DECIDE: Final = Sql(
    update(device_codes)
    .where(device_codes.c.id == bindparam("which"), device_codes.c.decided_at.is_(None))
    .values(
        decided_at=bindparam("at"),
        user_id=bindparam("user"),
        user_generation=bindparam("user_generation_of_it"),
        scopes=bindparam("allowed"),
    )
)
CLAIM_DEVICE: Final = Sql(
    update(device_codes)
    .where(device_codes.c.id == bindparam("which"), device_codes.c.claimed_at.is_(None))
    .values(claimed_at=bindparam("at"))
)
APPLICATION: Final = Sql(
    select(applications.c.id, applications.c.token_generation).where(
        applications.c.client_id == bindparam("client_id")
    ),
    lambda number, generation: (number, generation),
)
GENERATION: Final = Sql(select(users.c.token_generation).where(users.c.id == bindparam("user")), int)
# PostgreSQL's ON CONFLICT, which SQLite reads too.
REMEMBER: Final = Sql(insert_or_leave(replays).on_conflict_do_nothing(index_elements=[replays.c.digest]))

SWEEP_PUSHED: Final = Sql(
    delete(pushed_requests).where(
        pushed_requests.c.id.in_(
            select(pushed_requests.c.id)
            .where(pushed_requests.c.expires_at < bindparam("before"))
            .limit(bindparam("limit"))
        )
    )
)
SWEEP_DEVICES: Final = Sql(
    delete(device_codes).where(
        device_codes.c.id.in_(
            select(device_codes.c.id).where(device_codes.c.expires_at < bindparam("before")).limit(bindparam("limit"))
        )
    )
)
SWEEP_REPLAYS: Final = Sql(
    delete(replays).where(
        replays.c.digest.in_(
            select(replays.c.digest).where(replays.c.until < bindparam("before")).limit(bindparam("limit"))
        )
    )
)


class SqlRequests:
    """The part of oauth2.ports.Store on pushed requests, devices, and what was used once."""

    __slots__ = ("_address", "_people", "_session")

    def __init__(self, session: Session, address: str = "") -> None:
        self._session = session
        self._address = address
        self._people: dict[str, Person] = {}

    def pushed_request(self, number: int) -> PushedRecord | None:
        return self._session.one(PUSHED, id=number)

    def store_pushed(self, effect: StorePushed) -> None:
        application, _ = self._application(effect.client_id)
        self._session.run(
            ADD_PUSHED,
            id=effect.id,
            digest=effect.digest,
            application_id=application,
            parameters=json.dumps(effect.parameters, ensure_ascii=False),
            expires_at=effect.expires_at,
            shown_at=None,
            claimed_at=None,
        )

    def show_pushed(self, number: int, at: Instant) -> None:
        self._session.run(SHOW_PUSHED, which=number, at=at)

    def claim_pushed(self, number: int, at: Instant) -> bool:
        return self._session.run(CLAIM_PUSHED, which=number, at=at) == 1

    def device_code(self, number: int) -> DeviceRecord[Scopes] | None:
        return self._device(self._session.one(DEVICE, id=number))

    def device_of(self, user_code_digest: bytes) -> DeviceRecord[Scopes] | None:
        return self._device(self._session.one(DEVICE_OF, digest=user_code_digest))

    def store_device(self, effect: StoreDevice[Scopes]) -> None:
        application, generation = self._application(effect.client_id)
        self._session.run(
            ADD_DEVICE,
            id=effect.id,
            digest=effect.digest,
            user_code_digest=effect.user_code_digest,
            application_id=application,
            generation=generation,
            scopes=effect.scopes.bits,
            jkt=effect.binding.jkt,
            resource=effect.binding.resource,
            address=self._address,
            issued_at=effect.issued_at,
            expires_at=effect.expires_at,
            interval_s=effect.interval_s,
            polled_at=None,
            decided_at=None,
            user_id=None,
            user_generation=None,
            claimed_at=None,
        )

    def device_polled(self, effect: DevicePolled) -> None:
        self._session.run(POLLED, which=effect.id, at=effect.at, wait_s=effect.interval_s)

    def decide_device(self, number: int, subject: str | None, scopes: Scopes, at: Instant) -> bool:
        user = None if subject is None else int(subject)
        generation = None if user is None else self._session.one(GENERATION, user=user)
        decided = {"at": at, "user": user, "user_generation_of_it": generation, "allowed": scopes.bits}
        return self._session.run(DECIDE, which=number, **decided) == 1

    def claim_device(self, effect: ClaimDevice) -> bool:
        return self._session.run(CLAIM_DEVICE, which=effect.id, at=effect.at) == 1

    def remember(self, digest: bytes, until: Instant) -> bool:
        return self._session.run(REMEMBER, digest=digest, until=until) == 1

    def _application(self, client_id: str) -> tuple[int, int]:
        found: tuple[int, int] | None = self._session.one(APPLICATION, client_id=client_id)
        assert found is not None  # noqa: S101 - it just proved itself
        return found

    def _device(self, row: _Device | None) -> DeviceRecord[Scopes] | None:
        if row is None:
            return None
        decision, is_person_active = Decision.NONE, True
        if row.decided_at is not None:
            decision = Decision.REFUSED if row.user is None else Decision.ALLOWED
            is_person_active = row.user is None or row.is_active == 1
        if row.user is not None:
            name = full_name(row.firstname or "", row.lastname or "", row.login or "")
            self._people[str(row.user)] = Person(
                PrincipalId(row.user), name, row.is_administrator == 1, row.user_generation or 0
            )
        return DeviceRecord(
            id=row.id,
            digest=row.digest,
            client_id=row.client_id,
            scopes=Scopes(row.scopes),
            binding=Binding(row.jkt, row.resource),
            address=row.address,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            interval_s=row.interval_s,
            polled_at=row.polled_at,
            decision=decision,
            subject=None if row.user is None else str(row.user),
            claimed_at=row.claimed_at,
            is_usable=row.is_current == 1 and row.is_suspended == 0 and is_person_active,
        )
