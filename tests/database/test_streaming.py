"""Rows that are read as they come, on both databases: all of them, and the connection is free afterwards."""

from threading import Thread

import pytest
from sqlalchemy import column, func, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from database import Database, streamed

NUMBERS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2345) SELECT i FROM n"
).columns(column("i"))


def test_every_row_comes_once_and_in_order(database: Database) -> None:
    with database.reading() as connection:
        pieces = list(streamed(connection, select(NUMBERS.subquery()).order_by("i"), 1000))
        assert [len(piece) for piece in pieces] == [1000, 1000, 345]
        assert [row.i for piece in pieces for row in piece] == list(range(1, 2346))


def test_where_there_is_no_row_there_is_no_piece(database: Database) -> None:
    nobody = select(NUMBERS.subquery()).where(literal_column("i") < 0)
    with database.reading() as connection:
        assert list(streamed(connection, nobody, 1000)) == []


@pytest.mark.postgresql
def test_a_statement_that_finds_nothing_is_run_once(migrated_postgresql: Database) -> None:
    """A sequence counts the runs: no transaction takes back what it has counted."""
    with migrated_postgresql.writing() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE runs")
    runs = func.nextval("runs")
    nothing = select(runs.label("run"), func.count()).having(runs < 0)
    with migrated_postgresql.reading() as connection:
        assert list(streamed(connection, nothing, 1000)) == []
        assert connection.execute(select(runs)).scalar_one() == 2
    with migrated_postgresql.writing() as connection:
        connection.exec_driver_sql("DROP SEQUENCE runs")


def test_what_comes_afterwards_is_answered_by_the_same_connection(database: Database) -> None:
    with database.snapshot() as connection:
        for _ in range(2):
            assert sum(map(len, streamed(connection, select(NUMBERS.subquery()), 100))) == 2345
        assert connection.execute(select(func.count()).select_from(NUMBERS.subquery())).scalar_one() == 2345


# The rollback has closed the cursor on the server; psycopg warns of the object that is left.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_reader_who_leaves_in_the_middle_waits_for_nothing(database: Database) -> None:
    """The rest is referenced all the same, as the frames of an error reference it."""
    held = []

    def leave() -> None:
        with database.snapshot() as connection:
            rest = streamed(connection, select(NUMBERS.subquery()), 10)
            held.append((next(rest), rest))

    leaving = Thread(target=leave, daemon=True)
    leaving.start()
    leaving.join(20)
    assert not leaving.is_alive()
    assert len(held) == 1
    with database.writing() as connection:
        assert connection.execute(select(func.count()).select_from(NUMBERS.subquery())).scalar_one() == 2345


def test_a_statement_that_is_wrong_is_an_error_of_the_database(database: Database) -> None:
    with database.reading() as connection, pytest.raises(DBAPIError):
        list(streamed(connection, select(literal_column("nowhere")), 10))
    with database.reading() as connection:
        assert connection.execute(select(1)).scalar_one() == 1


def test_what_goes_wrong_at_a_late_row_is_an_error_of_the_database(database: Database) -> None:
    fails = "abs(-9223372036854775807 - (i >= 2000))" if database.is_sqlite else "1 / (2000 - i)"
    asked = select(literal_column(fails)).select_from(NUMBERS.subquery())
    with database.reading() as connection, pytest.raises(DBAPIError):
        list(streamed(connection, asked, 10))
    with database.reading() as connection:
        assert connection.execute(select(1)).scalar_one() == 1
