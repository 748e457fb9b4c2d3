"""Letters by SMTP. A letter goes to one person, and either is taken by the mail server or is reported."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

PATIENCE = 10
"""Seconds that a mail server may take for each answer."""
PORTS = {"smtp": 25, "smtps": 465}
GOODBYE = 421
"""The status with which a server ends a connection."""


@dataclass(frozen=True)
class Letter:
    """Plain text to one person."""

    to: str
    subject: str
    text: str


class UnsentError(Exception):
    """A letter was not taken. What it carries names nobody: it may be logged."""


class NoServerError(UnsentError):
    """There is no mail server to hand a letter to; the next one would not be taken either."""


@dataclass(frozen=True)
class Post:
    """The mail server and the sender of letters."""

    url: str
    sender: str

    def send(self, letter: Letter, now: datetime) -> None:
        """Hand a letter to the mail server. Raises `UnsentError` if it does not take it."""
        with self.round() as letters:
            letters.send(letter, now)

    @contextmanager
    def round(self) -> Iterator["Round"]:
        """Yield a connection for many letters."""
        letters = Round(self)
        try:
            yield letters
        finally:
            letters.end()


class Round:
    """Letters sent one after the other over one connection.

    The connection is made for the first letter, and again when the server has ended it, as some do after a number of
    letters.
    """

    def __init__(self, post: Post) -> None:
        self._post = post
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter, now: datetime) -> None:
        """Hand a letter to the mail server. Raises `UnsentError` if it does not take it."""
        message = _written(letter, self._post.sender, now)
        with _faults_without_names():
            if self._server is not None and not _is_over(self._server, message):
                return
        with _faults_without_names(NoServerError):
            self._server = None
            self._server = _connected(urlsplit(self._post.url))
        with _faults_without_names():
            self._server.send_message(message)

    def end(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()


def _is_over(server: smtplib.SMTP, message: EmailMessage) -> bool:
    """Send the message; returns True if the connection had ended before it was taken."""
    try:
        server.send_message(message)
    except smtplib.SMTPServerDisconnected:
        return True
    except smtplib.SMTPResponseException as error:
        if error.smtp_code != GOODBYE:
            raise
        return True
    return False


@contextmanager
def _faults_without_names(kind: type[UnsentError] = UnsentError) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        raise kind(f"recipient refused {codes}") from None
    except smtplib.SMTPResponseException as error:
        raise kind(f"{type(error).__name__} {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise kind(type(error).__name__) from None


def _written(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    message = EmailMessage(SMTP)
    try:
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
    except (MessageError, ValueError, LookupError, AttributeError) as error:  # what the parser raises over no address
        raise UnsentError(type(error).__name__) from None
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _is_on_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _connected(address: SplitResult) -> smtplib.SMTP:
    """A connection that is encrypted, with a server that proves to be the one that was asked for. Only to this
    machine itself it may be plain."""
    host, port = address.hostname or "", address.port or PORTS[address.scheme]
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        server.ehlo_or_helo_if_needed()
        if address.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif address.scheme == "smtp" and not _is_on_this_machine(host):
            raise smtplib.SMTPNotSupportedError("no TLS")
        if address.username is not None and address.password is not None:
            server.login(unquote(address.username), unquote(address.password))
    except BaseException:
        server.close()
        raise
    return server
