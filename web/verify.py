"""The public check of a certificate: valid or not, and no more about the person than the certificate says."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from installation import installation, now
from progress import certificates
from progress.certificates import Certificate
from web.pages import page


async def show(request: Request) -> Response:
    return await run_in_threadpool(_show, request)


def _show(request: Request) -> Response:
    house = installation()
    asked = request.path_params["number"][:80]
    with house.database.reading() as connection:
        found: Certificate | None = certificates.find(connection, asked)
    is_valid = found is not None and found.valid_until >= house.today(now())
    return page(request, "verify.html", 200 if found else 404, asked=asked, certificate=found, is_valid=is_valid)


ROUTES = [Route("/verify/{number}", show)]
