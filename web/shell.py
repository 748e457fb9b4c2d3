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
from web import visitor
from web.assets import files
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
            page = body.decode()
            if '<div id="root">' in page:
                page = in_our_shell(page, said, scope["path"], visitor.session(HTTPConnection(scope)))
            headers = MutableHeaders(scope=start)
            headers["content-length"] = str(len(page.encode()))
            headers["content-language"] = said.language
            headers["vary"] = "Accept-Language, Cookie"
            await send(start)
            await send({"type": "http.response.body", "body": page.encode()})

        await self.app(scope, receive, rewritten)


COURSE = frozenset({"/", "/lesson", "/known", "/assessment", "/commitment"})
"""Addresses at which a course is opened, for almost everybody."""
SESSION_LENGTH = 12
"""Characters that tell one session from another in a browser."""
SCRIPTS = ("kodex.js", "connection.js", "chosen.js")
LOADED_WITH_EVERY_SCREEN = ("Html", "purify.es", "Button")
"""Streamlit's scripts that it asks for only once the screen is being drawn."""
OPENING = (
    "html{font-size:17px}"
    ".kodex-opening{position:fixed;inset:0;z-index:2;font:1rem/1.6 system-ui,sans-serif;"
    "background:light-dark(#FFFFFF,#131416);color:light-dark(#65635F,#A09E9A)}"
    ".demonstration~.kodex-opening{top:2.125rem}"
    ".kodex-opening img{position:absolute;left:1rem;top:1.125rem;height:1.5rem}"
    ".kodex-opening div{box-sizing:content-box;max-width:600px;margin:5.25rem auto 0}"
    ".kodex-opening div{padding-inline:clamp(1rem,5vw,5rem)}"
    ".kodex-opening p{margin:0 0 1rem}"
)
"""The style of what stands on the page until the screen is drawn: in the page itself, because it is the first thing
to be seen. The logo stands where the screens have it; our typefaces would hold up the scripts."""

_PRELOADED_FONT = re.compile(r"<link\s+rel=\"preload\"[^>]*?/>", re.DOTALL)
_SERVICE_LINK = re.compile(r"<link rel=\"service-desc\"[^>]*?/>")
_STYLE_LINK = re.compile(r"<link rel=\"stylesheet\"[^>]*>")
_LICENCE = re.compile(r"\A<!--.*?-->\s*", re.DOTALL)
_WITHOUT_SCRIPTS = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_INLINE_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)


def in_our_shell(page: str, t: Words, path: str, session: str) -> str:
    """Return Streamlit's page as ours. `session` is an id that cannot be used to sign in."""
    page = page.replace('<html lang="en"', f'<html lang="{t.language}"', 1)
    page = page.replace("<title>Streamlit</title>", f"<title>Kodex</title>{_head()}", 1)
    page = page.replace("./favicon.png", "/app/static/kodex-icon.svg", 1)
    for theirs in (_SERVICE_LINK, _PRELOADED_FONT, _STYLE_LINK, _LICENCE):
        page = theirs.sub("", page)
    without = t("Kodex needs JavaScript. Allow it in your browser, then load this page again.")
    page = _WITHOUT_SCRIPTS.sub(lambda _: f"<noscript><p>{escape(without)}</p></noscript>", page)
    before = _opening(t, path)
    if installation().settings.mode is Mode.DEMONSTRATION:
        name, notice = t("Demonstration"), t("Demonstration: the people here are invented.")
        banner = f'<aside class="demonstration" aria-label="{escape(name)}">{escape(notice)}</aside>'
        before = banner + before
    # In the body, so that they come after the styles that Streamlit adds to the head, and hold up nothing above.
    before += files.style_sheets("fonts.css", "kodex.css", files.STREAMLITS_STYLE)
    words = escape(json.dumps(_streamlits_words(t)))
    told = {"kodex.js": f'data-words="{words}"', "chosen.js": f'data-session="{escape(session[:SESSION_LENGTH])}"'}
    scripts = (f'<script src="{files.address(name)}" {told.get(name, "")}></script>' for name in SCRIPTS)
    after = _connection(t) + "".join(scripts)
    page = page.replace("</body>", f"{after}</body>", 1)
    return page.replace('<div id="root">', f'{before}<div id="root">', 1)


def _head() -> str:
    early = "".join(f'<link rel="modulepreload" href="{each}">' for each in files.scripts(*LOADED_WITH_EVERY_SCREEN))
    logo = '<link rel="preload" as="image" href="/brand/logo" fetchpriority="high">'
    return f'<meta name="color-scheme" content="light dark"><style>{OPENING}</style>{logo}{early}'


def _opening(t: Words, path: str) -> str:
    """Return what stands on the page until the screen is drawn."""
    said = t("Opening the course…") if path in COURSE else t("Opening the page…")
    late, again = t("It takes longer than usual."), t("Load the page again")
    return (
        '<div class="kodex-opening"><img src="/brand/logo" alt="">'
        f'<div><p role="status">{escape(said)}</p>'
        f'<p class="late" hidden>{escape(late)} <a href="">{escape(again)}</a></p></div></div>'
    )


def _connection(t: Words) -> str:
    """Return the place in which the reader is told of the connection, with what is said there."""
    said = {
        "gone": t("The connection is lost. What you have chosen stays here until it is back."),
        "waiting": t("The connection is lost. Your answer will be sent when it is back."),
        "back": t("The connection is back."),
        "saved": t("The connection is back. Your answer is saved."),
    }
    words = " ".join(f'data-{name}="{escape(text)}"' for name, text in said.items())
    return f'<div class="kodex-connection" role="status" hidden {words}></div>'


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
