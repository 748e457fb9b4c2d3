"""As of a day: the past can be read and not written, and meets nobody else."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cast import PEOPLE, TODAY
from connections import several
from past_days import A_DAY
from sqlalchemy import Connection, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from studying import Study

from people.access import Act, Principal
from people.directory import people
from progress.completion.enrolments import enrolments
from progress.reports.as_of import as_of


def test_the_past_can_be_read_and_not_written(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    with as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, TODAY - A_DAY, TODAY, zone) as connection:
        real = "main.people" if kept.database.is_sqlite else "public.people"
        assert connection.execute(text(f"SELECT count(*) FROM {real}")).scalar_one() == len(PEOPLE)
        with pytest.raises(DBAPIError):
            connection.execute(text(f"UPDATE {real} SET unit = 'Nikde'"))
    with kept.database.reading() as connection:
        assert connection.execute(select(people.c.unit).where(people.c.unit == "Nikde")).first() is None


def test_nobody_meets_the_past_on_a_connection_of_theirs(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    """Neither while it is open nor after, even when it ended in a fault."""
    count = select(func.count()).select_from(enrolments)
    for ends_well in (True, False):
        for day in (TODAY - A_DAY, TODAY - 2 * A_DAY):
            with (
                _fault_or_none(ends_well),
                as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, day, TODAY, zone) as past,
                kept.database.reading() as present,
            ):
                assert (past.execute(count).scalar_one(), present.execute(count).scalar_one()) == (0, 3)
                if not ends_well:
                    raise KeyError
    with several(), kept.database.reading() as one, kept.database.reading() as two, kept.database.snapshot() as three:
        assert [each.execute(count).scalar_one() for each in (one, two, three)] == [3, 3, 3]
    assert kept.database.write(lambda c: c.execute(update(enrolments).values(language="cs")).rowcount) == 3


def _fault_or_none(ends_well: bool) -> AbstractContextManager[Any]:
    return nullcontext() if ends_well else pytest.raises(KeyError)


def test_the_tables_of_the_past_have_the_indexes_of_the_real_ones(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    with as_of(kept.database, hr, Act.SEE_CERTIFICATIONS, TODAY - A_DAY, TODAY, zone) as connection:
        asked = "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"
        there = "temp" if kept.database.is_sqlite else connection.exec_driver_sql(asked).scalar_one()
        real = "main" if kept.database.is_sqlite else "public"
        for table in ("people", "enrolments"):
            expected = _indexed(connection, table, real)
            assert expected
            assert expected - _indexed(connection, table, there) == set()


def _indexed(connection: Connection, table: str, schema: str) -> set[tuple[str, ...]]:
    """The columns of the key and of each index."""
    found = inspect(connection)
    indexes = found.get_indexes(table, schema=schema) + found.get_unique_constraints(table, schema=schema)
    key = found.get_pk_constraint(table, schema=schema)["constrained_columns"]
    return {tuple(key), *(tuple(each["column_names"]) for each in indexes)}
