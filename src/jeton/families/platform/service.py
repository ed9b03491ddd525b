"""The use cases on the platform itself."""

from collections.abc import Mapping

from jeton.families.platform.model import SERVED, Configure, NoQuestion, PublicConfiguration, SettingsView
from jeton.kernel.caller import Caller
from jeton.kernel.configuration import BadConfiguration, configuration_faults, current
from jeton.kernel.ports import Work
from jeton.kernel.tree import Totals


def public_configuration(work: Work, caller: Caller, command: object) -> PublicConfiguration:
    """Tell what a client may know before login."""
    return PublicConfiguration(
        name=work.platform.value("name") or "Jeton", language=work.platform.value("language") or "en"
    )


def configuration(work: Work, caller: Caller, command: NoQuestion) -> Mapping[str, str]:
    """Read the settings that can be changed while the platform runs."""
    held = current(work.platform)
    return {setting.name: held[setting.name] for setting in SERVED}


def configure(work: Work, caller: Caller, command: Configure) -> Mapping[str, str]:
    """Change settings: all that are named, or none. Raises BadConfiguration."""
    before = current(work.platform)
    changed = {name: value for name, value in command.changes.items() if before[name] != value}
    faults = configuration_faults(before, changed)
    if faults:
        raise BadConfiguration(*faults)
    for name, value in changed.items():
        work.platform.keep(name, value)
    if changed:
        work.audit.record(caller, "platform.configured", "platform", settings=" ".join(sorted(changed)))
    return configuration(work, caller, NoQuestion())


def storage(work: Work, caller: Caller, command: NoQuestion) -> Totals:
    """Tell what all spaces hold together."""
    return work.tree.everything()


def settings(work: Work, caller: Caller, command: NoQuestion) -> SettingsView:
    """The console's page of settings."""
    return SettingsView(SERVED, configuration(work, caller, command), work.tree.everything())
