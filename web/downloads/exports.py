"""Downloads: certificates, My record, exports and their statements. Each checks who asks."""

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import BinaryIO, cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from installation import installation, now
from people import security_log
from people.access import Asker, Principal, may, sees_export_of
from progress.completion.validity import State
from progress.personal import my_record, my_record_pdf
from progress.personal.my_record_words import RecordWords
from progress.personal.overview_words import Wording
from progress.reports import csv_file, export_log, exporting
from progress.reports.export_log import ExportKind
from progress.reports.export_statements import ENDING
from progress.reports.exporting import ACTS, Desk, FileFormat, Finished, Order
from progress.reports.selection import Selection, day_in
from quizzes.content import in_language
from web import visitor
from web.certificates import documents, verify
from web.downloads import handing_out
from web.downloads.handing_out import Handed
from web.headers import PRIVATE
from words import Words

FORMS = ("csv", "json", "xlsx")
MEDIA_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ZIP = "application/zip"
MOST_DIGITS = 9
"""Of a row's number in the log: a database refuses to look for longer ones."""
EXPORTS = {"certifications": ExportKind.CERTIFICATIONS, "team": ExportKind.TEAM}


async def certificate(request: Request) -> Response:
    return await run_in_threadpool(_certificate, request)


def _certificate(request: Request) -> Response:
    installed = installation()
    principal = _principal(request)
    with installed.database.snapshot() as connection:
        found = documents.wanted(connection, principal, request.path_params["number"])
        if verify.standing(connection, found).state is State.REVOKED:
            return verify.certificate_page(request, connection, found, 410)
    pdf = documents.drawer(request)(found)
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{found.number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def my_record_as_data(request: Request) -> Response:
    return await run_in_threadpool(_my_record_as_data, request)


def _my_record_as_data(request: Request) -> Response:
    own = _my_record(request)
    data = my_record.as_data(own.record, own.wording.today, own.events.in_words)
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="kodex-my-record.json"'}
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return Response(text, media_type="application/json", headers=headers)


async def my_record_as_document(request: Request) -> Response:
    return await run_in_threadpool(_my_record_as_document, request)


def _my_record_as_document(request: Request) -> Response:
    own = _my_record(request)
    issuer = in_language(installation().content.company.name, own.wording.words.language)
    headers = {**PRIVATE, "Content-Disposition": 'inline; filename="kodex-my-record.pdf"'}
    return Response(my_record_pdf.draw(own, issuer), media_type="application/pdf", headers=headers)


def _my_record(request: Request) -> RecordWords:
    """Return the record of the person who asks; nobody else's can be asked for."""
    installed = installation()
    asker = Asker(_principal(request), now(), installed.settings.time_zone)
    record = my_record.gather(installed.database, asker)
    return RecordWords(record, Wording(visitor.words(request), installed.content, asker.today, asker.zone))


async def export(request: Request) -> Response:
    return await run_in_threadpool(_export, request)


def _export(request: Request) -> Response:
    principal = _principal(request)
    what, form = request.path_params["what"], request.path_params["form"]
    if what not in EXPORTS or form not in FORMS:
        raise HTTPException(404)
    kind, query = EXPORTS[what], dict(request.query_params)
    if not may(principal, ACTS[kind]):
        security_log.note("export", person=principal.key, result="refused", kind=what)
        raise HTTPException(403)
    order = _order(principal, kind, FileFormat(form), query, visitor.words(request))
    with_statement = _one_of(query, "statement", ("none", "beside")) == "beside" and order.form is not FileFormat.JSON
    media_type = ZIP if with_statement else MEDIA_TYPES[order.form]
    name = f"{order.file}.zip" if with_statement else order.file
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD":
        return handing_out.head(media_type, headers)

    def make(file: BinaryIO) -> Mapping[str, str]:
        finished = _zipped(order, file) if with_statement else exporting.carry_out(_desk(), order, file, now())
        if order.form is FileFormat.JSON:
            return {}
        return {"Link": f'</export/statement/{finished.number}>; rel="describedby"'}

    return Handed(request, principal.key, make, media_type, headers)


def _order(principal: Principal, kind: ExportKind, form: FileFormat, query: dict[str, str], words: Words) -> Order:
    """The order in a download's address. Raises 400 for an invalid one."""
    asked = _one_of(query, "headers", ("local" if form is FileFormat.XLSX else "field", "field", "local"))
    in_words = words if asked == "local" and form is not FileFormat.JSON else None
    delimiter = csv_file.DELIMITERS[_one_of(query, "delimiter", tuple(csv_file.DELIMITERS))]
    return Order(kind, principal, selection_from(query), day_from(query), form, in_words, delimiter)


def _one_of(query: dict[str, str], name: str, values: tuple[str, ...]) -> str:
    """The parameter's value, or the first of `values` without one. Raises 400 where it is none of them."""
    value = query.get(name, values[0])
    if value not in values:
        raise HTTPException(400)
    return value


def _zipped(order: Order, file: BinaryIO) -> Finished:
    """Write the export and its statement into one ZIP."""
    at = now()
    moment = at.astimezone(installation().settings.time_zone).timetuple()[:6]
    with tempfile.TemporaryFile() as alone, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as both:
        finished = exporting.carry_out(_desk(), order, cast("BinaryIO", alone), at)
        entry = zipfile.ZipInfo(order.file, moment)
        entry.file_size = alone.seek(0, io.SEEK_END)
        alone.seek(0)
        entry.compress_type = zipfile.ZIP_STORED if order.form is FileFormat.XLSX else zipfile.ZIP_DEFLATED
        with both.open(entry, "w") as packed:
            shutil.copyfileobj(alone, packed, handing_out.BYTES_AT_A_TIME)
        both.writestr(zipfile.ZipInfo(order.file + ENDING, moment), finished.statement)
    return finished


def _desk() -> Desk:
    installed = installation()
    return Desk(installed.database, installed.key, installed.content, installed.settings.time_zone)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


async def statement(request: Request) -> Response:
    return await run_in_threadpool(_statement, request)


def _statement(request: Request) -> Response:
    """The statement of an export by itself: for the person who asked for the export, and for those who verify."""
    principal, number = _principal(request), request.path_params["export"]
    with installation().database.reading() as connection:
        found = export_log.find(connection, int(number)) if _is_number(number) else None
    if found is None or not found.handed_out.statement or not sees_export_of(principal, found.person_key):
        raise HTTPException(404)
    name = f"{found.handed_out.file}{ENDING}"
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.handed_out.statement, media_type="text/plain; charset=utf-8", headers=headers)


def day_from(query: dict[str, str]) -> date:
    """The day in a download's address, or today. Raises 400 for an invalid or a future one."""
    today = installation().today(now())
    try:
        day = day_in(query, "as_of") or today
    except ValueError as error:
        raise HTTPException(400) from error
    if day > today:
        raise HTTPException(400)
    return day


def selection_from(query: dict[str, str]) -> Selection:
    """The selection in a download's address. Raises 400 for an invalid one."""
    try:
        return Selection.from_query(query)
    except ValueError as error:
        raise HTTPException(400) from error


def _principal(request: Request) -> Principal:
    principal = visitor.principal(request)
    if principal is None:
        raise HTTPException(401)
    return principal


ROUTES = [
    Route("/certificate/{number}.pdf", certificate),
    Route("/my-record.json", my_record_as_data),
    Route("/my-record.pdf", my_record_as_document),
    Route("/export/statement/{export}", statement),
    Route("/export/{what}.{form}", export),
]
