"""Downloads of the record as a whole: its checkpoints, the public keys and the evidence pack."""

import asyncio
import logging
import os
import tempfile
from asyncio import Future
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock, Timer
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from installation import Installation, installation, now
from people.access import Act, Asker, Principal, may
from progress.audit import evidence
from progress.audit.evidence import NotHeldError, Packed, PackOrder, PackRequest, Wanted
from progress.audit.proofs import NoProofError
from progress.record import checkpoints, signing
from progress.record.checkpoints import Reason
from progress.reports import export_log
from progress.reports.tables import Written, sha256_of
from web import background, visitor
from web.background import Job
from web.headers import PRIVATE
from web.pages import page
from words import sentence

PLAIN = "text/plain; charset=utf-8"
BYTES_AT_A_TIME = 1 << 18
LIFETIME = timedelta(hours=1)
"""A finished pack can be downloaded for so long."""
MOST_AT_A_TIME = 2
"""Packs made at a time: each keeps a processor busy."""
WAIT_SECONDS = 30
"""A request waits so long for its pack: most are finished by then, and no proxy has given up yet."""
RETRY_SECONDS = 5
MOST_LINES = 20
"""Of the verifier's output in the log."""
NOT_HELD = sentence("The pack does not hold by its own verifier, and was not handed out. Verify the record.")
log = logging.getLogger(__name__)
_MADE_NOW = sentence("The evidence pack is being made")
_BUSY = sentence("Other evidence packs are being made")
_BY_ITSELF = sentence("This page asks again by itself every few seconds, until the pack is here.")


# Checkpoints and keys


def checkpoint(request: Request) -> Response:
    number = request.path_params["checkpoint"]
    with installation().database.reading() as connection:
        note = checkpoints.note(connection, int(number)) if _is_number(number) else None
    if note is None:
        raise HTTPException(404)
    return _file(note, f"kodex-checkpoint-{number}.txt")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def public_keys(_request: Request) -> Response:
    return _file(signing.as_lines(installation().key.verifiers), "kodex-public-keys.txt")


def _file(text: str, name: str) -> Response:
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=PLAIN, headers=headers)


# Evidence


@dataclass(frozen=True)
class FinishedPack:
    """The file has no name on the disk: it is deleted with its last handle, however the server ends."""

    file: IO[bytes]
    size: int
    packed: Packed


@dataclass(frozen=True)
class Packing:
    wanted: Wanted
    begun_at: datetime
    job: Job[FinishedPack]


class PacksBusyError(Exception):
    """The limit of packs made at a time is reached by other people's."""


class Packs:
    """Each person's last pack. One at a time is made for each person, and a few at a time in all."""

    def __init__(self, most: int = MOST_AT_A_TIME) -> None:
        self._lock = Lock()
        self._by_person: dict[str, Packing] = {}
        self._most = most

    def of(self, principal: Principal) -> Packing | None:
        with self._lock:
            return self._by_person.get(principal.key)

    def begin(self, installed: Installation, asked: PackRequest, wanted: Wanted) -> Packing:
        """The wanted pack: the person's last one, if it is the same, or a new one. Raises `PacksBusyError`."""
        key = asked.by.key
        with self._lock:
            last = self._by_person.get(key)
            if last and not last.job.has_failed and (last.wanted == wanted or not last.job.has_ended):
                return last
            if sum(not each.job.has_ended for each in self._by_person.values()) >= self._most:
                raise PacksBusyError
            with installed.database.reading() as connection:
                total = evidence.count(connection, asked.by, wanted)
            job = background.start(lambda report: _packed(installed, asked, wanted, report), total)
            begun = self._by_person[key] = Packing(wanted, asked.at, job)
        job.result.add_done_callback(lambda _: self._forget_later(key, begun))
        return begun

    def forget(self, principal: Principal) -> None:
        """Forget the pack, unless it is still being made."""
        with self._lock:
            last = self._by_person.get(principal.key)
            if last is not None and last.job.has_ended:
                del self._by_person[principal.key]

    def _forget_later(self, key: str, packing: Packing) -> None:
        timer = Timer(LIFETIME.total_seconds(), self._forget, (key, packing))
        timer.daemon = True
        timer.start()

    def _forget(self, key: str, packing: Packing) -> None:
        with self._lock:
            if self._by_person.get(key) is packing:
                del self._by_person[key]


packs = Packs()


def _packed(installed: Installation, asked: PackRequest, wanted: Wanted, report: background.Report) -> FinishedPack:
    """For principals who may seal, the record is sealed first, where events were recorded since the last checkpoint.
    For others it is packed as last sealed, and later events are marked as not sealed."""
    may_seal = may(asked.by, Act.SEAL)
    signed = checkpoints.current(
        installed.database, installed.key, asked.at, may_seal=may_seal, reason=Reason.EVIDENCE
    )
    if signed is None:
        raise NoProofError(sentence("The record has not been sealed yet. Ask human resources to seal a checkpoint."))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as it can be downloaded
    with installed.database.snapshot() as connection:
        packed = evidence.pack(connection, PackOrder(asked, wanted, signed, installed.key), file, report)
    file.flush()
    selection = {"course": wanted.course_id, "from": wanted.first, "to": wanted.last}
    asker = Asker(asked.by, asked.at, installed.settings.time_zone)
    written = Written(packed.certificates, sha256_of(file))
    export_log.keep_pack(installed.database, asker, selection, file_name(installed, asked.at), written)
    return FinishedPack(file, file.seek(0, os.SEEK_END), packed)


def file_name(installed: Installation, begun_at: datetime) -> str:
    return f"kodex-evidence-{installed.today(begun_at).isoformat()}.zip"


async def evidence_pack(request: Request) -> Response:
    """The pack once it is made, or a page that says it is being made. No thread waits for it."""
    try:
        packing = await run_in_threadpool(_packing, request)
    except PacksBusyError:
        return _later(request, 429)
    if packing is None:
        return Response(status_code=204, headers=PRIVATE)
    made = asyncio.wrap_future(packing.job.result)
    made.add_done_callback(Future.exception)  # a request that ended before reads no exception
    await asyncio.wait([made], timeout=WAIT_SECONDS)
    if not made.done():
        return _later(request, 202)
    try:
        pack = made.result()
    except NoProofError as error:
        return page(request, "evidence.html", 409, title=error.reason, text=None)
    except NotHeldError as error:
        log.error("An evidence pack does not hold by its own verifier: %s", "; ".join(error.said[:MOST_LINES]))
        return page(request, "evidence.html", 503, title=NOT_HELD, text=None)
    name = file_name(installation(), packing.begun_at)
    headers = {
        **PRIVATE,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(pack.size),
    }
    return StreamingResponse(_pieces(pack), media_type="application/zip", headers=headers)


def _packing(request: Request) -> Packing | None:
    """The wanted pack, begun if need be. HEAD begins none, and gets None where there is none."""
    principal = _principal(request, Act.TAKE_EVIDENCE)
    installed = installation()
    wanted = wanted_from(dict(request.query_params), installed)
    if request.method == "HEAD":
        last = packs.of(principal)
        return last if last and last.wanted == wanted else None
    asked = PackRequest(principal, now(), installed.settings.time_zone, visitor.words(request).language)
    packing = packs.begin(installed, asked, wanted)
    if packing.wanted != wanted:
        raise HTTPException(409)
    return packing


def _later(request: Request, status: int) -> Response:
    """A page that asks to come again: programs by a header, browsers by a refresh."""
    title = _MADE_NOW if status == 202 else _BUSY
    answer = page(request, "evidence.html", status, title=title, text=_BY_ITSELF)
    answer.headers["Retry-After"] = answer.headers["Refresh"] = str(RETRY_SECONDS)
    return answer


def _pieces(pack: FinishedPack) -> Iterator[bytes]:
    """The bytes of the pack; several requests may read it at once."""
    for begin in range(0, pack.size, BYTES_AT_A_TIME):
        yield os.pread(pack.file.fileno(), BYTES_AT_A_TIME, begin)


def wanted_from(query: dict[str, str], installed: Installation) -> Wanted:
    """The certificates in the address. Raises 400 for an unknown course or an invalid day."""
    course = query.get("course") or None
    try:
        wanted = Wanted(course, _day(query.get("from")), _day(query.get("to")))
    except ValueError as error:
        raise HTTPException(400) from error
    if course is not None and course not in installed.content.courses:
        raise HTTPException(400)
    return wanted


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


Answer = Callable[[Request], Response]
ACTS: dict[str, Act] = {
    "/export/checkpoint/{checkpoint}.txt": Act.VERIFY,
    "/export/public-keys.txt": Act.VERIFY,
    "/export/evidence.zip": Act.TAKE_EVIDENCE,
}
"""The act that each address belongs to."""


def _principal(request: Request, act: Act) -> Principal:
    principal = visitor.principal(request)
    if principal is None:
        raise HTTPException(401)
    if not may(principal, act):
        raise HTTPException(403)
    return principal


def _for(act: Act, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    def answered(request: Request) -> Response:
        _principal(request, act)
        return answer(request)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answered, request)

    return endpoint


ROUTES = [
    Route("/export/checkpoint/{checkpoint}.txt", _for(Act.VERIFY, checkpoint)),
    Route("/export/public-keys.txt", _for(Act.VERIFY, public_keys)),
    Route("/export/evidence.zip", evidence_pack),
]
