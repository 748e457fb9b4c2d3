"""The record as a whole, to take away: its checkpoints, the public keys and the evidence pack."""

import os
import tempfile
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

import signing
from installation import Installation, installation, now
from people.access import Act, Principal, may
from progress import checkpoints, evidence, export_log, exports
from progress.evidence import Packed, Wanted
from progress.proofs import NoProofError
from web import beside, visitor
from web.beside import UnderWay
from web.downloads import PRIVATE

PLAIN = "text/plain; charset=utf-8"
PIECE = 1 << 18
"""Bytes of a pack that are read at a time."""
KEPT = timedelta(hours=1)
"""For how long a pack can be had once it is made."""


# Checkpoints and keys


def checkpoint(request: Request, _: Principal) -> Response:
    number = request.path_params["checkpoint"]
    with installation().database.reading() as connection:
        note = checkpoints.note(connection, int(number)) if _is_number(number) else None
    if note is None:
        raise HTTPException(404)
    return _file(note, f"kodex-checkpoint-{number}.txt")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def public_keys(_request: Request, _: Principal) -> Response:
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
    under_way: UnderWay[Pack]


class Packs:
    """The pack that each person had made last, here. One at a time is made for each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_person: dict[str, Packing] = {}

    def of(self, principal: Principal) -> Packing | None:
        with self._lock:
            return self._by_person.get(principal.key)

    def begin(self, house: Installation, principal: Principal, wanted: Wanted, at: datetime) -> Packing:
        """The pack that was asked for: the last one, if it is that, or a new one."""
        with self._lock:
            last = self._by_person.get(principal.key)
            if last and not last.under_way.has_failed and (last.wanted == wanted or not last.under_way.has_ended):
                return last
            with house.database.reading() as connection:
                total = evidence.count(connection, principal, wanted)
            under_way = beside.begin(lambda tell: _packed(house, principal, wanted, at, tell), total)
            begun = self._by_person[principal.key] = Packing(wanted, at, under_way)
        under_way.result.add_done_callback(lambda _: self._forget_later(principal.key, begun))
        return begun

    def forget(self, principal: Principal) -> None:
        with self._lock:
            self._by_person.pop(principal.key, None)

    def _forget_later(self, key: str, packing: Packing) -> None:
        timer = Timer(KEPT.total_seconds(), self._forget, (key, packing))
        timer.daemon = True
        timer.start()

    def _forget(self, key: str, packing: Packing) -> None:
        with self._lock:
            if self._by_person.get(key) is packing:
                del self._by_person[key]


packs = Packs()


def _packed(house: Installation, principal: Principal, wanted: Wanted, at: datetime, tell: beside.Tell) -> Pack:
    """The record is sealed first, so that the checkpoint holds all that the certificates rest on."""
    signed = checkpoints.make(house.database, house.key, at)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is held as long as somebody may ask for it
    with house.database.snapshot() as connection:
        packed = evidence.pack(connection, principal, wanted, signed, house.key, file, at, tell)
    file.flush()
    asked = {"course": wanted.course_id, "from": wanted.first, "to": wanted.last}
    name, sha256 = file_name(house, at), exports.sha256_of(file)
    export_log.keep_pack(house.database, principal, asked, name, packed.certificates, sha256, at)
    return Pack(file, file.seek(0, os.SEEK_END), packed)


def file_name(house: Installation, begun_at: datetime) -> str:
    return f"kodex-evidence-{house.today(begun_at).isoformat()}.zip"


def evidence_pack(request: Request, principal: Principal) -> Response:
    house, at = installation(), now()
    wanted = wanted_from(dict(request.query_params), house)
    packing = packs.begin(house, principal, wanted, at)
    if packing.wanted != wanted:
        raise HTTPException(409)
    try:
        pack = packing.under_way.result.result()
    except NoProofError as error:
        raise HTTPException(503) from error
    name = file_name(house, packing.begun_at)
    headers = {
        **PRIVATE,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(pack.size),
    }
    return StreamingResponse(_pieces(pack), media_type="application/zip", headers=headers)


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


Answer = Callable[[Request, Principal], Response]
ANSWERS: dict[str, tuple[Act, Answer]] = {
    "/export/checkpoint/{checkpoint}.txt": (Act.VERIFY, checkpoint),
    "/export/public-keys.txt": (Act.VERIFY, public_keys),
    "/export/evidence.zip": (Act.TAKE_EVIDENCE, evidence_pack),
}


def _for(act: Act, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    def answered(request: Request) -> Response:
        principal = visitor.principal(request)
        if principal is None:
            raise HTTPException(401)
        if not may(principal, act):
            raise HTTPException(403)
        return answer(request, principal)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answered, request)

    return endpoint


ROUTES = [Route(path, _for(act, answer)) for path, (act, answer) in ANSWERS.items()]
