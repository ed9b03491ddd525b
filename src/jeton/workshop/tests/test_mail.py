"""Mails handed over to a server of this machine: taken, refused, unreachable, and never over an unverified TLS."""

import datetime as dt
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jeton.kernel.configuration import MailServer, Security
from jeton.kernel.mail import MailFailed, WrittenMail
from jeton.kit.clock import SECOND
from jeton.testing.smtp import MailCatcher
from jeton.workshop.mail import hand_over

MAIL = WrittenMail(
    7, 1_770_000_000 * SECOND, "Documents à lire", "ben@example.org, b@example.net", "Bonjour é", "Été.\n.\n"
)


def server(port: int, **changed: object) -> MailServer:
    plain = MailServer("127.0.0.1", port, Security.NONE, "", "", "documents@example.org")
    return plain._replace(**changed)  # type: ignore[arg-type]


def failure(at: MailServer) -> tuple[str, str]:
    with pytest.raises(MailFailed) as failed:
        hand_over(at, MAIL)
    [error] = failed.value.errors
    assert "secret" not in str(error)
    return error.field, error.code


def test_a_mail_arrives_as_it_was_written() -> None:
    with MailCatcher() as catcher:
        assert hand_over(server(catcher.port), MAIL) == "250 kept under 1"
    [mail] = catcher.mails
    assert catcher.recipients == ["ben@example.org", "b@example.net"]
    assert (mail["Subject"], mail["Message-ID"]) == ("Bonjour é", "<7@example.org>")
    assert mail["From"].addresses[0].display_name == "Documents à lire"
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text


def test_the_password_is_shown_to_who_asks_for_it() -> None:
    with MailCatcher(password="secret") as catcher:
        hand_over(server(catcher.port, user="documents", password="secret"), MAIL)
        assert failure(server(catcher.port, user="documents", password="wrong secret")) == ("smtp_user", "mail_login")
        assert len(catcher.mails) == 1


def test_a_refusal_names_the_setting_to_look_at() -> None:
    with MailCatcher(refuses="no such person") as catcher:
        assert failure(server(catcher.port)) == ("email", "mail_recipient")
        assert failure(server(catcher.port, security=Security.STARTTLS)) == ("smtp_security", "mail_not_offered")
        assert failure(server(catcher.port, user="a", password="secret")) == ("smtp_security", "mail_not_offered")
        assert failure(server(catcher.port, security=Security.TLS)) == ("smtp_security", "mail_unprotected")
    assert failure(server(catcher.port)) == ("smtp_host", "mail_unreachable")
    assert failure(server(25, host="no..host")) == ("smtp_host", "mail_unreachable")


def test_a_server_without_a_certificate_that_holds_gets_nothing(tmp_path: Path) -> None:
    with MailCatcher(context=self_signed(tmp_path)) as catcher:
        assert failure(server(catcher.port, security=Security.TLS)) == ("smtp_security", "mail_unprotected")
        assert catcher.mails == []


def test_a_server_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jeton.workshop.mail.PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert failure(server(silent.getsockname()[1])) == ("smtp_host", "mail_unreachable")


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begun = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begun)
        .not_valid_after(begun + dt.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    whole = made.public_bytes(pem) + key.private_bytes(pem, private, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(whole)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
