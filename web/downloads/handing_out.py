"""Files that are made when they are asked for: gone whatever becomes of the client, and only so many at a time."""

import asyncio
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import BinaryIO, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from people import security_log
from web import pages

log = logging.getLogger(__name__)

PIECE = 1 << 16
"""Bytes that are sent at a time."""
STALLED_SECONDS = 60
"""How long a client may take none of them."""
RETRY_SECONDS = 10


class BusyError(Exception):
    """As many are under way as may be."""


class Limit:
    """How many there may be at a time, for each person and in all."""

    def __init__(self, each: int, in_all: int) -> None:
        self._each, self._in_all = each, in_all
        self._lock = Lock()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def place(self, person_key: str) -> Iterator[None]:
        """One of them; raises `BusyError` where there is none left."""
        with self._lock:
            if self._under_way[person_key] >= self._each or self._under_way.total() >= self._in_all:
                raise BusyError
            self._under_way[person_key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[person_key] -= 1
                self._under_way += Counter()  # forget those who have none

    @property
    def total(self) -> int:
        return self._under_way.total()


making = Limit(each=2, in_all=4)
"""Each holds a thread, a connection to the database and a processor."""
sending = Limit(each=24, in_all=96)
"""Each holds a file without a name."""
streaming = Limit(each=1, in_all=4)
"""Each keeps a processor busy for as long as somebody takes what it makes."""


class _Limited(Response):
    """A download of which only so many may be under way; one too many is told to come again."""

    def __init__(self, request: Request, person_key: str, media_type: str, headers: Mapping[str, str]) -> None:
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        self.init_headers({**headers, "Accept-Ranges": "none"})
        self._request, self._person_key = request, person_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._answer(send)
        except BusyError:
            security_log.note("export", person=self._person_key, result="too many at a time")
            await busy(self._request)(scope, receive, send)

    async def _answer(self, send: Send) -> None:
        """Send the file; raises `BusyError` before anything is sent."""
        raise NotImplementedError


class Handed(_Limited):
    """A file that `make` writes, and what its headers are once it is written. It is finished before it is sent."""

    def __init__(
        self,
        request: Request,
        person_key: str,
        make: Callable[[BinaryIO], Mapping[str, str]],
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(request, person_key, media_type, headers)
        self._make = make

    async def _answer(self, send: Send) -> None:
        with sending.place(self._person_key):
            file, size, more = await run_in_threadpool(self._made)
            with file:
                self.headers.update({**more, "Content-Length": str(size)})
                await self._send(file, send)

    def _made(self) -> tuple[BinaryIO, int, Mapping[str, str]]:
        """The file at its beginning, and its size. It has no name on the disk: it is gone with its last handle."""
        with making.place(self._person_key):
            file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - whoever sends it closes it
            try:
                more = self._make(file)
                size = file.seek(0, 2)
                file.seek(0)
            except BaseException:
                file.close()
                raise
            return file, size, more

    async def _send(self, file: BinaryIO, send: Send) -> None:
        """To a client that has left nothing is sent, and no error comes of it: the rest is read for nobody."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            while piece := await run_in_threadpool(file.read, PIECE):
                await _send_piece(piece, send)
        except TimeoutError:
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class Streamed(_Limited):
    """A file that is sent as it is made, because all of it would take minutes. Nothing more is made of it once the
    client has left or takes nothing."""

    def __init__(
        self,
        request: Request,
        person_key: str,
        parts: Generator[bytes, None, None],
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(request, person_key, media_type, headers)
        self._parts = parts

    async def _answer(self, send: Send) -> None:
        with streaming.place(self._person_key):
            try:
                await self._send(send)
            finally:
                await run_in_threadpool(self._parts.close)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            while piece := await run_in_threadpool(next, self._parts, b""):
                if await self._request.is_disconnected():
                    return
                await _send_piece(piece, send)
        except TimeoutError:
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_piece(piece: bytes, send: Send) -> None:
    """Send a piece; raises `TimeoutError` where the client does not take it."""
    try:
        async with asyncio.timeout(STALLED_SECONDS):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except TimeoutError:
        log.warning("A download was given up: nothing of it was taken for %d seconds.", STALLED_SECONDS)
        raise


def head(media_type: str, headers: Mapping[str, str]) -> Response:
    """What is answered to HEAD, for which nothing is made."""
    return StreamingResponse(iter(()), media_type=media_type, headers={**headers, "Accept-Ranges": "none"})


def busy(request: Request) -> Response:
    """Says in the reader's language that there are too many, and when to come again."""
    answer = pages.page(request, "busy.html", 429)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer
