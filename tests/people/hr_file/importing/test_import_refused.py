"""What HR's file may not do, and how it is applied."""

from collections.abc import Callable

import pytest
from roster import ANNA, BOSS, COMPANY, HEAD, NOW, TODAY, bring, roster, snapshot
from sqlalchemy import inspect

from database import Database
from people.directory import Person
from people.hr_file import comparison, importing
from people.hr_file.comparison import NotImportedError
from people.hr_file.importing import FaultyFileError
from people.hr_file.plan import ImportOptions


def test_real_people_are_not_put_among_invented_ones(database: Database, everybody: tuple[Person, ...]) -> None:
    before = snapshot(database)
    with pytest.raises(NotImportedError) as refused:
        bring(database, COMPANY)
    assert refused.value.reason == importing.INVENTED
    assert snapshot(database) == before
    assert len(before) == len(everybody)


def test_what_was_agreed_to_is_done_and_nothing_else(database: Database) -> None:
    bring(database, COMPANY)
    without_otto = roster([HEAD, BOSS, ANNA])
    planned = comparison.plan(without_otto, list(snapshot(database).values()), ImportOptions(TODAY))
    bring(database, [*COMPANY, ["4", "Eva", "Malá", "", "Sklad", "", "", "", ""]])
    with pytest.raises(NotImportedError) as refused:
        importing.apply(database, without_otto, ImportOptions(TODAY, agreed=planned.fingerprint), NOW)
    assert refused.value.reason == importing.CHANGED_MEANWHILE
    assert all(person.active for person in snapshot(database).values())


def test_a_file_without_anybody_does_not_send_everybody_away(database: Database) -> None:
    bring(database, COMPANY)
    for table in ([HEAD], [HEAD, ["", *[""] * 8]]):
        with pytest.raises(FaultyFileError):
            bring(database, table, skip_bad=True)
    assert all(person.active for person in snapshot(database).values())


def test_progress_tells_of_every_change_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "ROWS_AT_A_TIME", 2)
    told: list[int] = []
    report: Callable[[int], None] = told.append
    importing.apply(database, roster(COMPANY), ImportOptions(TODAY), NOW, report)
    assert told == [2, 1]


def test_indexes_that_are_made_afterwards_are_there_and_a_failure_leaves_all_as_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def indexes() -> set[str | None]:
        with database.reading() as connection:
            return {each["name"] for each in inspect(connection).get_indexes("people")}

    def stop(_: int) -> None:
        raise RuntimeError("stopped")

    before = indexes()
    monkeypatch.setattr(importing, "MANY_NEW", 0)
    with pytest.raises(RuntimeError, match="stopped"):
        importing.apply(database, roster(COMPANY), ImportOptions(TODAY), NOW, stop)
    assert (indexes(), snapshot(database)) == (before, {})
    bring(database, COMPANY)
    assert (indexes(), len(snapshot(database))) == (before, 3)
