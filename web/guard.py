"""Lets nobody through to the application without a session, and no foreign page write anything."""

import re
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from people.sign_in import security_log
from web import pages, visitor
from web.cookies import is_secure
from web.noted import place_of
from web.tabs import MOST_PAGES, Tabs

OPEN_PATHS = re.compile(
    r"/(?:sign-in|sign-in/start|sign-in/callback|sign-out|scim/v2/.*|brand/logo|healthz|readyz|_stcore/health"
    r"|forgotten-password|set-password/[^/]+|verify(?:/(?s:.*))?|badge/[^/]+/status\.json|badge/status/[^/]+"
    r"|\.well-known/(?:jwks\.json|did\.json|jwt-vc-issuer)"
    r"|language/[^/]+|app/static/.+)"
)
"""What anybody may ask for. Whatever no route of ours answers goes on to Streamlit, so that a pattern may not
let more through than its route takes."""
CLOSED_PATHS = ("/_stcore/metrics", "/_stcore/agent")
"""What the server would tell about itself; nobody needs it from outside."""
SCREEN = re.compile(r"/[a-z]*")
"""The form of a screen's address."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
TAB_OF = b"kodex-tab-of"
"""The header by which Streamlit is told whose a tab is (.streamlit/config.toml): it gives the tab back, when the
network was gone, to the session that opened it, and to nobody else who knows its id. What a client says here is
never passed on."""
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013
"""Codes that a WebSocket is closed with (https://www.iana.org/assignments/websocket)."""
SCHEME = b"kodex-scheme"
"""The header by which the screens are told how a tab's connection came, which decides what its cookies are called.
It is written here alone as well."""
OWN_SITES = frozenset({"same-origin", "none"})
"""What a browser says in `Sec-Fetch-Site` of a page of ours, and of an address that somebody typed."""
DEFAULT_PORTS = {"https": ":443", "http": ":80"}
"""Browsers leave them out of an origin; a proxy may say them in `Host`."""


class Guard:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.tabs = Tabs()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = await _refusal(connection)
        if scope["type"] == "websocket":
            await self._tab(connection, receive, send, is_let_in=refusal is None)
        elif refusal is not None:
            await refusal(scope, receive, send)
        elif is_screen(connection) and not self.tabs.may_open_page(visitor.session(connection)):
            _note(connection, "page")
            is_full = self.tabs.is_full
            page = pages.page(Request(scope), "tabs.html", 503 if is_full else 429, most=MOST_PAGES, is_full=is_full)
            await page(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _tab(self, connection: HTTPConnection, receive: Receive, send: Send, *, is_let_in: bool) -> None:
        session = visitor.session(connection)
        if is_let_in and self.tabs.may_connect(session):
            scope = connection.scope
            scope["headers"] = _with_owner(connection)
            with self.tabs.connected(session):
                await self.app(scope, receive, send)
            return
        if is_let_in:
            _note(connection, "tab")
        await receive()
        await send({"type": "websocket.close", "code": TRY_AGAIN_LATER if is_let_in else POLICY_VIOLATION})


def is_screen(connection: HTTPConnection) -> bool:
    """Whether the page asked for opens a WebSocket: Streamlit draws a screen at any address that is not ours."""
    path: str = connection.scope["path"]
    is_ours = OPEN_PATHS.fullmatch(path) is not None or place_of(connection) != "other"
    return _wants_page(connection) and SCREEN.fullmatch(path) is not None and not is_ours


def _wants_page(connection: HTTPConnection) -> bool:
    return connection.scope["method"] == "GET" and "text/html" in connection.headers.get("accept", "")


def _note(connection: HTTPConnection, what: str) -> None:
    security_log.note("too-many-tabs", session=visitor.session(connection)[:12], result="refused", what=what)


async def _refusal(connection: HTTPConnection) -> Response | None:
    """How the request is turned away; none when it may pass."""
    path: str = connection.scope["path"]  # as the router sees it; a URL would end at an encoded question mark
    is_websocket = connection.scope["type"] == "websocket"
    method = connection.scope.get("method", "GET")
    if (is_websocket or method not in READING) and not _is_own_page(connection):
        security_log.note("request", result="foreign page", place=place_of(connection))
        return PlainTextResponse("Forbidden", 403)
    if path.startswith(CLOSED_PATHS):
        return PlainTextResponse("Not found", 404)
    if not is_websocket and OPEN_PATHS.fullmatch(path):
        return None
    if await run_in_threadpool(visitor.principal, connection) is not None:
        return None
    if not is_websocket and _wants_page(connection):
        return RedirectResponse(f"/sign-in?next={quote(_target(connection), safe='')}", 303)
    return PlainTextResponse("Sign in first", 401)


def _is_own_page(connection: HTTPConnection) -> bool:
    """Whether the page that asks came from here. A client that is no browser names neither an origin nor a site.

    Over HTTPS a page that came over plain HTTP is a foreign one: whoever is on the line can write it. The other way
    round there is nothing to fear; a proxy that takes the encryption off need not say so in a demonstration.
    """
    host = connection.headers.get("host", "")
    schemes = ("https",) if is_secure(connection) else ("https", "http")
    own = {f"{scheme}://{host.removesuffix(DEFAULT_PORTS[scheme])}" for scheme in schemes}
    return all(bool(host) and origin in own for origin in connection.headers.getlist("origin")) and all(
        site in OWN_SITES for site in connection.headers.getlist("sec-fetch-site")
    )


def _with_owner(connection: HTTPConnection) -> list[tuple[bytes, bytes]]:
    said = [header for header in connection.scope["headers"] if header[0].lower() not in {TAB_OF, SCHEME}]
    scheme = b"https" if is_secure(connection) else b"http"
    return [*said, (TAB_OF, visitor.session(connection).encode()), (SCHEME, scheme)]


def _target(connection: HTTPConnection) -> str:
    path, query = connection.scope["path"], connection.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
