"""Background jobs: they outlive the tab that started them, and stop with the server."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")
Report = Callable[[int], None]
"""Called by the work with the number of units that it has done since its last report."""
_is_stopping = Event()


class StoppedError(Exception):
    """The server is stopping; the work was given up."""


@dataclass(frozen=True)
class Job(Generic[T]):
    """Work that was started, and how far it is. `result` raises what the work raised."""

    result: Future[T]
    reported: list[int]
    total: int

    @property
    def done(self) -> int:
        return sum(self.reported)

    @property
    def has_ended(self) -> bool:
        return self.result.done()

    @property
    def has_failed(self) -> bool:
        return self.has_ended and self.result.exception() is not None


def start(work: Callable[[Report], T], total: int) -> Job[T]:
    """Start `work` in a thread of its own. When the server stops, `StoppedError` is raised at its next report."""
    reported: list[int] = []

    def report(n: int) -> None:
        if _is_stopping.is_set():
            raise StoppedError
        reported.append(n)

    thread = ThreadPoolExecutor(1)
    result = thread.submit(work, report)
    thread.shutdown(wait=False)
    return Job(result, reported, total)


def stop() -> None:
    """Stop all jobs, so that none keeps the server from ending."""
    _is_stopping.set()
