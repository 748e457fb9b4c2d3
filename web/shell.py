"""Streamlit's page, which the screens are drawn in, with our language, title, style sheet and banner."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import escape

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from installation import installation
from settings import Mode
from web.visitor import words
from words import Words


class Shell:
    """Middleware: Streamlit's own page is the same for everybody, and says that it is in English."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "." in scope["path"].rsplit("/", 1)[-1]:
            await self.app(scope, receive, send)
            return
        scope["headers"] = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        start: Message | None = None
        body = b""

        async def rewritten(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    start = message
                    return
            if start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            said = words(HTTPConnection(scope))
            page = in_our_shell(body.decode(), said) if b'<div id="root">' in body else body.decode()
            headers = MutableHeaders(scope=start)
            headers["content-length"] = str(len(page.encode()))
            headers["content-language"] = said.language
            headers["vary"] = "Accept-Language, Cookie"
            await send(start)
            await send({"type": "http.response.body", "body": page.encode()})

        await self.app(scope, receive, rewritten)


_PRELOADED_FONT = re.compile(r"<link\s+rel=\"preload\"[^>]*?/>", re.DOTALL)
_SERVICE_LINK = re.compile(r"<link rel=\"service-desc\"[^>]*?/>")
_INLINE_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)


def in_our_shell(page: str, t: Words) -> str:
    page = page.replace('<html lang="en"', f'<html lang="{t.language}"', 1)
    page = page.replace("<title>Streamlit</title>", "<title>Kodex</title>", 1)
    page = page.replace("./favicon.png", "/app/static/kodex-icon.svg", 1)
    page = _SERVICE_LINK.sub("", _PRELOADED_FONT.sub("", page))
    # In the body, so that it comes after the styles that Streamlit adds to the head.
    before = '<link rel="stylesheet" href="/app/static/kodex.css">'
    if installation().settings.mode is Mode.DEMONSTRATION:
        name, notice = t("Demonstration"), t("Demonstration: the people here are invented.")
        before += f'<aside class="demonstration" aria-label="{escape(name)}">{escape(notice)}</aside>'
    script = f'<script src="/app/static/kodex.js" data-words="{escape(json.dumps(_streamlits_words(t)))}"></script>'
    page = page.replace("</body>", f"{script}</body>", 1)
    return page.replace('<div id="root">', f'{before}<div id="root">', 1)


def _streamlits_words(t: Words) -> dict[str, str]:
    """Return Streamlit's own words, mostly for screen readers, each with ours where they differ."""
    ours = {
        "Skip to main content": t("Skip to main content"),
        "Navigate to home page": t("Home"),
        "App pages": t("Navigation"),
        "Expand sidebar": t("Show the menu"),
        "Collapse sidebar": t("Hide the menu"),
        "Sidebar": t("Navigation"),
        "Upload": t("Choose a file"),
        "Add files": t("Choose another file"),
        "file upload": t("Choose a file"),
        "Choose an option": t("Choose from the list"),
        "Open": t("Open the list"),
        "Choose date": t("Choose a day"),
        "Clear date": t("Clear the day"),
        "Clear value": t("Clear the choice"),
        "Empty": t("empty"),
        "Previous month": t("Previous month"),
        "Next month": t("Next month"),
        "day": t("day"),
        "month": t("month"),
        "year": t("year"),
    }
    return {theirs: said for theirs, said in ours.items() if said != theirs}


def inline_script_hashes(page: str) -> list[str]:
    """Return the hashes that a content security policy must name for the page's own inline scripts to run."""
    return [
        f"'sha256-{b64encode(sha256(script.group()[8:-9].encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.finditer(page)
    ]
