"""What HR's file may not do, and how it is applied."""

from collections.abc import Callable

import pytest
from roster import ANNA, BOSS, COMPANY, HEAD, NOW, TODAY, bring, roster, snapshot
from sqlalchemy import inspect

from database import Database
from people.directory import Person
from people.hr_file import importing
from people.hr_file.importing import FaultyFileError, Leavers, NotImportedError


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
    planned = importing.plan(without_otto, list(snapshot(database).values()), Leavers.DEACTIVATE, TODAY)
    bring(database, [*COMPANY, ["4", "Eva", "Malá", "", "Sklad", "", "", "", ""]])
    with pytest.raises(NotImportedError) as refused:
        importing.apply(database, without_otto, Leavers.DEACTIVATE, TODAY, NOW, agreed=planned.fingerprint)
    assert refused.value.reason == importing.CHANGED_MEANWHILE
    assert all(person.active for person in snapshot(database).values())


def test_a_file_without_anybody_does_not_send_everybody_away(database: Database) -> None:
    bring(database, COMPANY)
    for table in ([HEAD], [HEAD, ["", *[""] * 8]]):
        with pytest.raises(FaultyFileError):
            bring(database, table, skip_bad=True)
    assert all(person.active for person in snapshot(database).values())


def test_progress_tells_of_every_change_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PIECE", 2)
    told: list[int] = []
    report: Callable[[int], None] = told.append
    bring(database, COMPANY, on_progress=report)
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
    monkeypatch.setattr(importing, "MANY", 0)
    with pytest.raises(RuntimeError, match="stopped"):
        bring(database, COMPANY, on_progress=stop)
    assert (indexes(), snapshot(database)) == (before, {})
    bring(database, COMPANY)
    assert (indexes(), len(snapshot(database))) == (before, 3)
