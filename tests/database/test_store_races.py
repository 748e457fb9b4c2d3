"""Double clicks, two tabs, two replicas, a failure half-way: one response, a whole chain, never a false “saved”."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from conftest import DUE, NOW, Study
from connections import several
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.exc import IntegrityError

from database import ATTEMPTS_TO_WRITE, Database
from people.access import Principal
from people.directory import people
from people.sign_in.accounts import grants
from progress.completion import assignments, certificates, learning
from progress.completion.enrolments import enrolments
from progress.completion.fold import differing, rebuild
from progress.record.chains import Kind, broken_at
from quizzes.content import Course


def asked(study: Study, who: Principal) -> list[str]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    return [question for question, _ in attempt.questions]


def answers(study: Study, who: Principal) -> Counter[str]:
    return Counter(event.body["question"] for event in study.chain(who) if event.kind is Kind.ANSWERED)


def assert_sound(study: Study, who: Principal) -> None:
    assert broken_at(study.chain(who)) is None
    with study.database.reading() as connection:
        assert list(differing(connection)) == []


@pytest.fixture
def replica(database_url: str) -> Iterator[Database]:
    """Another process's way to the same database: with connections, and a lock, of its own."""
    opened = Database(database_url)
    yield opened
    opened.close()


# Many at once


def test_different_answers_submitted_at_once_are_all_kept(
    assigned: Study, learner: Principal, replica: Database
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    questions = asked(assigned, learner)
    together = Barrier(3, timeout=30)

    def tab(number: int) -> None:
        here = Study((assigned.database, replica)[number % 2], assigned.course, assigned.now)
        together.wait()
        for question in questions[number::3]:
            here.answer(learner, question)

    with ThreadPoolExecutor(3) as tabs:
        list(tabs.map(tab, range(3)))
    assert answers(assigned, learner) == Counter(questions)
    assert assigned.enrolment(learner).score == 100
    assert_sound(assigned, learner)


def test_people_who_submit_at_once_do_not_hinder_each_other(
    assigned: Study, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    def person(who: Principal) -> None:
        here = Study(assigned.database, assigned.course, NOW)
        for card in here.course.cards:
            here.card(who, card)
        here.begin(who)
        for question in asked(here, who):
            here.answer(who, question)
        here.sign(who)

    with ThreadPoolExecutor(3) as everybody:
        list(everybody.map(person, (learner, manager, outsider)))
    for who in (learner, manager, outsider):
        assert assigned.enrolment(who).certificate_no is not None
        assert_sound(assigned, who)


# Exactly between another's reading and writing


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
    return lambda: learning.answer_card(study.database, who, study.course, card, choice.right, "cs", study.now)


def beginning(study: Study, who: Principal) -> Callable[[], object]:
    return lambda: learning.begin_attempt(study.database, who, study.course, "cs", study.now)


def first_answer(study: Study, who: Principal) -> Callable[[], object]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    question = attempt.questions[0][0]
    right = study.course.questions[question].source.right
    return lambda: learning.answer_question(
        study.database, who, study.course, attempt.id, question, right, None, "cs", study.now
    )


def signature(study: Study, who: Principal) -> Callable[[], object]:
    return lambda: study.sign(who)


Step = Callable[[Study, Principal], Callable[[], object]]
READY_FOR: dict[str, tuple[Step, list[Callable[[Study, Principal], object]], Kind]] = {
    "a card's check": (first_check, [], Kind.CHECKED),
    "the beginning of an attempt": (beginning, [Study.cards], Kind.ATTEMPT_STARTED),
    "an answer": (first_answer, [Study.cards, Study.begin], Kind.ANSWERED),
    "the signature": (signature, [Study.cards, Study.attempt], Kind.CERTIFIED),
}


@pytest.mark.parametrize("read", ["FROM events", "FROM enrolments"])
@pytest.mark.parametrize("what", READY_FOR)
def test_a_step_that_slips_in_before_its_twin_is_written_counts_once(
    assigned: Study, learner: Principal, replica: Database, what: str, read: str
) -> None:
    """After the writer has read where the chain ends, or where the learner stands."""
    step, before, kind = READY_FOR[what]
    for each in before:
        each(assigned, learner)
    told = assigned.kinds(learner).count(kind)
    elsewhere = Study(replica, assigned.course, assigned.now)
    prepared = step(assigned, learner)
    with in_between(assigned.database, read, step(elsewhere, learner)):
        prepared()
    assert assigned.kinds(learner).count(kind) == told + 1
    assert_sound(assigned, learner)


@pytest.mark.parametrize("read", ["FROM events", "FROM enrolments"])
def test_two_assignments_at_once_enrol_once(
    study: Study, learner: Principal, outsider: Principal, replica: Database, read: str
) -> None:
    def assign(database: Database) -> int:
        everybody = [learner.key, outsider.key]
        return assignments.assign(database, study.course, everybody, DUE, "tests", NOW)

    with in_between(study.database, read, lambda: assign(replica)):
        assign(study.database)
    for who in (learner, outsider):
        assert study.kinds(who) == [Kind.ASSIGNED]
        assert_sound(study, who)


# Beside the operator's commands


def test_a_comparison_beside_a_learner_finds_no_difference(
    assigned: Study, learner: Principal, replica: Database
) -> None:
    answer = first_check(Study(replica, assigned.course, assigned.now), learner)
    with (
        in_between(assigned.database, "FROM enrolments", answer),
        assigned.database.snapshot() as connection,
    ):
        assert list(differing(connection)) == []


def test_a_rebuild_beside_a_learner_loses_none_of_their_answers(
    assigned: Study, learner: Principal, replica: Database
) -> None:
    with assigned.database.writing() as connection:
        mine = enrolments.c.person_key == learner.key
        connection.execute(enrolments.update().where(mine).values(cards_done=7))
    answer = first_check(Study(replica, assigned.course, assigned.now), learner)
    with in_between(assigned.database, "INSERT INTO enrolments", answer):
        assigned.database.write(rebuild)
    assert assigned.kinds(learner).count(Kind.CHECKED) == 1
    assert_sound(assigned, learner)


# A failure half-way


class Rerun(BaseException):
    """As Streamlit stops a script that the person has moved on from: no `except Exception` sees it."""


@contextmanager
def failing(database: Database, at: str, error: BaseException) -> Iterator[None]:
    """Fails at the first statement of a write that begins with `at`, or at its commit."""

    def before_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(at):
            raise error

    def before_commit(connection: Connection) -> None:
        if connection.get_execution_options().get("begin") == "BEGIN IMMEDIATE":
            raise error

    target = ("commit", before_commit) if at == "COMMIT" else ("before_cursor_execute", before_statement)
    event.listen(database.engine, *target)
    try:
        yield
    finally:
        event.remove(database.engine, *target)


@pytest.mark.parametrize("error", [RuntimeError("the disk is full"), Rerun()], ids=["a failure", "a rerun"])
@pytest.mark.parametrize("at", ["INSERT INTO events", "UPDATE enrolments", "COMMIT"])
def test_a_failure_in_the_middle_of_a_write_leaves_nothing(
    assigned: Study, learner: Principal, at: str, error: BaseException
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    chain, enrolment = assigned.chain(learner), assigned.enrolment(learner)
    with failing(assigned.database, at, error), pytest.raises(type(error)):
        first_answer(assigned, learner)()
    assert assigned.chain(learner) == chain
    assert assigned.enrolment(learner) == enrolment


@pytest.mark.parametrize("error", [RuntimeError("the disk is full"), Rerun()], ids=["a failure", "a rerun"])
def test_after_a_failure_the_same_submit_is_saved(assigned: Study, learner: Principal, error: BaseException) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    with failing(assigned.database, "UPDATE enrolments", error), pytest.raises(type(error)):
        first_answer(assigned, learner)()
    first_answer(assigned, learner)()
    assert sum(answers(assigned, learner).values()) == 1
    assert_sound(assigned, learner)


def test_a_signature_and_its_certificate_are_kept_both_or_neither(assigned: Study, learner: Principal) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    with (
        failing(assigned.database, "INSERT INTO events", RuntimeError("the disk is full")),
        pytest.raises(RuntimeError),
    ):
        assigned.sign(learner)
    with assigned.database.reading() as connection:
        assert certificates.of_person(connection, learner.key) == []
    assert Kind.COMMITTED not in assigned.kinds(learner)


# The way to write


def test_what_a_write_gives_is_committed(database: Database, replica: Database, everybody: object) -> None:  # noqa: ARG001
    key = database.write(lambda connection: connection.execute(select(people.c.person_key)).scalars().first())
    with replica.reading() as connection:
        assert connection.execute(select(people).where(people.c.person_key == key)).one()


def test_a_write_that_can_never_succeed_is_given_up(database: Database) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> None:
        tries.append(1)
        connection.execute(insert(grants).values(person_key="nobody", role="hr", unit=""))

    with pytest.raises(IntegrityError):
        database.write(work)
    assert len(tries) == ATTEMPTS_TO_WRITE


def test_a_reader_does_not_wait_for_a_writer_and_sees_nothing_unfinished(assigned: Study, learner: Principal) -> None:
    with several(), assigned.database.writing() as connection:
        connection.execute(people.update().values(name="nobody"))
        with assigned.database.reading() as reader:
            assert "nobody" not in set(reader.execute(select(people.c.name)).scalars())
    assert assigned.enrolment(learner)


def test_a_course_is_certified_once_a_cycle(assigned: Study, learner: Principal, course: Course) -> None:
    """Even if everything above failed, the database itself refuses a second certificate."""
    assigned.certify(learner)
    with assigned.database.reading() as connection:
        row = connection.execute(select(certificates.certificates)).one()._asdict()
    assert row["course_id"] == course.id
    with pytest.raises(IntegrityError), assigned.database.writing() as connection:
        connection.execute(insert(certificates.certificates).values({**row, "number": certificates.new_number()}))
