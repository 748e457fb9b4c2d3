"""The security log: sign-ins and changes to data, by pseudonym, one JSON object per line.

It never contains a name, an e-mail or network address, an employee number or a token.
"""

import json
import logging
from contextvars import ContextVar
from dataclasses import dataclass

from people import tokens
from words.spelling import identifier

log = logging.getLogger("kodex.security")

PSEUDONYM = 16
"""Hexadecimal digits of a keyed hash by which a name or an address is known in the log."""


@dataclass
class NotedRequest:
    """The request that is being answered, for what is noted on its way."""

    id: str
    client: str
    """The pseudonym of the address that it came from."""
    person: str | None = None
    """The key of the signed-in person, once it is known."""
    is_noted: bool = False
    """True once an entry about the request has been written."""


asked: ContextVar[NotedRequest | None] = ContextVar("asked", default=None)


def note(event: str, *, person: str | None = None, result: str = "done", **said: str | int | None) -> None:
    """Log one event: `event` names what happened, `person` is the person key, never a name or an address."""
    entry: dict[str, str | int | None] = {
        "event": event,
        "person": person,
        "result": result,
        **said,
    }
    if request := asked.get():
        request.is_noted = True
        entry |= {"request": request.id, "client": request.client}
    log.info(json.dumps(entry))


def pseudonym(typed: str, secret: bytes) -> str:
    """Return the pseudonym of a name that nobody has: the same for each of its spellings."""
    return tokens.hashed(f"logged {identifier(typed)}", secret)[:PSEUDONYM]
