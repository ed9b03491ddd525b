"""What the authorization server asks: clients with their secrets, and tokens. Satisfies oauth2.ports.Store."""

import json
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select

from jeton.kernel.applications import ApplicationType
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.ids import ClientId, PrincipalId, TokenId
from jeton.kernel.mail import Mail
from jeton.kernel.ports import Audit
from jeton.kernel.scopes import Scopes
from jeton.kit.clock import Instant
from jeton.oauth2.binding import Binding
from jeton.oauth2.clients import Client, KeptSecret, Terms
from jeton.oauth2.effects import RevokeFamily, RevokeToken, StoreToken
from jeton.oauth2.grants import authorization_code, client_credentials, device_code, refresh_token
from jeton.oauth2.signing import PublicKey, SigningKey
from jeton.oauth2.tokens import TokenRecord
from jeton.storage.sql import client_metadata
from jeton.storage.sql.grants import SqlGrants
from jeton.storage.sql.people import SqlPeople
from jeton.storage.sql.requests import Person
from jeton.storage.sql.schema.oauth2 import applications, secrets
from jeton.storage.sql.session import Session
from jeton.storage.sql.signing import SqlSigningKeys
from jeton.storage.sql.statement import Sql
from jeton.storage.sql.tokens import REVOKE, STORE, SqlBearers, SqlIssuedTokens

_GRANTS: Final = {
    ApplicationType.SERVER: frozenset({client_credentials.GRANT_TYPE}),
    ApplicationType.CLIENT: frozenset(
        {authorization_code.GRANT_TYPE, refresh_token.GRANT_TYPE, device_code.GRANT_TYPE}
    ),
}


class _Row(NamedTuple):
    application: int
    client_id: str
    name: str
    principal: int | None
    type: int
    is_public: int
    is_suspended: int
    scopes: int
    lifetime_s: int
    generation: int
    callback_urls: str
    metadata: str
    secret: int | None
    digest: bytes
    expires_at: Instant | None
    ended_at: Instant | None


# Secrets that are over are read too, so that who still holds one learns why it fails.
CLIENT = Sql(
    select(
        applications.c.id,
        applications.c.client_id,
        applications.c.name,
        applications.c.principal_id,
        applications.c.type,
        applications.c.is_public,
        applications.c.is_suspended,
        applications.c.scopes,
        applications.c.lifetime_s,
        applications.c.token_generation,
        applications.c.callback_urls,
        applications.c.metadata,
        secrets.c.id,
        secrets.c.digest,
        secrets.c.expires_at,
        secrets.c.ended_at,
    )
    .select_from(applications.outerjoin(secrets, secrets.c.application_id == applications.c.id))
    .where(applications.c.client_id == bindparam("client_id"))
    .order_by(secrets.c.id.desc())
    .limit(bindparam("limit")),
    _Row,
)
_MOST_SECRETS: Final = 50
_USUAL: Final = Terms()


class SqlAuthorization(SqlGrants):
    """See oauth2.ports.Store. A token that is handed over leaves its audit line in the same transaction."""

    __slots__ = ("_audit", "_found", "_mail", "_signing")

    def __init__(self, session: Session, audit: Audit, mail: Mail, signing: SqlSigningKeys, address: str) -> None:
        super().__init__(session, address)
        self._audit = audit
        self._mail = mail
        self._signing = signing
        self._found: dict[str, _Row] = {}

    def client(self, client_id: str) -> Client[Scopes] | None:
        """One statement: the application and its secrets."""
        rows = self._session.all(CLIENT, client_id=client_id, limit=_MOST_SECRETS)
        if not rows:
            return None
        first = self._found[client_id] = rows[0]
        return Client(
            first.client_id,
            first.name,
            _GRANTS[ApplicationType(first.type)],
            Scopes(first.scopes),
            first.lifetime_s,
            first.is_public == 1,
            first.is_suspended == 1,
            tuple(KeptSecret(row.secret, row.digest, _end(row)) for row in rows if row.secret is not None),
            tuple(json.loads(first.callback_urls)),
            _terms(first.metadata),
        )

    def token(self, number: int) -> TokenRecord[Scopes] | None:
        """The token, as its application and its person leave it now."""
        bearer = SqlBearers(self._session).find(TokenId(number))
        issued = SqlIssuedTokens(self._session).find(TokenId(number))
        if bearer is None or issued is None:
            return None
        caller = bearer.caller
        is_person = caller.kind is CallerKind.PERSON
        return TokenRecord(
            number,
            bearer.digest,
            issued.client_id,
            caller.scopes,
            issued.issued_at,
            bearer.expires_at,
            bearer.revoked_at,
            not bearer.is_application_suspended and bearer.is_person_active,
            str(caller.principal) if is_person else issued.client_id,
            caller.name if is_person else None,
            Binding(bearer.jkt, issued.resource),
        )

    def signing_key(self, now: Instant) -> SigningKey | None:
        return self._signing.active()

    def public_keys(self) -> Sequence[PublicKey]:
        return self._signing.all()

    def store_token(self, effect: StoreToken[Scopes]) -> None:
        """Keep a token of the client that was just found, for the person that was just met, if for anybody."""
        row = self._found[effect.client_id]
        person = None if effect.subject is None else self._people[effect.subject]
        self._session.run(
            STORE,
            id=effect.id,
            digest=effect.digest,
            application_id=row.application,
            generation=row.generation,
            user_id=None if person is None else person.id,
            user_generation=None if person is None else person.generation,
            scopes=effect.scopes.bits,
            issued_at=effect.issued_at,
            expires_at=effect.expires_at,
            revoked_at=None,
            last_used_at=None,
            family=effect.family,
            jkt=effect.binding.jkt,
            resource=effect.binding.resource,
        )
        caller = _caller(row) if person is None else _for_person(row, person)
        facts = {} if effect.secret_id is None else {"secret_id": effect.secret_id}
        self._audit.record(caller, "token.issued", str(effect.id), **facts)

    def revoke_token(self, effect: RevokeToken) -> None:
        """End a token."""
        self._session.run(REVOKE, id=effect.id, now=effect.at)
        self._audit.record(_caller(self._found[effect.client_id]), "token.revoked", str(effect.id))

    def revoke_family(self, effect: RevokeFamily) -> None:
        """End all that one authorization gave; when a part of it was stolen, its person hears of it, once."""
        was_live = self.end_family(effect.family, effect.at)
        caller = _caller(self._found[effect.client_id])
        if effect.stolen_from is None:
            self._audit.record(caller, "token.revoked", str(effect.family))
            return
        self._audit.record(caller, "token.reused", str(effect.family), client=effect.stolen_from.client_id)
        owner = self.client(effect.stolen_from.client_id)
        person = SqlPeople(self._session).find(PrincipalId(int(effect.stolen_from.subject)))
        if was_live and owner is not None and person is not None:
            self._mail.send("token_reused", person, application=owner.name, path="/account/applications")


def _terms(metadata: str) -> Terms:
    if not metadata:
        return _USUAL
    told = client_metadata.read(metadata)
    return Terms(**{name: getattr(told, name) for name in Terms._fields})


def _for_person(row: _Row, person: Person) -> Caller:
    return Caller(
        CallerKind.PERSON,
        person.id,
        person.name,
        person.is_administrator,
        Scopes(row.scopes),
        ClientId(row.client_id),
    )


def _caller(row: _Row) -> Caller:
    return Caller(
        CallerKind.SERVER,
        PrincipalId(row.principal or 0),
        row.name,
        False,
        Scopes(row.scopes),
        ClientId(row.client_id),
    )


def _end(row: _Row) -> Instant | None:
    ends = [end for end in (row.expires_at, row.ended_at) if end is not None]
    return min(ends) if ends else None
