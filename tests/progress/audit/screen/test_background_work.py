"""Background jobs: how far they are, what came of them, and their end with the server."""

from collections.abc import Callable
from threading import Event

import pytest

from web import beside


def test_work_beside_the_runs_tells_how_far_it_is_and_what_came_of_it() -> None:
    may_end, has_begun = Event(), Event()

    def work(tell: Callable[[int], None]) -> str:
        tell(2)
        has_begun.set()
        may_end.wait()
        tell(3)
        return "done"

    under_way = beside.begin(work, 5)
    has_begun.wait()
    assert (under_way.done, under_way.has_ended) == (2, False)
    may_end.set()
    assert under_way.result.result() == "done"
    assert (under_way.done, under_way.has_ended, under_way.has_failed) == (5, True, False)


def test_work_that_fails_says_so_to_whoever_waits_for_it() -> None:
    def work(_: Callable[[int], None]) -> None:
        raise ValueError("no")

    under_way = beside.begin(work, 1)
    with pytest.raises(ValueError, match="no"):
        under_way.result.result()
    assert under_way.has_failed


def test_work_is_given_up_when_the_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_is_ending", Event())
    may_go_on = Event()

    def work(tell: Callable[[int], None]) -> None:
        may_go_on.wait()
        tell(1)

    under_way = beside.begin(work, 1)
    beside.end()
    may_go_on.set()
    with pytest.raises(beside.EndedError):
        under_way.result.result()
    assert under_way.done == 0
