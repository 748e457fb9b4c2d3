"""Letters by SMTP. A letter goes to one person, and either is taken by the mail server or is reported."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

PATIENCE = 10
"""Seconds that a mail server may take for each of its answers."""
PORTS = {"smtp": 25, "smtps": 465}
ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Letter:
    """Plain text to one person."""

    to: str
    subject: str
    text: str


class UnsentError(Exception):
    """A letter was not taken. What it carries names nobody: it may be logged."""


@dataclass(frozen=True)
class Post:
    """The way letters go out: by which server, and from whom."""

    url: str
    sender: str

    def send(self, letter: Letter, now: datetime) -> None:
        """Hands a letter to the mail server; raises `UnsentError` when it does not take it."""
        message = _written(letter, self.sender, now)
        try:
            with _connected(urlsplit(self.url)) as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            raise UnsentError(f"recipient refused {codes}") from None
        except smtplib.SMTPResponseException as error:
            raise UnsentError(f"{type(error).__name__} {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise UnsentError(type(error).__name__) from None


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


def _connected(address: SplitResult) -> smtplib.SMTP:
    """A connection that is encrypted wherever the server can; a password is sent over no other."""
    host, port = address.hostname or "", address.port or PORTS[address.scheme]
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        server.ehlo_or_helo_if_needed()
        if address.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif address.scheme == "smtp" and address.password is not None and host not in ON_THIS_MACHINE:
            raise smtplib.SMTPNotSupportedError("no TLS for a password")
        if address.username is not None and address.password is not None:
            server.login(unquote(address.username), unquote(address.password))
    except BaseException:
        server.close()
        raise
    return server
