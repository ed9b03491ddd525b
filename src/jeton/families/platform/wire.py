"""The vendor's shapes of the configuration and of the platform's state. Source: wire/resources.md section 18."""

from collections.abc import Mapping

from msgspec import UNSET, UnsetType

from jeton.families.platform.model import NO_END_S, Configure, NoQuestion, PublicConfiguration
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
                lock=False,
                lock_read=False,
                password_login=False,
                oauth2=True,
            )
        )


class NothingIn(Query, frozen=True):
    """Nothing to say."""

    def command(self) -> NoQuestion:
        return NoQuestion()


class SettingsIn(Body, frozen=True, forbid_unknown_fields=True):
    """Settings to change; what is absent stays."""

    name: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    trash_days: WireInt | UnsetType = UNSET
    log_days: WireInt | UnsetType = UNSET


class ConfigureIn(Body, frozen=True):
    """`{"config": {...}}`, as GET gives it."""

    config: SettingsIn

    def command(self) -> Configure:
        members = {name: getattr(self.config, name) for name in SettingsIn.__struct_fields__}
        return Configure(changes={name: str(value) for name, value in members.items() if value is not UNSET})


class SettingsOut(Shape, frozen=True):
    """The settings."""

    name: str
    language: str
    trash_days: int
    log_days: int


class ConfigurationOut(Shape, frozen=True):
    """`{"config": {...}}`."""

    config: SettingsOut

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "ConfigurationOut":
        return cls(
            config=SettingsOut(
                name=values["name"],
                language=values["language"],
                trash_days=int(values["trash_days"]),
                log_days=int(values["log_days"]),
            )
        )


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
