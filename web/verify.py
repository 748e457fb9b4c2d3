"""The public check of a certificate: whether it holds, and no more about the person than the certificate says."""

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from installation import installation, now
from progress import certificates, validity
from progress.certificates import Certificate
from progress.validity import Validity
from web.pages import page


async def show(request: Request) -> Response:
    return await run_in_threadpool(_show, request)


def _show(request: Request) -> Response:
    asked = request.path_params["number"][:80]
    with installation().database.snapshot() as connection:
        found = certificates.find(connection, asked)
        if found is None:
            return page(request, "verify.html", 404, asked=asked, certificate=None)
        return told(request, connection, found)


def told(request: Request, connection: Connection, certificate: Certificate, status: int = 200) -> Response:
    """The page of a certificate that there is."""
    stands = standing(connection, certificate)
    return page(request, "verify.html", status, certificate=certificate, stands=stands)


def standing(connection: Connection, certificate: Certificate) -> Validity:
    house = installation()
    today, zone = house.today(now()), house.settings.time_zone
    return validity.of_person(connection, certificate.person_key, today, zone)[certificate.number]


ROUTES = [Route("/verify/{number}", show)]
