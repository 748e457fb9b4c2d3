"""Verification of bytes that are no text, which SQLite stores all the same."""

from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    func,
    literal_column,
    select,
    true,
    update,
)
from tampered import Audited

from people import history as directory_past
from people.access import Principal
from people.directory import people
from people.history import history
from progress.completion.certificates import certificates
from progress.completion.editions import editions
from progress.completion.enrolments import enrolments
from progress.record import checkpoints
from progress.record.chains import events
from progress.record.checkpoints import sealed_heads
from progress.record.sealed_directory import sealed_history

NO_TEXT = literal_column("CAST(X'FF80' AS TEXT)")

EVERY_TEXT = [
    column
    for table in (
        *(events, sealed_heads, enrolments, certificates, checkpoints.checkpoints, editions, history, sealed_history),
        people,
    )
    for column in table.c
    if not isinstance(column.type, Integer | Boolean)
]


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""PostgreSQL stores no such bytes."""


@ON_SQLITE
@pytest.mark.parametrize("column", EVERY_TEXT, ids=str)
def test_bytes_that_are_no_text_are_a_finding_and_hide_nothing_else(
    audited: Audited, outsider: Principal, column: Column[Any]
) -> None:
    with audited.database.writing() as connection:
        directory_past.keep(connection, audited.study.now)
    audited.checkpoint()
    table = column.table
    row = (table.c.person_key == audited.learner.key) if "person_key" in table.c else true()
    one = select(func.min(literal_column("rowid"))).select_from(table).where(row).scalar_subquery()
    audited.change(update(enrolments).where(enrolments.c.person_key == outsider.key).values(attempts=7))
    with audited.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.execute(update(table).where(literal_column("rowid") == one).values({column: NO_TEXT}))
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    found = audited.verify().findings
    said = [str(each.what) for each in found]
    assert outsider.key in {each.person_key for each in found}, "what else does not hold is still found"
    if column not in UNREAD:
        assert len(found) >= 2, said


UNREAD = {each for each in EVERY_TEXT if each.table is people} | {
    *(checkpoints.checkpoints.c[name] for name in ("subtrees", "reason", "directory")),
    *(editions.c[name] for name in ("kind", "part_id")),
}
"""What the verification does not vouch for."""


@ON_SQLITE
def test_an_event_with_bytes_that_are_no_text_is_named(audited: Audited) -> None:
    audited.change(update(events).where(audited.event(2)).values(body=NO_TEXT))
    first = audited.verify().findings[0]
    assert str(first.what) == "event 2 was altered: it holds bytes that are no text"
    assert first.person_key == audited.learner.key
