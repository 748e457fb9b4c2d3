"""The record as a whole, to take away: its checkpoints, the public keys and the evidence pack."""

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
from people.access import Act, Principal, may
from progress.audit import evidence
from progress.audit.evidence import Asked, NotHeldError, Packed, Wanted
from progress.audit.proofs import NoProofError
from progress.record import checkpoints, signing
from progress.record.checkpoints import Reason
from progress.reports import export_log, exports
from web import background, visitor
from web.background import Job
from web.headers import PRIVATE
from web.pages import page
from words import sentence

PLAIN = "text/plain; charset=utf-8"
PIECE = 1 << 18
"""Bytes of a pack that are read at a time."""
KEPT = timedelta(hours=1)
"""For how long a pack can be had once it is made."""
MOST_AT_A_TIME = 2
"""Packs that are made at a time: each keeps a processor busy."""
WAIT = 30
"""Seconds that a request waits for its pack: most come by then, and no proxy has given up yet."""
RETRY = 5
"""Seconds after which whoever asks is to ask again."""
MOST_SAID = 20
"""Lines of the verifier in the log."""
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
class Pack:
    """The file has no name on the disk: it is gone when nobody holds it any more, however the server ends."""

    file: IO[bytes]
    size: int
    packed: Packed


@dataclass(frozen=True)
class Packing:
    wanted: Wanted
    begun_at: datetime
    job: Job[Pack]


class BusyError(Exception):
    """As many packs as may be are being made for others."""


class Packs:
    """The pack that each person had made last, here. One at a time is made for each, and a few at a time for all."""

    def __init__(self, most: int = MOST_AT_A_TIME) -> None:
        self._lock = Lock()
        self._by_person: dict[str, Packing] = {}
        self._most = most

    def of(self, principal: Principal) -> Packing | None:
        with self._lock:
            return self._by_person.get(principal.key)

    def begin(self, house: Installation, asked: Asked, wanted: Wanted) -> Packing:
        """The pack that was asked for: the last one, if it is that, or a new one; raises `BusyError`."""
        key = asked.by.key
        with self._lock:
            last = self._by_person.get(key)
            if last and not last.job.has_failed and (last.wanted == wanted or not last.job.has_ended):
                return last
            if sum(not each.job.has_ended for each in self._by_person.values()) >= self._most:
                raise BusyError
            with house.database.reading() as connection:
                total = evidence.count(connection, asked.by, wanted)
            job = background.start(lambda report: _packed(house, asked, wanted, report), total)
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
        timer = Timer(KEPT.total_seconds(), self._forget, (key, packing))
        timer.daemon = True
        timer.start()

    def _forget(self, key: str, packing: Packing) -> None:
        with self._lock:
            if self._by_person.get(key) is packing:
                del self._by_person[key]


packs = Packs()


def _packed(house: Installation, asked: Asked, wanted: Wanted, report: background.Report) -> Pack:
    """Who may seal has the record sealed first, where anything was recorded since. For others it is packed as it was
    sealed last, and what came later says so of itself."""
    may_seal = may(asked.by, Act.SEAL)
    signed = checkpoints.current(house.database, house.key, asked.at, may_seal=may_seal, reason=Reason.EVIDENCE)
    if signed is None:
        raise NoProofError(sentence("The record has not been sealed yet. Ask human resources to seal a checkpoint."))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is held as long as somebody may ask for it
    with house.database.snapshot() as connection:
        packed = evidence.pack(connection, asked, wanted, signed, house.key, file, report)
    file.flush()
    selection = {"course": wanted.course_id, "from": wanted.first, "to": wanted.last}
    name, sha256 = file_name(house, asked.at), exports.sha256_of(file)
    export_log.keep_pack(house.database, asked.by, selection, name, packed.certificates, sha256, asked.at)
    return Pack(file, file.seek(0, os.SEEK_END), packed)


def file_name(house: Installation, begun_at: datetime) -> str:
    return f"kodex-evidence-{house.today(begun_at).isoformat()}.zip"


async def evidence_pack(request: Request) -> Response:
    """The pack, once it is made; until then that it is being made. No thread waits for it."""
    try:
        packing = await run_in_threadpool(_packing, request)
    except BusyError:
        return _later(request, 429)
    if packing is None:
        return Response(status_code=204, headers=PRIVATE)
    made = asyncio.wrap_future(packing.job.result)
    made.add_done_callback(Future.exception)  # whoever has left by then does not ask for it
    await asyncio.wait([made], timeout=WAIT)
    if not made.done():
        return _later(request, 202)
    try:
        pack = made.result()
    except NoProofError as error:
        return page(request, "evidence.html", 409, title=error.reason, text=None)
    except NotHeldError as error:
        log.error("An evidence pack does not hold by its own verifier: %s", "; ".join(error.said[:MOST_SAID]))
        return page(request, "evidence.html", 503, title=NOT_HELD, text=None)
    name = file_name(installation(), packing.begun_at)
    headers = {
        **PRIVATE,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(pack.size),
    }
    return StreamingResponse(_pieces(pack), media_type="application/zip", headers=headers)


def _packing(request: Request) -> Packing | None:
    """The pack that is asked for, begun if need be. HEAD begins nothing, and gets none where there is none."""
    principal = _principal(request, Act.TAKE_EVIDENCE)
    house = installation()
    wanted = wanted_from(dict(request.query_params), house)
    if request.method == "HEAD":
        last = packs.of(principal)
        return last if last and last.wanted == wanted else None
    asked = Asked(principal, now(), house.settings.time_zone, visitor.words(request).language)
    packing = packs.begin(house, asked, wanted)
    if packing.wanted != wanted:
        raise HTTPException(409)
    return packing


def _later(request: Request, status: int) -> Response:
    """What a program reads from the header and a browser does by itself: it comes again."""
    title = _MADE_NOW if status == 202 else _BUSY
    answer = page(request, "evidence.html", status, title=title, text=_BY_ITSELF)
    answer.headers["Retry-After"] = answer.headers["Refresh"] = str(RETRY)
    return answer


def _pieces(pack: Pack) -> Iterator[bytes]:
    """Several may read it at once."""
    for begin in range(0, pack.size, PIECE):
        yield os.pread(pack.file.fileno(), PIECE, begin)


def wanted_from(query: dict[str, str], house: Installation) -> Wanted:
    """Which certificates the address asks for; raises 400 where it names no course or day that there is."""
    course = query.get("course") or None
    try:
        wanted = Wanted(course, _day(query.get("from")), _day(query.get("to")))
    except ValueError as error:
        raise HTTPException(400) from error
    if course is not None and course not in house.content.courses:
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
"""What each address is a part of."""


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
