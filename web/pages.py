"""Plain HTML pages, set like the screens."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from database import NOT_ANSWERED
from installation import installation
from quizzes.content import in_language
from web.assets import files
from web.visitor import words
from words import LANGUAGES

RETRY_AFTER = "30"
"""Seconds after which an unavailable database may be back."""
OUR_LOGO = Path(__file__).with_name("static") / "kodex.svg"

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    said = words(request)
    company = installation().content.company
    html = _templates.get_template(template).render(
        t=said,
        language=said.language,
        other_languages={other: name for other, name in LANGUAGES.items() if other != said.language},
        company=in_language(company.name, said.language),
        logo_says=in_language(company.name, said.language) if installation().content.logo else "Kodex",
        style_sheets=Markup(files.style_sheets("fonts.css", "pages.css")),  # noqa: S704 - ours
        contacts=[(in_language(contact.name, said.language), contact) for contact in company.contacts],
        **values,
    )
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


async def failed(request: Request, error: Exception) -> HTMLResponse:
    """Return the page for an error; its details are in the server's log."""
    if isinstance(error, NOT_ANSWERED):
        answer = page(request, "unavailable.html", 503)
        answer.headers["Retry-After"] = RETRY_AFTER
        return answer
    return page(request, "failed.html", 500)


async def not_found(request: Request, error: Exception) -> Response:
    """Return the page for an address that leads nowhere; programs get plain text."""
    if "text/html" in request.headers.get("accept", ""):
        return await run_in_threadpool(page, request, "not-found.html", 404)
    if isinstance(error, HTTPException):
        return PlainTextResponse(error.detail, 404, error.headers)
    return PlainTextResponse("Not Found", 404)


async def logo(_: Request) -> Response:
    """Return the company's logo, or Kodex's."""
    return FileResponse(installation().content.logo or OUR_LOGO)


ROUTES = [Route("/brand/logo", logo)]
