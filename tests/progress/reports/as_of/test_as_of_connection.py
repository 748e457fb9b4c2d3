"""As of a day: the past can be read and not written, and meets nobody else."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asking import at_noon
from cast import TODAY
from connections import several
from past_days import A_DAY
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError
from studying import Study

from people.access import Act, Principal
from progress.completion.enrolments import enrolments
from progress.reports.as_of import PAST, as_of


def test_nobody_meets_the_past_on_a_connection_of_theirs(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    """Neither while it is open nor after, even when it ended in a fault: the next day asked for begins afresh."""
    count = select(func.count())
    for ends_well in (True, False):
        for day in (TODAY - A_DAY, TODAY - 2 * A_DAY):
            with (
                _fault_or_none(ends_well),
                as_of(kept.database, at_noon(hr, TODAY, zone), Act.SEE_CERTIFICATIONS, day) as view,
                several(),
                kept.database.reading() as present,
            ):
                past = view.connection.execute(count.select_from(view.source.enrolments)).scalar_one()
                assert (past, present.execute(count.select_from(enrolments)).scalar_one()) == (0, 3)
                with pytest.raises(DBAPIError):
                    present.execute(count.select_from(view.source.enrolments))
                if not ends_well:
                    raise KeyError
    with kept.database.reading() as connection, pytest.raises(DBAPIError):
        connection.execute(count.select_from(PAST.enrolments))


def _fault_or_none(ends_well: bool) -> AbstractContextManager[Any]:
    return nullcontext() if ends_well else pytest.raises(KeyError)


def test_the_tables_of_the_past_have_the_indexes_of_the_real_ones(kept: Study, hr: Principal, zone: ZoneInfo) -> None:
    with as_of(kept.database, at_noon(hr, TODAY, zone), Act.SEE_CERTIFICATIONS, TODAY - A_DAY) as view:
        query = "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"
        there = "temp" if kept.database.is_sqlite else view.connection.exec_driver_sql(query).scalar_one()
        for table in ("people", "enrolments"):
            expected = _indexed(view.connection, table, None)
            assert expected
            assert expected - _indexed(view.connection, f"past_{table}", there) == set()


def _indexed(connection: Connection, table: str, schema: str | None) -> set[tuple[str, ...]]:
    """The columns of the key and of each index."""
    found = inspect(connection)
    indexes = found.get_indexes(table, schema=schema) + found.get_unique_constraints(table, schema=schema)
    key = found.get_pk_constraint(table, schema=schema)["constrained_columns"]
    return {tuple(key), *(tuple(each["column_names"]) for each in indexes)}
