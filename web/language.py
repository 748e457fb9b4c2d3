"""The reader's language: switched by a link, kept in a cookie."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.visitor import LANGUAGE_COOKIE, is_secure
from words import LANGUAGES

YEAR = 365 * 24 * 3600


async def switch(request: Request) -> Response:
    """Keeps the choice and leads back to the page it was made on."""
    language = request.path_params["language"]
    referer = urlsplit(request.headers.get("referer", ""))
    target = "/"
    if referer.netloc == request.headers.get("host"):
        target = f"{referer.path}?{referer.query}" if referer.query else referer.path or "/"
    response = RedirectResponse(target, 303)
    if language in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=YEAR, secure=is_secure(request), httponly=True, samesite="lax"
        )
    return response


ROUTES = [Route("/language/{language}", switch)]
