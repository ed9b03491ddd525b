"""Mails handed to a server by SMTP: slow, and outside of any transaction. Source: RFC 5321, RFC 3207, RFC 8314.

The certificate is verified, and a password is shown to a protected connection only. What the server answers is told
cut short, since it is a stranger's text.
"""

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Final

from jeton.kernel.configuration import MailServer, Security
from jeton.kernel.mail import MailFailed, WrittenMail
from jeton.kit.clock import to_datetime
from jeton.kit.text import sentence

PATIENCE_S: Final = 5
"""For each answer of the server."""
ALL_IN_S: Final = 10
_LONGEST_REPLY: Final = 200
_READY: Final = 220
_DONE: Final = 250
_FINAL: Final = 500
_SEVEN_BITS: Final = SMTP.clone(cte_type="7bit")
"""Any server takes it, as it is."""


def hand_over(server: MailServer, mail: WrittenMail) -> str:
    """Give a mail to its server; what the server said to it. Raises MailFailed."""
    try:
        return _hand_over(server, mail)
    except smtplib.SMTPAuthenticationError as error:
        text = sentence("The mail server refused the user name or the password. It said: {reply}")
        raise MailFailed("smtp_user", "mail_login", text, reply=_reply(error.smtp_code, error.smtp_error)) from None
    except smtplib.SMTPSenderRefused as error:
        text = sentence("The mail server refused the sender's address. It said: {reply}")
        raise MailFailed("smtp_sender", "mail_sender", text, reply=_reply(error.smtp_code, error.smtp_error)) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        text = sentence("The mail server refused the recipient's address. It said: {reply}")
        final = code >= _FINAL
        raise MailFailed("email", "mail_recipient", text, is_final=final, reply=_reply(code, said)) from None
    except smtplib.SMTPNotSupportedError:
        text = sentence("The mail server does not offer what is set here: protection, or a login.")
        raise MailFailed("smtp_security", "mail_not_offered", text) from None
    except smtplib.SMTPResponseException as error:
        text = sentence("The mail server did not take the mail. It said: {reply}")
        raise MailFailed("smtp_host", "mail_refused", text, reply=_reply(error.smtp_code, error.smtp_error)) from None
    except ssl.SSLError:
        text = sentence(
            "No protected connection to {host}: its certificate does not hold, or this port does not speak TLS."
        )
        raise MailFailed("smtp_security", "mail_unprotected", text, host=server.host) from None
    except (OSError, smtplib.SMTPException, UnicodeError):
        text = sentence("No mail server answers at {host}, port {port}.")
        raise MailFailed("smtp_host", "mail_unreachable", text, host=server.host, port=server.port) from None


def _hand_over(server: MailServer, mail: WrittenMail) -> str:
    domain = server.sender.partition("@")[2]
    context = ssl.create_default_context()
    client: smtplib.SMTP
    if server.security is Security.TLS:
        client = smtplib.SMTP_SSL(local_hostname=domain, timeout=PATIENCE_S, context=context)
    else:
        client = smtplib.SMTP(local_hostname=domain, timeout=PATIENCE_S)
    # smtplib asks its name for the certificate when it was not given one to connect to at once.
    client._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
    # A server that says a little now and then would be waited for without end.
    limit = threading.Timer(ALL_IN_S, lambda: _cut(client))
    limit.daemon = True
    limit.start()
    try:
        code, said = client.connect(server.host, server.port)
        if code != _READY:
            raise smtplib.SMTPConnectError(code, said)
        if server.security is Security.STARTTLS:
            client.ehlo_or_helo_if_needed()
            client.starttls(context=context)
        if server.user:
            client.login(server.user, server.password)
        return _send(client, server, mail)
    finally:
        limit.cancel()
        client.close()


def _send(client: smtplib.SMTP, server: MailServer, mail: WrittenMail) -> str:
    client.ehlo_or_helo_if_needed()
    recipients = [part.strip() for part in mail.recipients.split(",")]
    code, said = client.mail(server.sender)
    if code != _DONE:
        raise smtplib.SMTPSenderRefused(code, said, server.sender)
    refused = {}
    for recipient in recipients:
        code, said = client.rcpt(recipient)
        if code not in {_DONE, _DONE + 1}:
            refused[recipient] = (code, said)
    if len(refused) == len(recipients):
        raise smtplib.SMTPRecipientsRefused(refused)
    code, said = client.data(_message(server, mail).as_bytes())
    if code != _DONE:
        raise smtplib.SMTPDataError(code, said)
    with suppress(smtplib.SMTPException, OSError):  # it was taken: a farewell that fails changes nothing
        client.quit()
    return _reply(code, said)


def _message(server: MailServer, mail: WrittenMail) -> EmailMessage:
    message = EmailMessage(_SEVEN_BITS)
    message["From"] = formataddr((mail.sender_name, server.sender))
    message["To"] = mail.recipients
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(to_datetime(mail.at))
    message["Message-ID"] = f"<{mail.id}@{server.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _cut(client: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):  # not connected yet, or closed already
        if client.sock is not None:
            client.sock.shutdown(socket.SHUT_RDWR)


def _reply(code: int, said: bytes | str) -> str:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"{code} {' '.join(printable.split())}"[:_LONGEST_REPLY]
