"""The certificates of a selection as one ZIP, streamed to people who may see the certifications."""

from collections.abc import Generator, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from installation import installation, now
from people.access import Act, Asker, may
from progress.documents import certificate_files
from progress.documents.certificate_files import Gathering
from progress.reports.tables import Written
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
    asker = Asker(principal, now(), installed.settings.time_zone)
    name = f"kodex-certificates-{asker.today.isoformat()}.zip"
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD":
        return handing_out.head("application/zip", headers)
    selection = selection_from(dict(request.query_params))
    numbers = certificate_files.numbers(installed.database, principal, selection, asker.today)
    gathered = Gathering(installed.database, drawer(request), asker.today, asker.zone, visitor.words(request))

    def parts() -> Generator[bytes, None, None]:
        # Entered in the log before the first part leaves: what is sent while it is made may end anywhere.
        written = Written(len(numbers), sha256="")
        certificate_files.note(installed.database, asker, selection, name, written)
        yield from _parts(gathered, numbers)

    return handing_out.Streamed(request, principal.key, parts(), "application/zip", headers)


def _parts(gathered: Gathering, numbers: list[str]) -> Iterator[bytes]:
    for _, part in gathered.zipped(numbers):
        if part:
            yield part


ROUTES = [Route("/export/certificates.zip", certificates_zip)]
