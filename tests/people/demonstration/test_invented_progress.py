"""Invented progress: made by the same rules as real progress."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cast import NOW, TODAY
from sqlalchemy import select

from database import Database
from installation import schema
from people import directory
from people.access import OPERATOR, Act, Role
from people.demonstration import CAST
from progress import demonstration
from progress.completion import certificates
from progress.completion.fold import differing
from progress.completion.rules import Status
from progress.record import chains
from progress.record.chains import Kind, broken_at
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.selection import Selection
from quizzes.content import Content
from tests.bundled import FIRST

CERTIFICATIONS = Act.SEE_CERTIFICATIONS


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, content: Content, zone: ZoneInfo) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demonstration') / 'kodex.sqlite3'}")
    schema.bring_up_to_date(database)
    assert demonstration.fill(database, content, 240, 1, zone, NOW) == 240
    yield database
    database.close()


# Their progress


def test_every_chain_of_the_demonstration_verifies(filled: Database) -> None:
    with filled.reading() as connection:
        everybody = list(chains.chains(connection))
    assert len(everybody) == 240
    assert all(broken_at(chain) is None for chain in everybody)


def test_the_demonstrations_enrolments_equal_the_fold_of_its_events(filled: Database) -> None:
    with filled.reading() as connection:
        assert list(differing(connection)) == []


def test_nothing_in_a_demonstration_lies_in_the_future(filled: Database) -> None:
    with filled.reading() as connection:
        assert max(connection.execute(select(chains.events.c.at)).scalars()) <= NOW


def test_a_demonstration_shows_every_status_that_matters(filled: Database) -> None:
    with filled.reading() as connection:
        found = lists.summary(View(connection, OPERATOR, CERTIFICATIONS, TODAY), Selection(course_id=FIRST))
    assert found.people == 240
    for status in (Status.CERTIFIED, Status.IN_PROGRESS, Status.NOT_STARTED, Status.OVERDUE):
        assert found.count(status) > 0
    assert 0.5 < found.certified / found.people < 0.95
    assert min(unit.share for unit in found.units if unit.people > 10) < max(unit.share for unit in found.units)


def test_a_demonstration_holds_the_certificates_that_its_events_tell_of(filled: Database) -> None:
    with filled.reading() as connection:
        everybody = list(chains.chains(connection))
        kept = set(connection.execute(select(certificates.certificates.c.number)).scalars())
    told = Counter(
        event.body["certificate_no"] for chain in everybody for event in chain if event.kind is Kind.CERTIFIED
    )
    assert set(told) == kept
    assert set(told.values()) == {1}


def test_some_have_certificates_of_a_cycle_before(filled: Database) -> None:
    with filled.reading() as connection:
        every = lists.summary(
            View(connection, OPERATOR, CERTIFICATIONS, TODAY), Selection(course_id=FIRST, every_cycle=True)
        )
    assert 280 < every.people < 400


def test_the_employee_to_play_has_everything_before_them(filled: Database) -> None:
    with filled.reading() as connection:
        employee = directory.by_employee_id(connection, CAST[Role.EMPLOYEE][0])
        assert employee is not None
        chain = chains.chain(connection, employee.key)
        assert [event.kind for event in chain] == [Kind.ASSIGNED] * 2


def test_a_further_course_is_being_tried_by_some(filled: Database, content: Content) -> None:
    *_, course = content.courses
    with filled.reading() as connection:
        found = lists.summary(View(connection, OPERATOR, CERTIFICATIONS, TODAY), Selection(course_id=course))
    assert course != FIRST
    assert 0 < found.certified < found.people - found.count(Status.NOTHING_ASSIGNED) < 240 / 2


def test_the_same_seed_gives_the_same_progress(
    content: Content, zone: ZoneInfo, bare_database: Database, tmp_path: Path
) -> None:
    """On either database; but for the numbers of certificates, which nobody may foresee."""
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    lives = []
    for database in (bare_database, other):
        schema.bring_up_to_date(database)
        demonstration.fill(database, content, 30, 5, zone, NOW)
        with database.reading() as connection:
            events = [event for chain in chains.chains(connection) for event in chain]
        lives.append([(event.person_key, event.seq, event.kind, event.at) for event in events])
    other.close()
    assert lives[0] == lives[1]


def test_whoever_waits_is_told_of_everybody(content: Content, zone: ZoneInfo, database: Database) -> None:
    told: list[int] = []
    demonstration.fill(database, content, 30, 5, zone, NOW, told.append)
    assert sum(told) == 30
