"""Our shapes of one's own second factors; the vendor documents none. [INF], see docs/divergences.md."""

from jeton.families.security.model import (
    Codes,
    ConfirmTotp,
    Enrolment,
    OwnSecurity,
    Proved,
    RemovePasskey,
    SecurityView,
)
from jeton.kernel.factors import Passkey
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireDate, WireId, date_out


class OwnSecurityIn(Query, frozen=True):
    """What protects the calling person's account."""

    def command(self) -> OwnSecurity:
        return OwnSecurity()


class ProvedIn(Body, frozen=True):
    """The person's password."""

    password: str

    def command(self) -> Proved:
        return Proved(password=self.password, then=OwnSecurity())


class ConfirmTotpIn(Body, frozen=True):
    """The person's password, and a code of the seed that was begun."""

    password: str
    code: str

    def command(self) -> Proved:
        return Proved(password=self.password, then=ConfirmTotp(code=self.code[:64]))


class RemovePasskeyIn(Body, frozen=True):
    """The person's password, and which passkey."""

    passkey_id: WireId
    password: str

    def command(self) -> Proved:
        return Proved(password=self.password, then=RemovePasskey(passkey=int(self.passkey_id)))


class PasskeyOut(Shape, frozen=True):
    """A passkey, without its key."""

    id: str
    name: str
    created_at: WireDate
    used_at: WireDate | None

    @classmethod
    def of(cls, passkey: Passkey) -> "PasskeyOut":
        return cls(
            id=str(passkey.id),
            name=passkey.name,
            created_at=date_out(passkey.created_at),
            used_at=None if passkey.used_at is None else date_out(passkey.used_at),
        )


class SecurityOut(Shape, frozen=True):
    """`recovery_codes` is how many are unspent."""

    totp: bool
    recovery_codes: int
    passkeys: list[PasskeyOut]

    @classmethod
    def of(cls, view: SecurityView) -> "SecurityOut":
        return cls(
            totp=view.totp,
            recovery_codes=view.codes_left,
            passkeys=[PasskeyOut.of(passkey) for passkey in view.passkeys],
        )


class EnrolmentOut(Shape, frozen=True):
    """The seed, as text and as a QR code holds it."""

    secret: str
    uri: str

    @classmethod
    def of(cls, enrolment: Enrolment) -> "EnrolmentOut":
        return cls(secret=enrolment.secret, uri=enrolment.uri)


class CodesOut(Shape, frozen=True):
    """Recovery codes, told this once; empty when those from before stay."""

    recovery_codes: list[str]

    @classmethod
    def of(cls, codes: Codes) -> "CodesOut":
        return cls(recovery_codes=list(codes.codes))
