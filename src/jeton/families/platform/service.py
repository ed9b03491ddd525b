"""The use cases on the platform itself."""

from jeton.families.platform.model import PublicConfiguration
from jeton.kernel.caller import Caller
from jeton.kernel.ports import Work


def public_configuration(work: Work, caller: Caller, command: object) -> PublicConfiguration:
    """Tell what a client may know before login."""
    return PublicConfiguration(
        name=work.platform.value("name") or "Jeton", language=work.platform.value("language") or "en"
    )
