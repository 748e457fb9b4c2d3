"""Transactions: what they see, and when they are tried again."""

import pytest
from connections import several
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError
from studying import Study

from database import ATTEMPTS_TO_WRITE, Database
from people.access import Principal
from people.directory import people
from people.sign_in.accounts import grants
from progress.completion import certificates
from quizzes.content import Course


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
