"""Paths of this server that a browser may be redirected to."""

import re
from urllib.parse import unquote, urlsplit

FIRST = "/"
UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
"""Browsers drop or convert these, and may then read another address than we do."""
ELSEWHERE = ("/sign-", "/language/")
"""Pages with an immediate effect; nobody is redirected to them."""


def own_path(path: str | None) -> str:
    """Return `path` with its query if it is a page of this server, in whatever encoding; otherwise the first page."""
    if not path or not path.startswith("/") or path.startswith("//"):
        return FIRST
    try:
        asked = urlsplit(path)
    except ValueError:
        return FIRST
    decoded = _wholly_decoded(asked.path)
    is_here = not asked.scheme and not asked.netloc and "//" not in decoded
    has_dots = any(part in {".", ".."} for part in decoded.split("/"))
    if not is_here or has_dots or UNSAFE.search(path + decoded) or decoded.startswith(ELSEWHERE):
        return FIRST
    return path


def _wholly_decoded(path: str) -> str:
    while (decoded := unquote(path)) != path:
        path = decoded
    return path
