"""People who write at the same moment, and what is stored of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from sqlalchemy import event
from studying import Study

from database import Database
from people.access import Principal
from progress.completion import learning
from progress.completion.fold import differing
from progress.completion.steps import AskedQuestion, Submission
from progress.record.chains import Kind, broken_at


def answers(study: Study, who: Principal) -> Counter[str]:
    return Counter(event.body["question"] for event in study.chain(who) if event.kind is Kind.ANSWERED)


def assert_sound(study: Study, who: Principal) -> None:
    assert broken_at(study.chain(who)) is None
    with study.database.reading() as connection:
        assert list(differing(connection)) == []


@contextmanager
def in_between(database: Database, after: str, interfere: Callable[[], object]) -> Iterator[list[Thread]]:
    """Lets somebody else act in the middle of the work that follows: after its first statement that holds `after`.

    Where the database makes the other wait, it goes on by and by and lets the work finish first.
    """
    others: list[Thread] = []

    def act(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not others and after in statement:
            others.append(Thread(target=interfere))
            others[0].start()
            others[0].join(0.3)

    event.listen(database.engine, "after_cursor_execute", act)
    try:
        yield others
    finally:
        event.remove(database.engine, "after_cursor_execute", act)
        for other in others:
            other.join()
        assert others, "nobody came in between"


def first_check(study: Study, who: Principal) -> Callable[[], object]:
    card = study.course.cards[2]
    choice = card.choice(study.course.lessons[0].source)
    assert choice is not None
    return lambda: learning.answer_card(
        study.database, study.asker(who), study.course, card, Submission(choice.right_answer, "cs")
    )


def first_answer(study: Study, who: Principal) -> Callable[[], object]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    question = attempt.questions[0][0]
    right = study.course.questions[question].source.right_answer
    return lambda: learning.answer_question(
        study.database, study.asker(who), study.course, AskedQuestion(attempt.id, question), Submission(right, "cs")
    )
