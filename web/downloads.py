"""What is taken away: certificates, and records for those who may have them. Each asks who it is for."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from installation import installation, now
from people.access import Act, Principal, may, sees_certificate_of
from progress import certificates, exports, my_record, my_record_pdf, reports, statements
from progress.as_of import as_of
from progress.my_record_words import Teller
from progress.reports import Selection
from progress.rules import Status
from progress.validity import State
from quizzes.content import in_language
from web import verify, visitor
from web.documents import drawer

FORMS = ("csv", "json", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRIVATE = {"Cache-Control": "private, no-store"}
EXPORTS = {
    "certifications": (Act.SEE_CERTIFICATIONS, exports.COLUMNS),
    "team": (Act.SEE_TEAM, exports.TEAM_COLUMNS),
}


async def certificate(request: Request) -> Response:
    return await run_in_threadpool(_certificate, request)


def _certificate(request: Request) -> Response:
    house = installation()
    principal = _principal(request)
    with house.database.snapshot() as connection:
        found = certificates.find(connection, request.path_params["number"])
        if found is None or found.is_erased or not sees_certificate_of(connection, principal, found.person_key):
            raise HTTPException(404)
        if verify.standing(connection, found).state is State.REVOKED:
            return verify.told(request, connection, found, 410)
    pdf = drawer(request)(found)
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{found.number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def my_record_as_data(request: Request) -> Response:
    return await run_in_threadpool(_my_record_as_data, request)


def _my_record_as_data(request: Request) -> Response:
    teller = _my_record(request)
    data = my_record.as_data(teller.kept, teller.today, teller.tell)
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="kodex-my-record.json"'}
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return Response(text, media_type="application/json", headers=headers)


async def my_record_as_document(request: Request) -> Response:
    return await run_in_threadpool(_my_record_as_document, request)


def _my_record_as_document(request: Request) -> Response:
    teller = _my_record(request)
    issuer = in_language(installation().content.company.name, teller.words.language)
    headers = {**PRIVATE, "Content-Disposition": 'inline; filename="kodex-my-record.pdf"'}
    return Response(my_record_pdf.draw(teller, issuer), media_type="application/pdf", headers=headers)


def _my_record(request: Request) -> Teller:
    """Whoever asks gets their own; nobody else's can be asked for."""
    house, at = installation(), now()
    kept = my_record.gather(house.database, _principal(request), at)
    return Teller(kept, house.content, visitor.words(request), house.settings.time_zone, house.today(at))


async def export(request: Request) -> Response:
    return await run_in_threadpool(_export, request)


def _export(request: Request) -> Response:
    principal = _principal(request)
    what, form = request.path_params["what"], request.path_params["form"]
    if what not in EXPORTS or form not in FORMS:
        raise HTTPException(404)
    act, columns = EXPORTS[what]
    if not may(principal, act):
        raise HTTPException(403)
    query = dict(request.query_params)
    selection, day = selection_from(query), day_from(query)
    name = f"kodex-{what}-{day.isoformat()}"
    if form == "csv":
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}.csv"'}
        lines = _csv(principal, act, selection, day, columns)
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
    if form == "json":
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}.json"'}
        pieces = _json(principal, act, selection, day, columns)
        return StreamingResponse(pieces, media_type="application/json", headers=headers)
    file = _xlsx(principal, act, selection, day, columns)
    return FileResponse(
        file,
        media_type=XLSX,
        filename=f"{name}.xlsx",
        headers=PRIVATE,
        background=BackgroundTask(file.unlink),
    )


def _csv(principal: Principal, act: Act, selection: Selection, day: date, columns: tuple[str, ...]) -> Iterator[str]:
    with _as_of(principal, act, day) as connection:
        lines = reports.lines(connection, principal, act, selection, day, columns)
        yield from exports.csv_lines(lines, columns, _closing(selection, day))


def _json(
    principal: Principal, act: Act, selection: Selection, day: date, columns: tuple[str, ...]
) -> Iterator[bytes]:
    with _as_of(principal, act, day) as connection:
        rows = reports.records(connection, principal, act, selection, day)
        yield from exports.json_pieces(exports.as_fields(rows, columns), _closing(selection, day))


def _xlsx(principal: Principal, act: Act, selection: Selection, day: date, columns: tuple[str, ...]) -> Path:
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    with _as_of(principal, act, day) as connection:
        rows = reports.records(connection, principal, act, selection, day)
        exports.write_xlsx(rows, path, columns, _closing(selection, day))
    return path


def _closing(selection: Selection, day: date) -> exports.Closing:
    house = installation()
    return statements.closing(house.database, house.key, selection, day, now(), house.settings.time_zone)


def _as_of(principal: Principal, act: Act, day: date) -> AbstractContextManager[Connection]:
    house = installation()
    return as_of(house.database, principal, act, day, house.today(now()), house.settings.time_zone)


def day_from(query: dict[str, str]) -> date:
    """The day as of which a download is asked for, today where it names none; raises 400 when it has not come."""
    today = installation().today(now())
    try:
        day = _day(query.get("as_of")) or today
    except ValueError as error:
        raise HTTPException(400) from error
    if day > today:
        raise HTTPException(400)
    return day


def selection_from(query: dict[str, str]) -> Selection:
    """The selection that a download's address names; raises 400 when it names none that there is."""
    if any("\0" in value for value in query.values()):
        raise HTTPException(400)
    try:
        return Selection(
            course_id=query.get("course") or None,
            unit=query.get("unit") or None,
            status=Status(query["status"]) if query.get("status") else None,
            search=query.get("search") or None,
            due_from=_day(query.get("due_from")),
            due_to=_day(query.get("due_to")),
            completed_from=_day(query.get("completed_from")),
            completed_to=_day(query.get("completed_to")),
            every_cycle=query.get("every_cycle") == "1",
            leavers=query.get("leavers") == "1",
        )
    except ValueError as error:
        raise HTTPException(400) from error


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _principal(request: Request) -> Principal:
    principal = visitor.principal(request)
    if principal is None:
        raise HTTPException(401)
    return principal


ROUTES = [
    Route("/certificate/{number}.pdf", certificate),
    Route("/my-record.json", my_record_as_data),
    Route("/my-record.pdf", my_record_as_document),
    Route("/export/{what}.{form}", export),
]
