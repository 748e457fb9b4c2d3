"""Steps of the first release, taken again: editions, drawn order, events, hashes and stored state are the same.

`published/record-1` holds a small course, and what a person's way through it left in that release.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import DUE, NOW
from sqlalchemy import select
from studying import Study
from surroundings import HOME

from database import Database
from lessons.decisions import in_words
from people import directory
from people.access import Principal, Role
from people.directory import Person
from progress.completion import editions, learning
from progress.completion.enrolments import enrolments
from progress.completion.steps import AskedQuestion, Submission
from quizzes.content import load

FOLDER: Path = HOME / "tests" / "published" / "record-1"
PUBLISHED: dict[str, Any] = json.loads((FOLDER / "record.json").read_text("utf-8"))
WHO = Principal(
    Person("5" * 32, "1", "A", "a@example.com", "U", None, "cs", invented=True), frozenset({Role.EMPLOYEE})
)
CONTENT = load(FOLDER)
COURSE = CONTENT.courses["care"]


@pytest.fixture
def begun(database: Database, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr("secrets.token_hex", lambda length: "7" * 2 * length)
    editions.keep(database, CONTENT)
    with database.writing() as connection:
        directory.add(connection, [WHO.person])
    study = Study(database, COURSE, NOW)
    study.assign(WHO, due_on=DUE)
    return study


def take(study: Study) -> dict[str, dict[str, list[str]]]:
    """Take every card and one attempt; return the options of each decision in the order drawn."""
    order: dict[str, dict[str, list[str]]] = {"cards": {}, "questions": {}}
    for number, card in enumerate(COURSE.cards):
        choice = card.choice(COURSE.lesson(card.lesson_id).source)
        if choice is not None:
            drawn = choice.as_drawn(WHO.key, card.id)
            order["cards"][card.id] = [option.id for option in drawn.options]
            study.now += timedelta(seconds=20)
            answer = Submission(choice.options[number % 2].id, "cs")
            learning.answer_card(study.database, study.asker(WHO), COURSE, card, answer)
        study.now += timedelta(seconds=20)
        learning.leave_card(study.database, study.asker(WHO), COURSE, card, "en")
    attempt = study.begin(WHO).attempt
    assert attempt is not None
    for (name, _), confidence in zip(attempt.questions, ("sure", None), strict=True):
        drawn = COURSE.questions[name].source.as_drawn(attempt.seed, name)
        order["questions"][name] = [option.id for option in drawn.options]
        study.now += timedelta(seconds=20)
        answer = Submission(drawn.options[0].id, "cs", confidence)
        learning.answer_question(study.database, study.asker(WHO), COURSE, AskedQuestion(attempt.id, name), answer)
    return order


def test_the_same_content_has_the_same_editions() -> None:
    assert [list(edition) for edition in CONTENT.editions()] == PUBLISHED["editions"]


def test_the_same_steps_leave_the_same_record(begun: Study) -> None:
    order = take(begun)
    assert order == PUBLISHED["order"]
    assert [[event.kind.value, event.body, event.hash] for event in begun.chain(WHO)] == PUBLISHED["events"]
    with begun.database.reading() as connection:
        assert connection.execute(select(enrolments.c.state)).scalar_one() == PUBLISHED["state"]


def test_a_published_answer_is_said_in_the_words_that_were_read() -> None:
    bodies = {sha256: json.loads(body) for _, _, sha256, body in PUBLISHED["editions"]}
    asked = {
        name: sha256
        for kind, body, _ in PUBLISHED["events"]
        if kind == "attempt started"
        for name, sha256 in body["questions"]
    }
    said = {
        body["question"]: in_words(bodies[asked[body["question"]]]["en"], body["option"])
        for kind, body, _ in PUBLISHED["events"]
        if kind == "answered"
    }
    assert said == {"visitor": "I leave them alone.", "evening": "I leave."}


def test_an_answer_whose_question_is_gone_is_said_as_it_is_stored() -> None:
    assert in_words({}, "alone") == "alone"
