"""Letters by SMTP: taken by a real mail server whole, to one person, or reported without a name."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.headerregistry import Address
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import PEOPLE
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from letters import REFUSED, MailServer, text
from serving import free_port

from mail import Letter, NoServerError, Post, UnsentError
from people.directory import Person
from people.sign_in import letters

SENDER = "kodex@example.com"
LETTER = Letter("jana@example.com", "Žluťoučký kůň", "Úpěl ďábelské ódy.\n")


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


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


def post(server: MailServer, scheme: str = "smtp", user: str = "") -> Post:
    return Post(f"{scheme}://{user}127.0.0.1:{server.port}", SENDER)


def test_a_letter_arrives_as_it_was_written(mail_server: MailServer, now: datetime) -> None:
    post(mail_server).send(LETTER, now)
    arrived = mail_server.next()
    assert (arrived["From"], arrived["To"], arrived["X-Handed-To"]) == (SENDER, LETTER.to, LETTER.to)
    assert arrived["Subject"] == LETTER.subject
    assert arrived["Date"].datetime == now
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_content_type() == "text/plain"
    assert text(arrived) == LETTER.text


def to(number: int) -> Letter:
    return Letter(f"{number}@example.com", "A letter", f"To {number}.\n")


def arrived(server: MailServer) -> list[str]:
    return [server.letters.get_nowait()["X-Handed-To"] for _ in range(server.letters.qsize())]


def test_many_letters_go_over_one_connection(mail_server: MailServer, now: datetime) -> None:
    with post(mail_server).round() as letters_out:
        for number in range(30):
            letters_out.send(to(number), now)
    assert arrived(mail_server) == [f"{number}@example.com" for number in range(30)]
    assert list(mail_server.taken_by.values()) == [30]


def test_a_letter_that_is_refused_keeps_none_back(mail_server: MailServer, now: datetime) -> None:
    with post(mail_server).round() as letters_out:
        letters_out.send(to(1), now)
        for address in (REFUSED, "no address"):
            with pytest.raises(UnsentError):
                letters_out.send(Letter(address, "A letter", "To nobody.\n"), now)
        letters_out.send(to(2), now)
    assert arrived(mail_server) == ["1@example.com", "2@example.com"]
    assert list(mail_server.taken_by.values()) == [2]


def test_a_server_that_ends_a_connection_gets_the_next_letter_over_another(now: datetime) -> None:
    server = MailServer(most=3)
    try:
        with post(server).round() as letters_out:
            for number in range(8):
                letters_out.send(to(number), now)
        assert arrived(server) == [f"{number}@example.com" for number in range(8)]
        assert list(server.taken_by.values()) == [3, 3, 2]
    finally:
        server.stop()


def test_a_server_that_is_there_no_more_is_told_from_one_that_refuses_a_letter(now: datetime) -> None:
    server = MailServer(most_in_all=2)
    try:
        with post(server).round() as letters_out:
            letters_out.send(to(1), now)
            letters_out.send(to(2), now)
            for number in (3, 4):
                with pytest.raises(NoServerError):
                    letters_out.send(to(number), now)
        assert arrived(server) == ["1@example.com", "2@example.com"]
    finally:
        server.stop()


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


@pytest.mark.parametrize(
    "to",
    [
        "jana@example.com, petr@example.com",
        "jana@example.com\nBcc: petr@example.com",
        "jana@example.com\r\n\r\nMore text",
        "Jana <jana@example.com>",
        "jana",
        "",
        "@",
        "<script>@example.com",
        "jana@example.com\x00",
        REFUSED,
    ],
)
def test_what_is_not_one_address_that_the_server_takes_is_reported_without_it(
    mail_server: MailServer, now: datetime, to: str
) -> None:
    with pytest.raises(UnsentError) as refused:
        post(mail_server).send(Letter(to, "Subject", "Text\n"), now)
    assert mail_server.letters.empty()
    assert "jana" not in str(refused.value)
    assert REFUSED not in str(refused.value)


def test_no_header_can_be_put_into_a_subject(mail_server: MailServer, now: datetime) -> None:
    with pytest.raises(UnsentError):
        post(mail_server).send(Letter(LETTER.to, "Hello\nBcc: petr@example.com", "Text\n"), now)
    assert mail_server.letters.empty()


def test_a_mail_server_that_does_not_answer_is_reported(now: datetime) -> None:
    with pytest.raises(UnsentError, match="ConnectionRefusedError"):
        Post(f"smtp://127.0.0.1:{free_port()}", SENDER).send(LETTER, now)


# What is written


@pytest.mark.parametrize("language", ["cs", "en"])
def test_letters_are_in_the_persons_language_and_name_nobody_else(
    language: str, now: datetime, zone: ZoneInfo, everybody: tuple[Person, ...]
) -> None:
    learner = next(person for person in PEOPLE if person.employee_id == "2003")
    written_to = replace(learner, language=language)
    address = "https://kodex.example.com/set-password/token"
    written = [
        letters.invitation(written_to, "Ukázková společnost", address, now, zone),
        letters.reset(written_to, address, now, zone),
        letters.password_changed(written_to, now, zone),
    ]
    for letter in written:
        assert letter.to == learner.email
        assert letter.text.startswith("Dobrý den,\n\n" if language == "cs" else "Hello,\n\n")
        assert not [person.name for person in everybody if person != learner and person.name in letter.text]
        assert "<" not in letter.text
    assert [address in letter.text for letter in written] == [True, True, False]


@pytest.mark.parametrize("name", ["Jana\nBcc: x@example.com", "Jana\r\n\r\nVisit https://evil.example", "{0} {name}"])
def test_no_name_reaches_a_letter(mail_server: MailServer, now: datetime, zone: ZoneInfo, name: str) -> None:
    person = Person("0" * 32, "1", name, "jana@example.com", "Sklad", None, "en")
    post(mail_server).send(letters.password_changed(person, now, zone), now)
    arrived = mail_server.next()
    assert text(arrived).splitlines()[0] == "Hello,"
    assert not [word for word in name.split() if word in text(arrived)]
    assert arrived["To"].addresses == (Address(addr_spec="jana@example.com"),)
    assert arrived["Bcc"] is None
