"""The use cases on the platform itself."""

from collections.abc import Mapping
from dataclasses import replace

from jeton.families.platform.model import Configure, NoQuestion, PublicConfiguration, SettingsView, TestMail
from jeton.kernel.caller import Caller, CallerKind
from jeton.kernel.configuration import (
    BY_NAME,
    SETTINGS,
    SMTP_PASSWORD,
    BadConfiguration,
    SealBroken,
    configuration_faults,
    current,
    current_mail_server,
    is_address,
    platform_name,
)
from jeton.kernel.counts import added
from jeton.kernel.locks import OFF, LockKind, is_offered
from jeton.kernel.mail import NoMailServer, Queued
from jeton.kernel.ports import Work, Workshop
from jeton.kernel.problems import FieldError, Invalid
from jeton.kernel.tree import Totals
from jeton.kit.text import sentence


def public_configuration(work: Work, caller: Caller, command: object) -> PublicConfiguration:
    """Tell what a client may know before login."""
    return PublicConfiguration(
        name=platform_name(work.platform),
        language=work.platform.value("language") or "en",
        lock=is_offered(work.platform, LockKind.WRITE),
        lock_read=is_offered(work.platform, LockKind.READ_AND_WRITE),
        password_login=work.password_login,
    )


def configuration(work: Work, caller: Caller, command: NoQuestion) -> Mapping[str, str]:
    """Read the settings that can be changed while the platform runs. A secret that is set reads as `set`."""
    held = current(work.platform)
    return {**held, **{setting.name: "set" for setting in SETTINGS if setting.is_secret and held[setting.name]}}


def configure(work: Work, caller: Caller, command: Configure) -> Mapping[str, str]:
    """Change settings, all or none; without a mail server its password goes, and locks of a kind that is switched off
    end. Raises BadConfiguration.
    """
    before = current(work.platform)
    changed = {name: value for name, value in command.changes.items() if before[name] != value}
    if changed.get("smtp_host") == "" and before[SMTP_PASSWORD]:
        changed[SMTP_PASSWORD] = ""
    faults = configuration_faults(before, changed)
    if faults:
        raise BadConfiguration(*faults)
    for name, value in changed.items():
        is_sealed = BY_NAME[name].is_secret and value
        work.platform.keep(name, work.seals.seal(value, name) if is_sealed else value)
    for kind in LockKind:
        if changed.get(kind.value) == OFF:
            work.locks.end_of_kind(kind)
    if changed:
        work.audit.record(caller, "platform.configured", "platform", settings=" ".join(sorted(changed)))
    return configuration(work, caller, NoQuestion())


def admit_test(work: Work, caller: Caller, command: TestMail) -> TestMail:
    """Find the mail server, and who gets the mail. Raises NoMailServer; Invalid."""
    try:
        server = current_mail_server(work.platform, work.seals)
    except SealBroken:
        text = sentence("The password was sealed with a key that is not here. Give it again.")
        raise Invalid(FieldError(SMTP_PASSWORD, "key_missing", text)) from None
    if server is None:
        raise NoMailServer
    person = work.people.find(caller.principal) if caller.kind is CallerKind.PERSON else None
    address = command.email or ("" if person is None else person.email.partition(",")[0])
    if not is_address(address):
        text = sentence("Give the address that the test mail goes to, such as name@example.org.")
        raise Invalid(FieldError("email", "bad_address", text))
    language = "auto" if person is None else person.language
    if language == "auto":
        language = work.platform.value("language") or "en"
    mail = Queued(work.mint.number(work.now), "test", address, language, {}, 1, work.now)
    return replace(command, server=server, mail=mail, name=platform_name(work.platform), now=work.now)


def prepare_test(workshop: Workshop, command: TestMail) -> TestMail:
    """Hand the mail over, outside any transaction. Raises MailFailed."""
    assert command.server is not None and command.mail is not None  # noqa: S101, PT018 - as admitted
    reply = workshop.hand_over(command.server, command.mail, name=command.name, now=command.now)
    return replace(command, server=None, reply=reply)


def test_mail(work: Work, caller: Caller, command: TestMail) -> TestMail:
    """Tell what the mail server said."""
    work.audit.record(caller, "mail.tested", "platform")
    return command


def storage(work: Work, caller: Caller, command: NoQuestion) -> Totals:
    """Tell what all spaces hold together, archives included."""
    return added(work.tree.everything(), work.archive.everything())


def settings(work: Work, caller: Caller, command: NoQuestion) -> SettingsView:
    """The console's page of settings."""
    return SettingsView(SETTINGS, configuration(work, caller, command), storage(work, caller, command))
