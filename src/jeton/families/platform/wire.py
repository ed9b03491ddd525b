"""The vendor's shapes of the configuration and of the platform's state. Source: wire/resources.md section 18."""

from collections.abc import Mapping

from msgspec import UNSET, UnsetType

from jeton.families.platform.model import NO_END_S, Configure, NoQuestion, PublicConfiguration, TestMail
from jeton.kernel.locks import OFF, ON
from jeton.kernel.tree import Totals
from jeton.wire.shapes import Body, Query, Shape
from jeton.wire.types import WireInt


class FeaturesOut(Shape, frozen=True):
    """What is switched on. Names known from the vendor first; what is not offered yet is false."""

    name: str
    language: str
    self_alert: bool
    alert_self_notification: bool
    lock: bool
    lock_read: bool
    password_login: bool
    oauth2: bool


class PublicConfigurationOut(Shape, frozen=True):
    """`{"features": {...}}`, for use before login."""

    features: FeaturesOut

    @classmethod
    def of(cls, value: PublicConfiguration) -> "PublicConfigurationOut":
        return cls(
            features=FeaturesOut(
                name=value.name,
                language=value.language,
                self_alert=False,
                alert_self_notification=False,
                lock=value.lock,
                lock_read=value.lock_read,
                password_login=value.password_login,
                oauth2=True,
            )
        )


class NothingIn(Query, frozen=True):
    """Nothing to say."""

    def command(self) -> NoQuestion:
        return NoQuestion()


class SettingsIn(Body, frozen=True, forbid_unknown_fields=True):
    """Settings to change; what is absent stays, and a password that is null: as GET gives it."""

    name: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    lock: bool | UnsetType = UNSET
    lock_read: bool | UnsetType = UNSET
    trash_days: WireInt | UnsetType = UNSET
    version_count: WireInt | UnsetType = UNSET
    version_days: WireInt | UnsetType = UNSET
    log_days: WireInt | UnsetType = UNSET
    smtp_host: str | UnsetType = UNSET
    smtp_port: WireInt | UnsetType = UNSET
    smtp_security: str | UnsetType = UNSET
    smtp_user: str | UnsetType = UNSET
    smtp_password: str | UnsetType | None = UNSET
    smtp_sender: str | UnsetType = UNSET


class ConfigureIn(Body, frozen=True):
    """`{"config": {...}}`, as GET gives it."""

    config: SettingsIn

    def command(self) -> Configure:
        members = {name: getattr(self.config, name) for name in SettingsIn.__struct_fields__}
        return Configure(changes={name: _text(value) for name, value in members.items() if value not in {UNSET, None}})


def _text(value: str | int | bool) -> str:  # noqa: FBT001 - a value as it stood in JSON
    return (ON if value else OFF) if isinstance(value, bool) else str(value)


class SettingsOut(Shape, frozen=True):
    """The settings. A password that is set is null: it is never told."""

    name: str
    language: str
    lock: bool
    lock_read: bool
    trash_days: int
    version_count: int
    version_days: int
    log_days: int
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password: str | None
    smtp_sender: str


class ConfigurationOut(Shape, frozen=True):
    """`{"config": {...}}`."""

    config: SettingsOut

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "ConfigurationOut":
        return cls(
            config=SettingsOut(
                name=values["name"],
                language=values["language"],
                lock=values["lock"] == ON,
                lock_read=values["lock_read"] == ON,
                trash_days=int(values["trash_days"]),
                version_count=int(values["version_count"]),
                version_days=int(values["version_days"]),
                log_days=int(values["log_days"]),
                smtp_host=values["smtp_host"],
                smtp_port=int(values["smtp_port"]),
                smtp_security=values["smtp_security"],
                smtp_user=values["smtp_user"],
                smtp_password=None if values["smtp_password"] else "",
                smtp_sender=values["smtp_sender"],
            )
        )


class TestMailIn(Body, frozen=True):
    """Where a test mail goes; by default to the person who asks."""

    email: str = ""

    def command(self) -> TestMail:
        return TestMail(email=self.email.strip())


class TestMailOut(Shape, frozen=True):
    """`{"email": "...", "reply": "..."}`: what the mail server said when it took the mail."""

    email: str
    reply: str

    @classmethod
    def of(cls, done: TestMail) -> "TestMailOut":
        return cls(email="" if done.mail is None else done.mail.recipients, reply=done.reply)


class StorageOut(Shape, frozen=True):
    """What all spaces hold, in bytes and counts; there is no limit but the disk's."""

    used: int
    files: int
    folders: int
    quota: None = None


class StateOut(Shape, frozen=True):
    """`{"expire": seconds, "storage": {...}}`: a platform of one's own has no end."""

    expire: int
    storage: StorageOut

    @classmethod
    def of(cls, stored: Totals) -> "StateOut":
        return cls(
            expire=NO_END_S, storage=StorageOut(used=stored.size_bytes, files=stored.files, folders=stored.folders)
        )
