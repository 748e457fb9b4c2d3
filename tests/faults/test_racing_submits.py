"""Eight tabs send the same two hundred answers at once, over two ways to the same database: each counts once."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from cast import NOW, PRAGUE
from size import tell, times
from sqlalchemy import Connection, select
from studying import Study
from writer import people

from database import Database
from people import directory
from people.access import Asker, Principal, Role
from progress.audit import verification
from progress.completion import editions, learning
from progress.completion.enrolments import current
from progress.completion.steps import AskedQuestion, Submission
from progress.record import chains
from progress.record.chains import Kind, events
from quizzes.content import Content, Course

TABS = 8
ANSWERS = times(200, 80)
A_FORM = 10
"""Questions of an attempt."""


@pytest.fixture
def replica(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def asked(database: Database, course: Course, content: Content) -> list[tuple[Principal, str, str]]:
    """Whom to answer for, in which attempt, which question."""
    editions.keep(database, content)
    study = Study(database, course)
    everybody = [Principal(person, frozenset({Role.EMPLOYEE})) for person in people(ANSWERS // A_FORM)]
    with database.writing() as connection:
        directory.add(connection, [each.person for each in everybody])
    study.assign(*everybody)
    found = []
    for who in everybody:
        study.cards(who)
        attempt = study.begin(who).attempt
        assert attempt is not None
        found += [(who, attempt.id, question) for question, _ in attempt.questions]
    assert len(found) == ANSWERS
    return found


def submitted(databases: tuple[Database, Database], course: Course, asked: list[tuple[Principal, str, str]]) -> int:
    """Every tab sends every answer, all at the same time; gives how many were told that theirs is saved."""
    together = Barrier(TABS, timeout=120)

    def tab(number: int) -> int:
        saved = 0
        for who, attempt_id, question in asked:
            option = course.questions[question].source.right_answer
            together.wait()
            kept = learning.answer_question(
                databases[number % 2],
                Asker(who, NOW, PRAGUE),
                course,
                AskedQuestion(attempt_id, question),
                Submission(option, "cs"),
            )
            saved += kept.attempt is not None and question in kept.attempt.responses
        return saved

    with ThreadPoolExecutor(TABS) as tabs:
        return sum(tabs.map(tab, range(TABS)))


def responses(database: Database) -> Counter[tuple[str, str]]:
    with database.reading() as connection:
        everybody = list(chains.chains(connection))
    answered = (event for chain in everybody for event in chain if event.kind is Kind.ANSWERED)
    return Counter((event.person_key, event.body["question"]) for event in answered)


def test_racing_submits_leave_one_response_a_question(
    database: Database, replica: Database, course: Course, asked: list[tuple[Principal, str, str]]
) -> None:
    saved = submitted((database, replica), course, asked)
    kept = responses(database)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    tell(f"{TABS} tabs × {ANSWERS} racing submits on {kind}: {kept.total()} responses, {saved} told that it is saved")
    assert saved == TABS * ANSWERS
    assert kept == Counter({(who.key, question): 1 for who, _, question in asked})
    with database.reading() as connection:
        finished = connection.execute(select(events).where(events.c.kind == Kind.ATTEMPT_FINISHED)).all()
        scores = {current(connection, who.key, course.id).score for who, _, _ in asked}  # type: ignore[union-attr]
    assert len(finished) == ANSWERS // A_FORM
    assert scores == {100}
    assert verification.verify(database, (), {}).findings == []


@contextmanager
def in_no_transaction(database: Database) -> Iterator[Connection]:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


@pytest.mark.wide
def test_without_the_chain_to_meet_in_racing_submits_count_twice(
    database: Database,
    replica: Database,
    course: Course,
    asked: list[tuple[Principal, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: a writer without transactions that takes the next free number, instead of the one that
    follows from what it has read."""

    def append_anywhere(connection: Connection, chained: list[Any]) -> None:
        for each in chained:
            head = chains.head(connection, each.person_key)
            connection.execute(chains._APPEND, [{**each.as_stored(), "seq": head.seq + 1}])

    monkeypatch.setattr(chains, "append", append_anywhere)
    monkeypatch.setattr(Database, "writing", in_no_transaction)
    submitted((database, replica), course, asked)
    assert responses(database).total() > ANSWERS
