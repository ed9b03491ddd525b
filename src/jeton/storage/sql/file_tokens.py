"""Tokens that open one file: `kernel.file_tokens.FileTokens` in SQL."""

from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update

from jeton.kernel.file_tokens import FileToken, FileUse
from jeton.kernel.ids import FileId, PrincipalId, TokenId
from jeton.kit.clock import Instant
from jeton.storage.sql.schema.file_tokens import file_tokens
from jeton.storage.sql.session import Session
from jeton.storage.sql.statement import Sql


def _token(
    number: int,
    digest: bytes,
    use: str,
    file: int,
    bearer: int,
    acts_as: int | None,
    expires_at: Instant,
    claimed_by: str | None,
) -> FileToken:
    return FileToken(
        number,
        digest,
        FileUse(use),
        FileId(file),
        TokenId(bearer),
        None if acts_as is None else PrincipalId(acts_as),
        expires_at,
        claimed_by,
    )


ADD: Final = Sql(insert(file_tokens))
FIND: Final = Sql(select(*file_tokens.columns).where(file_tokens.c.id == bindparam("id")), _token)
# Of two who come at once, one changes the row.
CLAIM: Final = Sql(
    update(file_tokens)
    .where(file_tokens.c.id == bindparam("number"), file_tokens.c.claimed_by.is_(None))
    .values(claimed_by=bindparam("address"), expires_at=bindparam("end"))
)
SWEEP: Final = Sql(
    delete(file_tokens).where(
        file_tokens.c.id.in_(
            select(file_tokens.c.id).where(file_tokens.c.expires_at < bindparam("before")).limit(bindparam("limit"))
        )
    )
)


class SqlFileTokens:
    """See `kernel.file_tokens.FileTokens`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, token: FileToken) -> None:
        self._session.run(
            ADD,
            id=token.number,
            digest=token.digest,
            use=token.use.value,
            version_id=token.file,
            token_id=token.bearer,
            acts_as=token.acts_as,
            expires_at=token.expires_at,
            claimed_by=token.claimed_by,
        )

    def find(self, number: int) -> FileToken | None:
        return self._session.one(FIND, id=number)

    def claim(self, number: int, address: str, expires_at: Instant) -> bool:
        return self._session.run(CLAIM, number=number, address=address, end=expires_at) == 1
