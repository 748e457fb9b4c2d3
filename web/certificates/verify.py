"""The public check of a certificate: whether it holds, and no more about the person than the certificate says."""

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

LONGEST = 4000
"""Characters of what is asked for: a letter's wrapped address is long, and a book is no number."""


class Check(HTTPEndpoint):
    """Answers every method itself: what no route of ours answers goes on to Streamlit."""

    async def get(self, request: Request) -> Response:
        return await run_in_threadpool(_asked, request)


class Checked(HTTPEndpoint):
    async def get(self, request: Request) -> Response:
        return await run_in_threadpool(_checked, request)


def _asked(request: Request) -> Response:
    """The page with its one field, or on to the certificate whose number was put into it."""
    asked = request.query_params.get("number", "")[:LONGEST]
    number = number_in(asked)
    if number is not None:
        return RedirectResponse(f"/verify/{number}", 303)
    if asked.strip():
        return _not_found(request, asked, number=None)
    return page(request, "verify.html", certificate=None, is_asked=False, asked="")


def _checked(request: Request) -> Response:
    asked = request.path_params["number"][:LONGEST]
    with installation().database.snapshot() as connection:
        found = certificates.find(connection, asked)
        if found is None:
            number = number_in(asked)
            return _not_found(request, number or "", number)
        return told(request, connection, found)


def _not_found(request: Request, asked: str, number: str | None) -> Response:
    """The page that says so, with `asked` in its field; `number` is what was looked for, if it held any."""
    said = {"certificate": None, "is_asked": True, "asked": asked, "is_number": number is not None}
    return page(request, "verify.html", 404, **said)


def told(request: Request, connection: Connection, certificate: Certificate, status: int = 200) -> Response:
    """The page of a certificate that there is; raises `NotConfirmedError` where the record says otherwise."""
    stands = standing(connection, certificate)
    return page(request, "verify.html", status, certificate=certificate, stands=stands)


def standing(connection: Connection, certificate: Certificate) -> Validity:
    """Where it stands by the record; raises `NotConfirmedError` where the register says otherwise."""
    house = installation()
    return confirmation.confirmed(connection, certificate, house.today(now()), house.settings.time_zone)


async def not_confirmed(request: Request, error: Exception) -> Response:
    """What is said where the register and the record disagree; what about is in the server's log."""
    number = getattr(error, "number", "")
    return await run_in_threadpool(page, request, "not-confirmed.html", 503, number=number)


ROUTES = [Route("/verify", Check), Route("/verify/{number:path}", Checked)]
