"""The reader's language: switched by a link, stored in a cookie."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.cookies import LANGUAGE, YEAR
from web.own_path import own_path
from words import LANGUAGES


async def switch(request: Request) -> Response:
    """Store the choice, and redirect to the page that it was made on."""
    language = request.path_params["language"]
    referer = urlsplit(request.headers.get("referer", ""))
    is_here = referer.netloc == request.headers.get("host")
    page = f"{referer.path}?{referer.query}" if referer.query else referer.path
    response = RedirectResponse(own_path(page if is_here else None), 303)
    if language in LANGUAGES:
        LANGUAGE.keep(response, request, language, YEAR)
    return response


ROUTES = [Route("/language/{language}", switch)]
