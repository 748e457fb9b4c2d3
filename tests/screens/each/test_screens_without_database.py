"""Screens of a database that does not answer."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from connections import several
from sqlalchemy.exc import TimeoutError as NoConnectionError
from stage import (
    Open,
)
from studying import Study

from database import Database
from installation import Installation
from people.access import Principal
from progress.completion import learning

NOT_ANSWERING = "The database is not answering. Everything you saved is still there. Reload this page in a minute."


@pytest.fixture
def without_patience(database: Database, monkeypatch: pytest.MonkeyPatch, installed: Installation) -> Database:
    """The installation's database, which waits for nothing longer than a moment."""
    hasty = Database(str(database.engine.url), patience=0.05)
    monkeypatch.setitem(installed.__dict__, "database", hasty)
    return hasty


@contextmanager
def all_connections_taken(database: Database) -> Iterator[None]:
    """Others hold every connection that the pool may open."""
    with ExitStack() as held, several():
        with suppress(NoConnectionError):
            while True:
                held.enter_context(database.reading())
        yield


def test_an_answer_that_gets_no_connection_is_not_saved_and_the_screen_says_so(
    open_screen: Open,
    assigned: Study,
    learner: Principal,
    without_patience: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    screen = open_screen(learner, "assessment.py", language="en")
    attempt = assigned.enrolment(learner).attempt
    assert attempt is not None
    screen.choose(assigned.course.questions[attempt.questions[0][0]].text("en"))
    answer_question = learning.answer_question

    def while_none_is_free(*args: Any, **named: Any) -> Any:
        with all_connections_taken(without_patience):
            return answer_question(*args, **named)

    monkeypatch.setattr(learning, "answer_question", while_none_is_free)
    screen.press("Submit the answer")
    assert screen.says("Your answer could not be saved. Nothing was lost: choose it again and send it.")
    kept = assigned.enrolment(learner).attempt
    assert kept is not None
    assert kept.responses == {}


def test_a_screen_that_gets_no_connection_says_what_to_do(
    open_screen: Open, learner: Principal, without_patience: Database
) -> None:
    screen = open_screen(learner, language="en")
    with all_connections_taken(without_patience):
        screen.app.run()
    screen.stands()
    assert screen.says(NOT_ANSWERING)
    screen.app.run()
    assert not screen.says(NOT_ANSWERING)


def test_an_answer_that_cannot_be_read_back_is_not_called_unsaved(
    open_screen: Open,
    assigned: Study,
    learner: Principal,
    without_patience: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is saved; the connections are gone before that is seen."""
    assigned.cards(learner)
    assigned.begin(learner)
    screen = open_screen(learner, "assessment.py", language="en")
    attempt = assigned.enrolment(learner).attempt
    assert attempt is not None
    screen.choose(assigned.course.questions[attempt.questions[0][0]].text("en"))
    write = without_patience.write

    def and_none_is_free_afterwards(work: Any, **options: Any) -> Any:
        done = write(work, **options)
        holding.enter_context(all_connections_taken(without_patience))
        return done

    with ExitStack() as holding:
        monkeypatch.setattr(without_patience, "write", and_none_is_free_afterwards)
        answering = learning.answer_question

        def answer(*args: Any, **named: Any) -> Any:
            try:
                return answering(*args, **named)
            finally:
                holding.close()

        monkeypatch.setattr(learning, "answer_question", answer)
        screen.press("Submit the answer")
    assert screen.says(
        "The database stopped answering while this was being saved. See whether it was saved before you try again."
    )
    assert not screen.says("Your answer could not be saved. Nothing was lost: choose it again and send it.")
    kept = assigned.enrolment(learner).attempt
    assert kept is not None
    assert len(kept.responses) == 1
