"""The certificates of a selection as one ZIP, streamed to whoever may see the certifications."""

from collections.abc import Generator, Iterator

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
    house, at = installation(), now()
    day = house.today(at)
    name = f"kodex-certificates-{day.isoformat()}.zip"
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD":
        return handing_out.head("application/zip", headers)
    selection = selection_from(dict(request.query_params))
    numbers = certificate_files.numbers(house.database, principal, selection, day)
    gathered = Gathering(house.database, drawer(request), day, house.settings.time_zone, visitor.words(request))

    def parts() -> Generator[bytes, None, None]:
        # Noted before the first of them leaves: what is sent while it is made may end anywhere.
        certificate_files.note(house.database, principal, selection, len(numbers), name, at)
        yield from _parts(gathered, numbers)

    return handing_out.Streamed(request, principal.key, parts(), "application/zip", headers)


def _parts(gathered: Gathering, numbers: list[str]) -> Iterator[bytes]:
    for _, part in gathered.zipped(numbers):
        if part:
            yield part


ROUTES = [Route("/export/certificates.zip", certificates_zip)]
