"""Files made on request: deleted whatever the client does, and only so many at a time."""

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

BYTES_AT_A_TIME = 1 << 16
STALLED_SECONDS = 60
"""A client that accepts no bytes for longer is given up."""
RETRY_SECONDS = 10


class BusyError(Exception):
    """The limit of downloads is reached."""


class Limit:
    """A limit on what goes on at a time, for each person and in all."""

    def __init__(self, each: int, in_all: int) -> None:
        self._each, self._in_all = each, in_all
        self._lock = Lock()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def place(self, person_key: str) -> Iterator[None]:
        """A place within the limit. Raises `BusyError` where none is left."""
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
"""Each needs a thread, a connection to the database and a processor."""
sending = Limit(each=24, in_all=96)
"""Each keeps an unnamed file open."""
streaming = Limit(each=1, in_all=4)
"""Each keeps a processor busy for as long as the client accepts bytes."""


class _Limited(Response):
    """A download within a limit; beyond it, the client is asked to come again."""

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
    """A file that `make` writes and whose further headers it returns. It is finished before it is sent."""

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
        """The file at its start, its size in bytes, and further headers. The file has no name on the disk: closing
        it deletes it."""
        with making.place(self._person_key):
            file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - closed after sending
            try:
                more = self._make(file)
                size = file.seek(0, 2)
                file.seek(0)
            except BaseException:
                file.close()
                raise
            return file, size, more

    async def _send(self, file: BinaryIO, send: Send) -> None:
        """Send the file. A client that has left is no error: the rest is read and dropped."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            while piece := await run_in_threadpool(file.read, BYTES_AT_A_TIME):
                await _send_piece(piece, send)
        except TimeoutError:
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class Streamed(_Limited):
    """A file sent while it is made, because the whole would take minutes. It stops where the client has left or
    accepts nothing."""

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
    """Send a piece. Raises `TimeoutError` where the client does not accept it."""
    try:
        async with asyncio.timeout(STALLED_SECONDS):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except TimeoutError:
        log.warning("A download was given up: nothing of it was taken for %d seconds.", STALLED_SECONDS)
        raise


def head(media_type: str, headers: Mapping[str, str]) -> Response:
    """The answer to HEAD, for which nothing is made."""
    return StreamingResponse(iter(()), media_type=media_type, headers={**headers, "Accept-Ranges": "none"})


def busy(request: Request) -> Response:
    """A page in the reader's language: too many downloads, and when to come again."""
    answer = pages.page(request, "busy.html", 429)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer
