"""The certificates of a selection as one ZIP, streamed to people who may see the certifications."""

from collections.abc import Generator

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from installation import installation, now
from people.access import Act, may
from progress.documents import certificate_files
from progress.documents.certificate_files import Gathering
from web import visitor
from web.certificates.documents import drawer
from web.downloads import handing_out
from web.downloads.exports import selection_from
from web.headers import PRIVATE

ACT = Act.SEE_CERTIFICATIONS


async def certificates_zip(request: Request) -> Response:
    return await run_in_threadpool(_certificates_zip, request)


def _certificates_zip(request: Request) -> Response:
    principal = visitor.principal(request)
    if principal is None:
        raise HTTPException(401)
    if not may(principal, ACT):
        raise HTTPException(403)
    installed = installation()
    day = installed.today(now())
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="kodex-certificates-{day.isoformat()}.zip"'}
    if request.method == "HEAD":
        return handing_out.head("application/zip", headers)
    numbers = certificate_files.numbers(
        installed.database, principal, selection_from(dict(request.query_params)), day
    )
    gathered = Gathering(
        installed.database, drawer(request), day, installed.settings.time_zone, visitor.words(request)
    )
    return handing_out.Streamed(request, principal.key, _parts(gathered, numbers), "application/zip", headers)


def _parts(gathered: Gathering, numbers: list[str]) -> Generator[bytes, None, None]:
    for _, part in gathered.zipped(numbers):
        if part:
            yield part


ROUTES = [Route("/export/certificates.zip", certificates_zip)]
