"""A real mail server on loopback, and the letters that it was handed."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from queue import Queue
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from serving import PATIENCE, free_port

_REFUSED_AT = "@refused.example.com"
REFUSED = f"somebody{_REFUSED_AT}"
"""An address for which the server takes no letter."""
_numbers = count()


def refused_address() -> str:
    """Return one that nobody else in the directory has: an account with a shared address gets no letter."""
    return f"somebody-{next(_numbers)}{_REFUSED_AT}"


class MailServer:
    """Takes letters; with `password` it asks for one, of the user “kodex”. With `most` it ends each connection after
    so many letters, and with `most_in_all` it is not there any more after so many."""

    def __init__(
        self, password: str = "", most: int = 0, most_in_all: int = 0, host: str = "127.0.0.1", **options: Any
    ) -> None:
        self.letters: Queue[EmailMessage] = Queue()
        self.most = most
        self.most_in_all = most_in_all
        self.taken_by: dict[Any, int] = {}
        self.password = password
        if password:
            options |= {"authenticator": self._authenticate, "auth_required": True}
        self.controller = Controller(self, hostname=host, port=free_port(host), **options)
        self.controller.start()

    @property
    def port(self) -> int:
        return int(self.controller.port)

    def next(self) -> EmailMessage:
        """The next letter; waits for it."""
        return self.letters.get(timeout=PATIENCE)

    def stop(self) -> None:
        self.controller.stop()

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Counts a connection's letters by where it comes from."""
        taken = self.taken_by.setdefault(session.peer, 0)
        if self.most_in_all and sum(self.taken_by.values()) >= self.most_in_all:
            self.controller.server.close()
            server.transport.abort()
        if self.most and taken >= self.most:
            return "421 That is enough"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - what aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.endswith(_REFUSED_AT):
            return f"550 <{address}> is unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken_by[session.peer] += 1
        message = message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        message["X-Handed-To"] = ", ".join(envelope.rcpt_tos)
        self.letters.put(message)
        return "250 OK"

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and data == LoginPassword(b"kodex", self.password.encode())
        return AuthResult(success=is_right)


def text(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")
