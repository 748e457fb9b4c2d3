"""`manage.py enrolments rebuild`: rows that differ from the events are named and mended."""

import pytest
from browsing import plain
from commanding import t
from operating import Run
from sqlalchemy import func, select

from database import Database
from progress.completion import enrolments
from progress.record import chains


def test_the_enrolments_are_proved_to_be_what_the_events_say(run: Run, company: Database) -> None:
    with company.reading() as connection:
        events = connection.execute(select(func.count()).select_from(chains.events)).scalar_one()
    result = run("enrolments", "rebuild")
    assert result.exit_code == 0
    said = t.plural(
        "The enrolments equal the fold of {n} event.", "The enrolments equal the fold of {n} events.", events
    )
    assert plain(said) in plain(result.output)


@pytest.fixture
def altered(company: Database) -> str:
    """Somebody's score, altered by hand; gives who it is."""
    table = enrolments.enrolments
    with company.writing() as connection:
        key: str = connection.execute(
            select(table.c.person_key).where(table.c.score.is_not(None)).limit(1)
        ).scalar_one()
        connection.execute(table.update().where(table.c.person_key == key).values(score=99))
    return key


def scores(database: Database, key: str) -> set[int]:
    table = enrolments.enrolments
    with database.reading() as connection:
        return set(connection.execute(select(table.c.score).where(table.c.person_key == key)).scalars())


def test_a_row_that_was_altered_by_hand_is_named_and_mended(run: Run, company: Database, altered: str) -> None:
    assert scores(company, altered) == {99}
    result = run("enrolments", "rebuild")
    assert result.exit_code == 0
    assert [line for line in result.output.splitlines() if altered in line and "customer-privacy" in line]
    assert 99 not in scores(company, altered)
    again = run("enrolments", "rebuild")
    assert altered not in again.output


def test_a_check_names_what_differs_and_changes_nothing(run: Run, company: Database, altered: str) -> None:
    result = run("enrolments", "rebuild", "--check")
    assert result.exit_code == 1
    assert altered in result.output
    assert scores(company, altered) == {99}


def test_a_row_that_is_missing_is_written_anew(run: Run, company: Database) -> None:
    table = enrolments.enrolments
    with company.reading() as connection:
        before = connection.execute(select(func.count()).select_from(table)).scalar_one()
    with company.writing() as connection:
        key = connection.execute(select(table.c.person_key).limit(1)).scalar_one()
        connection.execute(table.delete().where(table.c.person_key == key))
    result = run("enrolments", "rebuild")
    assert key in result.output
    with company.reading() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == before


@pytest.mark.usefixtures("company")
def test_each_finding_is_one_line_for_whatever_reads_it(run: Run, altered: str) -> None:
    """A pipe has no width."""
    result = run("enrolments", "rebuild", "--check")
    said = t(
        "{person}, {course}, cycle {cycle} is not what the events say.",
        person=altered,
        course="customer-privacy",
        cycle="#",
    )
    begin, end = said.split("#")
    assert [line for line in result.output.splitlines() if line.startswith(begin) and line.endswith(end)]
