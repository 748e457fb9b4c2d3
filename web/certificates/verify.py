"""The public check of a certificate: its validity, and nothing about the person that the certificate does not say."""

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from installation import installation, now
from progress.audit import confirmation
from progress.completion import certificates
from progress.completion.certificates import Certificate, number_in
from progress.completion.validity import Validity
from web.pages import page

LONGEST_QUESTION = 4000
"""Characters of a question: an address wrapped by a mail filter is long, but a book is no number."""


class Check(HTTPEndpoint):
    """Answers every method itself: requests that no route answers go on to Streamlit."""

    async def get(self, request: Request) -> Response:
        return await run_in_threadpool(_asked, request)


class CheckResult(HTTPEndpoint):
    async def get(self, request: Request) -> Response:
        return await run_in_threadpool(_checked, request)


def _asked(request: Request) -> Response:
    """Return the page with its one field, or redirect to the certificate whose number was entered."""
    asked = request.query_params.get("number", "")[:LONGEST_QUESTION]
    number = number_in(asked)
    if number is not None:
        return RedirectResponse(f"/verify/{number}", 303)
    if asked.strip():
        return _not_found(request, asked, number=None)
    return page(request, "verify.html", certificate=None, is_asked=False, asked="")


def _checked(request: Request) -> Response:
    asked = request.path_params["number"][:LONGEST_QUESTION]
    with installation().database.snapshot() as connection:
        found = certificates.find(connection, asked)
        if found is None:
            number = number_in(asked)
            return _not_found(request, number or "", number)
        return certificate_page(request, connection, found)


def _not_found(request: Request, asked: str, number: str | None) -> Response:
    """Return the page that says so, with `asked` in its field. `number` is the one found in it, if any."""
    said = {"certificate": None, "is_asked": True, "asked": asked, "is_number": number is not None}
    return page(request, "verify.html", 404, **said)


def certificate_page(
    request: Request, connection: Connection, certificate: Certificate, status: int = 200
) -> Response:
    """Return the page of an existing certificate. Raises `NotConfirmedError` if the record disagrees."""
    stands = standing(connection, certificate)
    return page(request, "verify.html", status, certificate=certificate, stands=stands)


def standing(connection: Connection, certificate: Certificate) -> Validity:
    """Return the certificate's validity by the record. Raises `NotConfirmedError` if the register disagrees."""
    installed = installation()
    return confirmation.confirmed(connection, certificate, installed.today(now()), installed.settings.time_zone)


async def not_confirmed(request: Request, error: Exception) -> Response:
    """Return the page for a register and a record that disagree; the server's log says about what."""
    number = getattr(error, "number", "")
    return await run_in_threadpool(page, request, "not-confirmed.html", 503, number=number)


ROUTES = [Route("/verify", Check), Route("/verify/{number:path}", CheckResult)]
