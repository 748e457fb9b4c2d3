"""The files that are the same for everybody, ours and Streamlit's, each with the address it is kept by."""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web.assets.compression import CODINGS, coding_for

OURS = Path(__file__).parent.parent / "static"
STREAMLITS = Path(streamlit.__file__).parent / "static"
OUR_PLACE, STREAMLITS_PLACE = "/app/static", "/static"
STREAMLITS_STYLE = "streamlit.css"
COMPRESSED = frozenset({"application/javascript", "text/javascript", "text/css", "image/svg+xml"})
SMALLEST = 500
"""Bytes below which compressing saves nothing."""
FOR_GOOD = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
_HASHED = re.compile(r"\.[\w-]{8}\.\w+$")
"""The end of a file's name that has the beginning of its hash in it."""
_LINKED_STYLE = re.compile(r'<link rel="stylesheet"[^>]*href="\./static/(css/[^"]+)">')
_LINKED_SCRIPT = re.compile(r'(?:src|href)="\./(static/js/[^"]+)"')
_FACE = re.compile(r"@font-face\{[^}]*\}")
_REPLACED = re.compile(r"Source Sans|Source Serif|Source Code|Material Symbols")
"""Streamlit's typefaces that ours stand in for."""


class Asset:
    """A file in memory, as it is and compressed."""

    def __init__(self, name: str, content: bytes) -> None:
        self.content = content
        self.digest = sha256(content).hexdigest()[:16]
        self.media_type = guess_type(name)[0] or "application/octet-stream"
        self.is_compressed = self.media_type in COMPRESSED and len(content) >= SMALLEST
        self._compressed: dict[str, bytes] = {}

    def compressed(self, coding: str) -> bytes:
        if coding not in self._compressed:
            self._compressed[coding] = CODINGS[coding](self.content)
        return self._compressed[coding]

    def answer(self, request: Request, keep: str) -> Response:
        """Return the file as the browser takes it; only that it is the same, if the browser has it already."""
        coding = coding_for(request.headers.get("accept-encoding", "")) if self.is_compressed else ""
        headers = {"Cache-Control": keep, "ETag": f'"{self.digest}{coding and "-"}{coding}"'}
        if self.is_compressed:
            headers["Vary"] = "Accept-Encoding"
        if _is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(None, 304, headers)
        if coding:
            headers["Content-Encoding"] = coding
        body = self.compressed(coding) if coding else self.content
        return Response(body, 200, headers, self.media_type)


class Assets:
    """Middleware: answers for the files that there are, behind the guard."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_asked = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and scope["path"] in _sources()
        if not is_asked:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        answer = await run_in_threadpool(_answer, request)
        await answer(scope, receive, send)


def _answer(request: Request) -> Response:
    path = request.scope["path"]
    asset = _asset(path)
    is_named = bool(_HASHED.search(path)) or request.query_params.get("v") == asset.digest
    return asset.answer(request, FOR_GOOD if is_named else FOR_AN_HOUR)


def prepare() -> None:
    """Compress what every screen begins with, before somebody waits for it."""
    ours = [path for path in _sources() if path.startswith(OUR_PLACE)]
    for path in (*ours, *streamlits_scripts()):
        asset = _asset(path)
        for coding in CODINGS if asset.is_compressed else ():
            asset.compressed(coding)


def address(name: str) -> str:
    """Return the address of a file of ours, which changes with its content."""
    path = f"{OUR_PLACE}/{name}"
    return f"{path}?v={_asset(path).digest}"


def style_sheets(*names: str) -> str:
    return "".join(f'<link rel="stylesheet" href="{address(name)}">' for name in names)


@cache
def streamlits_scripts() -> tuple[str, ...]:
    """Return the addresses of the scripts with which every screen begins."""
    page = (STREAMLITS / "index.html").read_text("utf-8")
    return tuple(f"/{path}" for path in _LINKED_SCRIPT.findall(page))


@cache
def scripts(*names: str) -> tuple[str, ...]:
    """Return the addresses of scripts of Streamlit's by the part of their names that stays the same."""
    named = re.compile(rf"{STREAMLITS_PLACE}/js/(?:{'|'.join(map(re.escape, names))})\.[\w-]{{8}}\.js")
    return tuple(path for path in _sources() if named.fullmatch(path))


def _is_known(known: str, tag: str) -> bool:
    return known.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in known.split(","))


@cache
def _asset(path: str) -> Asset:
    return Asset(path, _sources()[path]())


@cache
def _sources() -> dict[str, Callable[[], bytes]]:
    """Return what reads each file, by its address. An address that is not among them is no file."""
    found: dict[str, Callable[[], bytes]] = {
        f"{place}/{file.relative_to(folder).as_posix()}": file.read_bytes
        for place, folder in ((OUR_PLACE, OURS), (STREAMLITS_PLACE, STREAMLITS / "static"))
        for file in folder.rglob("*")
        if file.is_file()
    }
    found[f"{OUR_PLACE}/{STREAMLITS_STYLE}"] = _streamlits_style
    return found


def _streamlits_style() -> bytes:
    """Return Streamlit's style sheet without its typefaces: it would load them beside ours."""
    page = (STREAMLITS / "index.html").read_text("utf-8")
    linked = _LINKED_STYLE.search(page)
    if linked is None:
        return b""
    style = (STREAMLITS / "static" / linked[1]).read_text("utf-8")
    kept = _FACE.sub(lambda face: "" if _REPLACED.search(face[0]) else face[0], style)
    return kept.replace("url(../", f"url({STREAMLITS_PLACE}/").encode()
