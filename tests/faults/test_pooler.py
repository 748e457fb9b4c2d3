"""Behind PgBouncer: each transaction may reach another server process, which knows nothing of those before it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asking import at_noon
from cast import NOW, TODAY
from databases import Cluster, emptied, needed
from replicas import Pooler
from size import tell
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError
from surroundings import unavailable
from writer import CONTENT, COURSE, Learner, people

from database import Database, streamed
from people import directory
from people.access import OPERATOR, Act, Principal, Role
from progress.audit import verification
from progress.completion import assignments, editions
from progress.completion.assignments import Assignment
from progress.record import chains
from progress.reports import lists
from progress.reports.as_of import as_of
from progress.reports.selection import Selection

pytestmark = pytest.mark.postgresql

THREADS, PEOPLE = 8, 16
MODES = pytest.mark.parametrize("mode", ["transaction", "session"])


@contextmanager
def pooled(cluster: Cluster | str, direct: Database, mode: str) -> Iterator[Database]:
    """The database, reached through a pooler."""
    if not Pooler.program.exists():
        unavailable("PgBouncer", "install the package pgbouncer")
    pooler = Pooler(needed(cluster), mode)
    pooler.start()
    opened = Database(pooler.address(direct.engine.url), patience=2)
    try:
        yield opened
    finally:
        opened.close()
        pooler.stop()


@pytest.fixture
def direct(migrated_postgresql: Database) -> Database:
    """The database past the pooler, with people who have everything before them."""
    everybody = people(PEOPLE)
    emptied(migrated_postgresql)
    editions.keep(migrated_postgresql, CONTENT)
    with migrated_postgresql.writing() as connection:
        directory.add(connection, everybody)
    assignments.assign(migrated_postgresql, Assignment(COURSE, TODAY, "tests"), [each.key for each in everybody], NOW)
    return migrated_postgresql


def everybody_learns(database: Database) -> tuple[int, list[Exception]]:
    """From the first card to the certificate, many at once; returns how many steps were saved, and what failed."""
    saved: list[str] = []

    def learn(number: int) -> Exception | None:
        who = Principal(people(PEOPLE)[number], frozenset({Role.EMPLOYEE}))
        try:
            Learner(database, who, saved.append, is_early=False).go_on()
        except Exception as error:
            return error
        return None

    with ThreadPoolExecutor(THREADS) as threads:
        failed = [error for error in threads.map(learn, range(PEOPLE)) if error is not None]
    return len(saved), failed


@MODES
def test_everything_is_saved_and_the_record_is_sound(cluster: Cluster | str, direct: Database, mode: str) -> None:
    with pooled(cluster, direct, mode) as database:
        saved, failed = everybody_learns(database)
        found = verification.verify(database, (), {})
    tell(f"{THREADS} threads behind PgBouncer, {mode} mode: {saved} steps saved, {len(failed)} people failed")
    assert failed == []
    assert (found.findings, found.certificates) == ([], PEOPLE)


def test_statements_prepared_on_the_server_would_fail(cluster: Cluster | str, direct: Database) -> None:
    """The negative control: a driver that is not told of the pooler prepares what it runs often."""
    with pooled(cluster, direct, "transaction") as database:

        @event.listens_for(database.engine, "connect")
        def prepare(driver: Any, _record: Any) -> None:
            driver.prepare_threshold = 1

        saved, failed = everybody_learns(database)
    tell(f"with prepared statements: {saved} steps saved, {len(failed)} of {PEOPLE} people failed")
    assert any(isinstance(error, DBAPIError) for error in failed)


@MODES
def test_reports_of_a_past_day_and_streams_work(
    cluster: Cluster | str, direct: Database, mode: str, zone: ZoneInfo
) -> None:
    """The temporary tables of a past day are gone with their transaction."""
    count = select(func.count()).select_from(directory.people)
    with pooled(cluster, direct, mode) as database:
        for _ in range(10):
            yesterday = TODAY - timedelta(days=1)
            with as_of(database, at_noon(OPERATOR, TODAY, zone), Act.SEE_CERTIFICATIONS, yesterday) as view:
                assert lists.summary(view, Selection()).people == 0
            with database.reading() as connection:
                assert connection.execute(count).scalar_one() == PEOPLE
            with database.snapshot() as connection:
                assert sum(map(len, streamed(connection, select(chains.events.c.person_key), 3))) == PEOPLE


def test_a_pooler_that_parts_transactions_is_refused(cluster: Cluster | str, direct: Database) -> None:
    """In PgBouncer's statement mode there are none; nothing is half done."""
    with (
        pooled(cluster, direct, "statement") as database,
        pytest.raises(DBAPIError),
        database.writing() as connection,
    ):
        connection.execute(directory.people.delete())
    with direct.reading() as connection:
        assert connection.execute(select(func.count()).select_from(directory.people)).scalar_one() == PEOPLE


def test_without_a_pooler_statements_are_prepared(direct: Database) -> None:
    with direct.reading() as connection:
        assert connection.connection.driver_connection.prepare_threshold is not None  # type: ignore[union-attr]
