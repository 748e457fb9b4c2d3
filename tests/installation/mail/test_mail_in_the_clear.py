"""Letters and passwords go over TLS, except to a mail server on this machine."""

import socket
import ssl
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from letters import MailServer, text
from mailing import LETTER, SENDER, post

from mail import NoServerError, Post, UnsentError


@pytest.fixture
def certificate(tmp_path: Path, now: datetime) -> Path:
    """Of 127.0.0.1, for the day of the tests and every other one; key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "mail.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def of_the_server(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_password_is_sent_over_tls_alone(certificate: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = MailServer("p@ss:word", tls_context=of_the_server(certificate), require_starttls=True)
    try:
        post(server, user="kodex:p%40ss%3Aword@").send(LETTER, now)
        assert text(server.next()) == LETTER.text
        with pytest.raises(UnsentError):
            post(server, user="kodex:wrong@").send(LETTER, now)
        assert server.letters.empty()
    finally:
        server.stop()


def test_a_mail_server_that_proves_not_to_be_itself_gets_nothing(certificate: Path, now: datetime) -> None:
    server = MailServer("word", tls_context=of_the_server(certificate), require_starttls=True)
    try:
        with pytest.raises(UnsentError, match="SSLCertVerificationError"):
            post(server, user="kodex:word@").send(LETTER, now)
        assert server.letters.empty()
    finally:
        server.stop()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """A name by which this machine is reached, and which is none of its loopback's."""
    resolve = socket.getaddrinfo

    def resolved(host: str, *arguments: Any, **options: Any) -> Any:
        return resolve("127.0.0.1" if host == "mail.example.com" else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return "mail.example.com"


@pytest.mark.parametrize("user", ["", "kodex:word@"])
def test_no_letter_goes_in_the_clear_beyond_this_machine(
    mail_server: MailServer, now: datetime, elsewhere: str, user: str
) -> None:
    """Also without a password: what is in letters opens accounts. Whoever is on the line can hide STARTTLS."""
    with pytest.raises(NoServerError, match="SMTPNotSupportedError"):
        Post(f"smtp://{user}{elsewhere}:{mail_server.port}", SENDER).send(LETTER, now)
    assert mail_server.letters.empty()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8"])
def test_on_this_machine_itself_a_letter_may_go_in_the_clear(host: str, now: datetime) -> None:
    server = MailServer(host="127.8.8.8" if host == "127.8.8.8" else "127.0.0.1")
    try:
        Post(f"smtp://{host}:{server.port}", SENDER).send(LETTER, now)
        assert server.next()["To"] == LETTER.to
    finally:
        server.stop()


@pytest.mark.parametrize("is_trusted", [True, False])
def test_beyond_this_machine_the_server_has_to_prove_that_it_is_the_one_that_was_asked_for(
    certificate: Path, now: datetime, elsewhere: str, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    """The certificate is one of 127.0.0.1, whether its issuer is known or not."""
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = MailServer(tls_context=of_the_server(certificate), require_starttls=True)
    try:
        with pytest.raises(UnsentError, match="SSLCertVerificationError"):
            Post(f"smtp://{elsewhere}:{server.port}", SENDER).send(LETTER, now)
        assert server.letters.empty()
    finally:
        server.stop()


def test_a_mail_server_may_speak_tls_from_the_first_byte(
    certificate: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = MailServer(ssl_context=of_the_server(certificate))
    try:
        post(server, "smtps").send(LETTER, now)
        assert text(server.next()) == LETTER.text
    finally:
        server.stop()
