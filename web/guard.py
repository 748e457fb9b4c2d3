"""Lets nobody through to the application without a session, and no foreign page write anything."""

import re
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web import visitor

OPEN_PATHS = re.compile(
    r"/(?:sign-in|sign-in/start|sign-in/callback|sign-out|scim/v2/.*|brand/logo|healthz|readyz|_stcore/health"
    r"|forgotten-password|set-password/[^/]+|verify/[^/]+|language/[^/]+|app/static/.+)"
)
"""What anybody may ask for. Whatever no route of ours answers goes on to Streamlit, so that a pattern may not
let more through than its route takes."""
CLOSED_PATHS = ("/_stcore/metrics", "/_stcore/agent")
"""What the server would tell about itself; nobody needs it from outside."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = await _refusal(connection)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)


async def _refusal(connection: HTTPConnection) -> Response | None:
    """How the request is turned away; none when it may pass."""
    path: str = connection.scope["path"]  # as the router sees it; a URL would end at an encoded question mark
    is_websocket = connection.scope["type"] == "websocket"
    method = connection.scope.get("method", "GET")
    if (is_websocket or method not in READING) and not _is_own_page(connection):
        return PlainTextResponse("Forbidden", 403)
    if path.startswith(CLOSED_PATHS):
        return PlainTextResponse("Not found", 404)
    if not is_websocket and OPEN_PATHS.fullmatch(path):
        return None
    if await run_in_threadpool(visitor.principal, connection) is not None:
        return None
    if not is_websocket and method == "GET" and "text/html" in connection.headers.get("accept", ""):
        return RedirectResponse(f"/sign-in?next={quote(_target(connection), safe='')}", 303)
    return PlainTextResponse("Sign in first", 401)


def _is_own_page(connection: HTTPConnection) -> bool:
    """Whether the page that asks came from here. A client that is no browser names no origin."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def _target(connection: HTTPConnection) -> str:
    path, query = connection.scope["path"], connection.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
