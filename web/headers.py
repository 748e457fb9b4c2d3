"""The headers of every answer, which limit what a browser may do with it."""

from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from installation import installation
from settings import Mode
from web.cookies import is_secure
from web.shell import inline_script_hashes

YEAR = 365 * 24 * 3600
PRIVATE = {"Cache-Control": "private, no-store"}
"""For one person's data: no cache on the way may store it."""


class Headers:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        is_https_for_good = is_secure(HTTPConnection(scope)) and installation().settings.mode is Mode.PRODUCTION

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _headers().items():
                    headers[name] = value
                if is_https_for_good:
                    headers["strict-transport-security"] = f"max-age={YEAR}; includeSubDomains"
            await send(message)

        await self.app(scope, receive, with_headers)


@cache
def _headers() -> dict[str, str]:
    shell = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = " ".join(["'self'", *inline_script_hashes(shell)])
    policy = {
        "default-src": "'self'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }
