"""An id for each request in the security log, and a note there of each refusal."""

import secrets

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from installation import installation
from people import security_log
from people.security_log import NotedRequest

REFUSED = {401: "not signed in", 403: "forbidden", 429: "too many"}
PLACES = frozenset(
    "_stcore account badge certificate export forgotten-password language my-record.json my-record.pdf scim "
    "set-password sign-in sign-out verify".split()
)
"""First parts of our addresses.

The rest of an address, and any other address, may be anything that somebody typed.
"""


class Noted:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        address = connection.client.host if connection.client else ""
        client = security_log.pseudonym(address, installation().settings.secret)
        asked = NotedRequest(secrets.token_hex(8), client)
        security_log.asked.set(asked)

        async def watched(message: Message) -> None:
            if (result := _refusal(message)) and not asked.is_noted:
                security_log.note("request", person=asked.person, result=result, place=place_of(connection))
            await send(message)

        await self.app(scope, receive, watched)


def _refusal(message: Message) -> str | None:
    if message["type"] == "websocket.close" and message.get("code") == 1008:
        return "forbidden"
    return REFUSED.get(message["status"]) if message["type"] == "http.response.start" else None


def place_of(connection: HTTPConnection) -> str:
    """Return the first part of the address asked for, or "other"."""
    first = connection.scope["path"].removeprefix("/").partition("/")[0]
    return first if first in PLACES else "other"
