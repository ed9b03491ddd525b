"""The vendor's shape of the public configuration. Source: wire/resources.md section 18."""

from jeton.families.platform.model import PublicConfiguration
from jeton.wire.shapes import Shape


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
