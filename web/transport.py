"""Plain HTTP refused in production, except on the machine itself."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from installation import installation
from installation.startup import is_loopback
from settings import Mode
from web.cookies import is_secure
from web.visitor import words

FOR_MONITORS = frozenset({"/healthz", "/readyz"})
"""They say nothing about anybody, and monitors often speak no TLS."""
TRACES_OF_A_PROXY = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")


class Transport:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or _may_pass(HTTPConnection(scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            t = words(HTTPConnection(scope))
            refusal = t("This server speaks to nobody without encryption. Use the address that begins with https://.")
            await PlainTextResponse(refusal, 403)(scope, receive, send)


def _may_pass(connection: HTTPConnection) -> bool:
    if installation().settings.mode is not Mode.PRODUCTION:
        return True
    return is_secure(connection) or connection.scope["path"] in FOR_MONITORS or _is_on_this_machine(connection)


def _is_on_this_machine(connection: HTTPConnection) -> bool:
    """Return whether the request comes from this machine and is for it.

    A proxy on this machine that does not say HTTPS asks on behalf of somebody elsewhere: its headers, or the host
    name, give it away.
    """
    if connection.client is None or any(name in connection.headers for name in TRACES_OF_A_PROXY):
        return False
    return is_loopback(connection.client.host) and _is_asked_for_here(connection.headers.get("host", ""))


def _is_asked_for_here(host: str) -> bool:
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
