"""A failure half-way through a write: nothing is stored, and nobody is told that it was saved."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from racing import answers, assert_sound, first_answer
from sqlalchemy import Connection, event
from studying import Study

from database import Database
from people.access import Principal
from progress.completion import certificates
from progress.record.chains import Kind


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
