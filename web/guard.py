"""The guard: no access to the application without a session, and no writing for pages of other sites."""

import re
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from people import security_log
from people.access import Principal
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
"""Paths that are open to everybody.

Requests that no route of ours answers go on to Streamlit, so a pattern must not let more through than its route
takes.
"""
CLOSED_PATHS = ("/_stcore/metrics", "/_stcore/agent")
"""Information of Streamlit's server about itself, which nobody outside needs."""
OPENED_AS_A_PAGE = re.compile(r"/media/.*\.svgz?", re.IGNORECASE | re.DOTALL)
"""Pictures that a browser opens at their address as a page. Drawings are sent inside our own pages alone."""
SCREEN = re.compile(r"/[a-z]*")
"""The form of a screen's address."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
TAB_OF = b"kodex-tab-of"
"""The header that tells Streamlit whose tab it is (.streamlit/config.toml).

After the network was gone, the tab is returned to the session that opened it, and to nobody else who knows its id. A
client's own header is dropped.
"""
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013
"""Codes for closing a WebSocket (https://www.iana.org/assignments/websocket)."""
SCHEME = b"kodex-scheme"
"""The header that tells the screens the scheme of a tab's connection, which decides the names of its cookies.

A client's own is dropped as well.
"""
OWN_SITES = frozenset({"same-origin", "none"})
"""Values of `Sec-Fetch-Site` for our own pages, and for an address that somebody typed."""
DEFAULT_PORTS = {"https": ":443", "http": ":80"}
"""Browsers leave them out of an origin; a proxy may include them in `Host`."""


class Guard:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.tabs = Tabs()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal, who = _refused_at_once(connection), None
        if refusal is None and not _is_open(connection):
            who = await run_in_threadpool(visitor.principal, connection)
            refusal = None if who else _sign_in_first(connection)
        if scope["type"] == "websocket":
            await self._tab(connection, None if refusal else who, receive, send)
        elif refusal is not None:
            await refusal(scope, receive, send)
        elif who and is_screen(connection) and not self.tabs.may_open_page(visitor.session(connection), who.key):
            _note(connection, "page")
            is_full = self.tabs.is_full
            page = pages.page(Request(scope), "tabs.html", 503 if is_full else 429, most=MOST_PAGES, is_full=is_full)
            await page(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _tab(self, connection: HTTPConnection, who: Principal | None, receive: Receive, send: Send) -> None:
        session = visitor.session(connection)
        if who and self.tabs.may_connect(session, who.key):
            scope = connection.scope
            scope["headers"] = _with_owner(connection)
            with self.tabs.connected(session, who.key):
                await self.app(scope, receive, send)
            return
        if who:
            _note(connection, "tab")
        await receive()
        await send({"type": "websocket.close", "code": TRY_AGAIN_LATER if who else POLICY_VIOLATION})


def is_screen(connection: HTTPConnection) -> bool:
    """Return whether the page asked for opens a WebSocket:

    Streamlit draws a screen at any address that is not ours.
    """
    path: str = connection.scope["path"]
    is_ours = OPEN_PATHS.fullmatch(path) is not None or place_of(connection) != "other"
    return _wants_page(connection) and SCREEN.fullmatch(path) is not None and not is_ours


def _wants_page(connection: HTTPConnection) -> bool:
    return connection.scope["method"] == "GET" and "text/html" in connection.headers.get("accept", "")


def _note(connection: HTTPConnection, what: str) -> None:
    security_log.note("too-many-tabs", session=visitor.session(connection)[:12], result="refused", what=what)


def _refused_at_once(connection: HTTPConnection) -> Response | None:
    """Return the answer that refuses the request to everybody; None if that depends on the reader."""
    method = connection.scope.get("method", "GET")
    if (_is_websocket(connection) or method not in READING) and not _is_own_page(connection):
        security_log.note("request", result="foreign page", place=place_of(connection))
        return PlainTextResponse("Forbidden", 403)
    if _path(connection).startswith(CLOSED_PATHS) or OPENED_AS_A_PAGE.fullmatch(_path(connection)):
        return PlainTextResponse("Not found", 404)
    return None


def _is_open(connection: HTTPConnection) -> bool:
    return not _is_websocket(connection) and OPEN_PATHS.fullmatch(_path(connection)) is not None


def _sign_in_first(connection: HTTPConnection) -> Response:
    if not _is_websocket(connection) and _wants_page(connection):
        return RedirectResponse(f"/sign-in?next={quote(_target(connection), safe='')}", 303)
    return PlainTextResponse("Sign in first", 401)


def _is_websocket(connection: HTTPConnection) -> bool:
    return bool(connection.scope["type"] == "websocket")


def _path(connection: HTTPConnection) -> str:
    """The path as the router sees it; that of a URL would end at an encoded question mark."""
    path: str = connection.scope["path"]
    return path


def _is_own_page(connection: HTTPConnection) -> bool:
    """Return whether the page that asks is ours.

    A client that is no browser names neither an origin nor a site. Over HTTPS, a page from plain HTTP is foreign:
    anyone on the line can write it. The reverse is harmless: a proxy that ends the encryption need not say so in a
    demonstration.
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
