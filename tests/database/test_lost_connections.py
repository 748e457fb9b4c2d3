"""The connection breaks in the middle of a write: it is taken again where that is safe, and otherwise said."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from databases import emptied
from sqlalchemy import insert, select
from studying import Study

from database import Database, UnknownOutcomeError
from people.access import Principal
from progress.audit import verification
from progress.completion.editions import editions
from progress.record.chains import Kind

pytestmark = pytest.mark.postgresql

Break = Callable[[Any, Callable[[Any], None]], None]


@pytest.fixture
def database_url(migrated_postgresql: Database) -> str:
    """PostgreSQL alone: SQLite has no connection to lose."""
    return emptied(migrated_postgresql)


def before_the_commit(driver: Any, _commit: Callable[[Any], None]) -> None:
    driver.close()
    raise psycopg.OperationalError("server closed the connection unexpectedly")


def after_the_commit(driver: Any, commit: Callable[[Any], None]) -> None:
    commit(driver)
    driver.close()
    raise psycopg.OperationalError("server closed the connection unexpectedly")


BREAKS = pytest.mark.parametrize("breaks", [before_the_commit, after_the_commit])


def break_once(monkeypatch: pytest.MonkeyPatch, database: Database, breaks: Break) -> None:
    """Breaks the connection at the next commit; whoever waits for its answer cannot tell when."""
    dialect, broken = database.engine.dialect, iter([breaks])
    commit = dialect.do_commit

    def do_commit(driver: Any) -> None:
        how = next(broken, None)
        commit(driver) if how is None else how(driver.driver_connection, lambda _: commit(driver))

    monkeypatch.setattr(dialect, "do_commit", do_commit)


@BREAKS
def test_an_answer_is_counted_once_whether_its_commit_was_lost_or_only_the_word_of_it(
    assigned: Study, learner: Principal, monkeypatch: pytest.MonkeyPatch, breaks: Break
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    question = attempt.questions[0][0]
    break_once(monkeypatch, assigned.database, breaks)
    enrolment = assigned.answer(learner, question)
    assert enrolment.attempt is not None
    assert set(enrolment.attempt.responses) == {question}
    assert assigned.kinds(learner).count(Kind.ANSWERED) == 1
    assert verification.verify(assigned.database, (), {}).findings == []


@BREAKS
def test_a_certificate_is_issued_once(
    assigned: Study, learner: Principal, monkeypatch: pytest.MonkeyPatch, breaks: Break
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    break_once(monkeypatch, assigned.database, breaks)
    assert assigned.sign(learner).certificate_no is not None
    assert assigned.kinds(learner).count(Kind.CERTIFIED) == 1
    assert verification.verify(assigned.database, (), {}).certificates == 1


@BREAKS
def test_other_work_is_done_once_at_most_and_whoever_asked_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch, breaks: Break
) -> None:
    break_once(monkeypatch, database, breaks)
    row = {"sha256": "0" * 64, "kind": "card", "part_id": "one", "body": "{}"}
    with pytest.raises(UnknownOutcomeError):
        database.write(lambda connection: connection.execute(insert(editions).values(row)))
    with database.reading() as connection:
        kept = connection.execute(select(editions.c.part_id)).scalars().all()
    assert kept == (["one"] if breaks is after_the_commit else [])


def test_work_that_had_not_come_to_its_commit_is_taken_again(database: Database) -> None:
    runs: list[int] = []

    def work(connection: Any) -> None:
        runs.append(1)
        row = {"sha256": "0" * 64, "kind": "card", "part_id": "one", "body": "{}"}
        connection.execute(insert(editions).values(row))
        if len(runs) == 1:
            this = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with psycopg.connect(_address(database), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [this])
            connection.execute(select(editions))

    database.write(work)
    with database.reading() as connection:
        assert connection.execute(select(editions.c.part_id)).scalars().all() == ["one"]
    assert len(runs) == 2


def _address(database: Database) -> str:
    url = database.engine.url
    return f"host={url.query['host']} user={url.username} dbname={url.database}"
