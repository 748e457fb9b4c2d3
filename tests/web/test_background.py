"""Background jobs: how far they are, what came of them, and their end with the server."""

from collections.abc import Callable
from threading import Event

import pytest

from web import background


def test_a_job_reports_how_far_it_is_and_returns_its_result() -> None:
    may_end, has_begun = Event(), Event()

    def work(report: Callable[[int], None]) -> str:
        report(2)
        has_begun.set()
        may_end.wait()
        report(3)
        return "done"

    job = background.start(work, 5)
    has_begun.wait()
    assert (job.done, job.has_ended) == (2, False)
    may_end.set()
    assert job.result.result() == "done"
    assert (job.done, job.has_ended, job.has_failed) == (5, True, False)


def test_a_job_that_fails_raises_its_error_where_the_result_is_read() -> None:
    def work(_: Callable[[int], None]) -> None:
        raise ValueError("no")

    job = background.start(work, 1)
    with pytest.raises(ValueError, match="no"):
        job.result.result()
    assert job.has_failed


def test_a_job_is_given_up_when_the_server_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_is_stopping", Event())
    may_go_on = Event()

    def work(report: Callable[[int], None]) -> None:
        may_go_on.wait()
        report(1)

    job = background.start(work, 1)
    background.stop()
    may_go_on.set()
    with pytest.raises(background.StoppedError):
        job.result.result()
    assert job.done == 0
