"""Erasure from the file of an SQLite database."""

import sqlite3
from pathlib import Path

import pytest
from cast import NOW
from erasing import REASON, erased
from sqlalchemy import func, select, update
from studying import Study

from database import Database, NotRewrittenError, copies, rewriting
from installation import schema
from people import directory
from people.access import Principal
from people.directory import Person
from progress.personal.erasure import erase
from progress.reports import export_log
from progress.reports.export_log import Extent, HandedOut


def in_files(file: Path, telling: tuple[str, ...]) -> list[str]:
    """Which of the words are in a database's file or in its log, as bytes."""
    held = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    return [each for each in telling if each.encode() in held]


TELLING = ("Lenka", "Šťastná", "lenka@example.com", "lenka.s", "ext-4711", "Browser 1")


def file_of(database: Database) -> Path:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL's files are its own: docs/operations.md says what its VACUUM does")
    return Path(database.engine.url.database or "")


def test_the_file_its_log_and_a_fresh_copy_tell_nothing_any_more(
    known: Study, learner: Principal, tmp_path: Path
) -> None:
    """Neither in rows nor in the cells of an index, nor where rows were before."""
    file = file_of(known.database)
    with known.database.writing() as connection:
        connection.execute(
            update(directory.people).where(directory.people.c.person_key == learner.key).values(employee_id="ID-4712")
        )
        exported = export_log.export_log
        number = func.replace(exported.c.extent, f'"{learner.person.employee_id}"', '"ID-4712"')
        connection.execute(update(exported).values(extent=number))
    assert in_files(file, (*TELLING, "ID-4712")) == [*TELLING, "ID-4712"]
    assert erase(known.database, "ID-4712", REASON, "tests", NOW).is_log_empty
    assert in_files(file, (*TELLING, "ID-4712")) == []
    copy = tmp_path / "fresh.copy"
    copies.copy(known.database, copy, lambda _done, _total: None)
    assert in_files(copy, (*TELLING, "ID-4712")) == []


def test_of_many_none_is_left_in_the_file(known: Study) -> None:
    """So many that pages of the tables and of their indices are divided and freed."""
    file = file_of(known.database)
    staff = [
        Person(f"{n:031x}f", f"NUM-{n:06d}", f"Jméno{n:06d}", f"mail{n:06d}@example.com", "Sklad", None, "cs")
        for n in range(7, 3000, 7)
    ]
    with known.database.writing() as connection:
        directory.add(connection, staff)
    gone = staff[::9]
    for person in gone:
        erase(known.database, person.employee_id, REASON, "tests", NOW)
    telling = tuple(each for person in gone for each in (person.employee_id, person.name, person.email))
    assert in_files(file, telling) == []
    stay = tuple(person.email for person in staff if person not in gone)
    assert in_files(file, stay) == list(stay)


def test_a_reader_who_keeps_the_log_from_being_emptied_is_told_of(
    known: Study, learner: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("database.sqlite.SETTINGS", ("journal_mode=WAL", "busy_timeout=10", "secure_delete=ON"))
    impatient = Database(f"sqlite:///{file_of(known.database)}")
    with known.database.snapshot() as connection:
        connection.execute(select(directory.people)).all()
        assert not erase(impatient, learner.person.employee_id, REASON, "tests", NOW).is_log_empty
    assert rewriting.empty_log(impatient)
    impatient.close()


def test_what_was_deleted_before_values_were_zeroed_goes_once_with_the_next_migration(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    database = Database(f"sqlite:///{file}")
    schema.bring_up_to_date(database)
    staff = [
        Person(f"{n:032x}", str(n), f"Jméno{n}", f"mail{n:06d}@example.com", "Sklad", None, "cs") for n in range(9)
    ]
    with database.writing() as connection:
        directory.add(connection, staff)
    copies.settle(database)
    database.close()
    with sqlite3.connect(file) as careless:
        careless.execute("PRAGMA secure_delete=OFF")
        careless.execute("DELETE FROM people WHERE employee_id = '4'")
        careless.execute("PRAGMA user_version=0")
    careless.close()
    assert in_files(file, ("mail000004@example.com",)) == ["mail000004@example.com"]
    assert not rewriting.is_rewritten(database)
    schema.bring_up_to_date(database)
    assert in_files(file, ("mail000004@example.com", "mail000005@example.com")) == ["mail000005@example.com"]
    assert rewriting.is_rewritten(database)
    written_at = file.stat().st_mtime_ns
    schema.bring_up_to_date(database)
    assert file.stat().st_mtime_ns == written_at, "it is done once"
    database.close()


def test_a_rewriting_that_was_interrupted_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    schema.bring_up_to_date(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA user_version=0")
    with monkeypatch.context() as broken:
        broken.setattr(rewriting, "_empty_log", lambda *_: False)
        with pytest.raises(NotRewrittenError):
            schema.bring_up_to_date(database)
    assert schema.is_newest(database)
    assert not rewriting.is_rewritten(database)
    schema.bring_up_to_date(database)
    assert rewriting.is_rewritten(database)
    database.close()


@pytest.mark.parametrize("search", ["šťast", "lenka@", "2026 Stast", "enka", "ENKA@EXAMPLE"])
def test_a_search_by_a_part_of_what_somebody_was_found_by_goes_too(
    known: Study, learner: Principal, manager: Principal, search: str
) -> None:
    given = HandedOut(
        export_log.ExportKind.CERTIFICATIONS, Extent(everybody=True), {"search": search}, "c.csv", "csv", 1, "00", "x"
    )
    number = export_log.keep(known.database, manager, given, NOW)
    erased(known, learner)
    with known.database.reading() as connection:
        entry = export_log.find(connection, number)
    assert entry is not None
    assert (entry.handed_out.selection, entry.handed_out.statement) == ({"search": "erased"}, "")


@pytest.mark.parametrize("search", ["Milan", "le", "Obchod"])
def test_a_search_for_somebody_else_stays(known: Study, learner: Principal, manager: Principal, search: str) -> None:
    given = HandedOut(
        export_log.ExportKind.CERTIFICATIONS, Extent(everybody=True), {"search": search}, "c.csv", "csv", 1, "00", "x"
    )
    number = export_log.keep(known.database, manager, given, NOW)
    erased(known, learner)
    with known.database.reading() as connection:
        entry = export_log.find(connection, number)
    assert entry is not None
    assert entry.handed_out.selection == {"search": search}
