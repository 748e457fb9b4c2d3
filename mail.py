"""Letters by SMTP. A letter goes to one person, and either is taken by the mail server or is reported."""

import re
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
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

PATIENCE = 10
"""Seconds that a mail server may take for each answer."""
PORTS = {"smtp": 25, "smtps": 465}
GOODBYE = 421
"""The status with which a server ends a connection."""
FOR_GOOD = 500
"""The least status with which a server refuses something for good, not only for now."""


_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
LONGEST_ANSWER = 200
"""Characters of a server's answer that are kept."""


@dataclass(frozen=True)
class Letter:
    """Plain text to one person, and what some letters have beside it."""

    to: str
    subject: str
    text: str
    html: str = ""
    """The same for those who read HTML."""
    calendar: str = ""
    """An iCalendar file to go with it."""
    message_id: str = ""
    """By which a mail server's log knows the letter; made where none is given."""


class UnsentError(Exception):
    """A letter was not taken. What it carries names nobody: it may be logged."""

    def __init__(self, what: str, said: str = "", *, is_final: bool = False) -> None:
        super().__init__(what)
        self.said = said
        """The server's answer, without addresses; empty if there was none."""
        self.is_final = is_final
        """True if the server will not take this very letter later either."""


class NoServerError(UnsentError):
    """There is no mail server to hand a letter to; the next one would not be taken either."""


class UnclearError(UnsentError):
    """The whole letter went out, and no answer came: the server may have taken it or not."""


def new_message_id(sender: str) -> str:
    return make_msgid(domain=sender.rpartition("@")[2])


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
        self._server: _Server | None = None

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
            _hand(self._server, message)

    def end(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()


class _Server(smtplib.SMTP):
    """A connection that knows whether the whole of a letter has gone out."""

    is_out = False

    def send(self, s: Any) -> None:
        super().send(s)
        if isinstance(s, bytes) and s.endswith(_END):
            self.is_out = True


class _ServerOverTls(_Server, smtplib.SMTP_SSL):
    """The same, encrypted from its beginning."""


_END = b"\r\n.\r\n"
"""What ends a letter: before it no server takes one."""


def _hand(server: _Server, message: EmailMessage) -> None:
    """Send the message. Raises `UnclearError` where the connection broke between its end and the answer."""
    server.is_out = False
    try:
        server.send_message(message)
    except OSError as error:  # smtplib's are such, too
        if server.is_out and not isinstance(error, smtplib.SMTPResponseException):
            raise UnclearError(type(error).__name__) from None
        raise


def _is_over(server: _Server, message: EmailMessage) -> bool:
    """Send the message; returns True if the connection had ended before it was taken."""
    try:
        _hand(server, message)
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
        said = _without_addresses(*next(iter(error.recipients.values())))
        raise kind(f"recipient refused {codes}", said, is_final=min(codes) >= FOR_GOOD) from None
    except smtplib.SMTPResponseException as error:
        said = _without_addresses(error.smtp_code, error.smtp_error)
        is_of_this_letter = isinstance(
            error, smtplib.SMTPDataError
        )  # anything else concerns the sender, and all letters
        is_final = is_of_this_letter and error.smtp_code >= FOR_GOOD
        raise kind(f"{type(error).__name__} {error.smtp_code}", said, is_final=is_final) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise kind(type(error).__name__) from None


def _without_addresses(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return f"{code} {_ADDRESS.sub('…', line)}"[:LONGEST_ANSWER]


def _written(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    message = EmailMessage(SMTP)
    try:
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
    except (MessageError, ValueError, LookupError, AttributeError) as error:  # what the parser raises over no address
        raise UnsentError(type(error).__name__) from None
    message["Date"] = format_datetime(now)
    message["Message-ID"] = letter.message_id or new_message_id(sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    if letter.calendar:
        name, method = "kodex.ics", {"method": "PUBLISH"}
        message.add_attachment(letter.calendar, subtype="calendar", filename=name, params=method)
    return message


def _is_on_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _connected(address: SplitResult) -> _Server:
    """A connection that is encrypted, with a server that proves to be the one that was asked for. Only to this
    machine itself it may be plain."""
    host, port = address.hostname or "", address.port or PORTS[address.scheme]
    if address.scheme == "smtps":
        server: _Server = _ServerOverTls(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        server = _Server(host, port, timeout=PATIENCE)
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
