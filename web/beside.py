"""Work that goes on beside requests and runs: it outlives the tab that began it, and ends with the server."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")
Tell = Callable[[int], None]
"""What work tells how much more of it is done."""
_is_ending = Event()


class EndedError(Exception):
    """The server ends; the work was given up."""


@dataclass(frozen=True)
class UnderWay(Generic[T]):
    """Something that was begun, and how far it is. Whoever waits for its result learns of what it raised."""

    result: Future[T]
    told: list[int]
    total: int

    @property
    def done(self) -> int:
        return sum(self.told)

    @property
    def has_ended(self) -> bool:
        return self.result.done()

    @property
    def has_failed(self) -> bool:
        return self.has_ended and self.result.exception() is not None


def begin(work: Callable[[Tell], T], total: int) -> UnderWay[T]:
    """Begins `work`; it is given up at the next thing it tells when the server ends."""
    told: list[int] = []

    def tell(n: int) -> None:
        if _is_ending.is_set():
            raise EndedError
        told.append(n)

    beside = ThreadPoolExecutor(1)
    result = beside.submit(work, tell)
    beside.shutdown(wait=False)
    return UnderWay(result, told, total)


def end() -> None:
    """Lets nothing that is under way keep the server from ending."""
    _is_ending.set()
