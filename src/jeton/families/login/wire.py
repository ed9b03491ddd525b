"""The vendor's shapes of the older login. Source: wire/oauth2.md section 9."""

from jeton.families.login.model import LoggedIn, LogIn, LogOut
from jeton.wire.shapes import Body, Query, Shape


class LogInIn(Body, frozen=True):
    """`user` is a login or an e-mail address."""

    user: str
    password: str

    def command(self) -> LogIn:
        return LogIn(identifier=self.user.strip(), password=self.password)


class LogOutIn(Query, frozen=True):
    """The token of the call says it all."""

    def command(self) -> LogOut:
        return LogOut()


class LoggedInOut(Shape, frozen=True):
    """`token` is shown this once. `auth_key`, which clients read and never use, is the token's id."""

    token: str
    auth_key: str

    @classmethod
    def of(cls, value: LoggedIn) -> "LoggedInOut":
        return cls(token=value.token, auth_key=str(value.number))
