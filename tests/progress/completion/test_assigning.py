"""`manage.py assign`: whom it reaches, whom it leaves alone, and what it refuses."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from browsing import plain
from operating import Run
from sqlalchemy import select

from commands import application
from database import Database
from people import directory
from people.directory import Person
from progress.audit import verification
from progress.completion import assignments, enrolments
from progress.record import chains

t = application.t
COURSE = "customer-privacy"
TODAY = datetime.now(ZoneInfo("Europe/Prague")).date()
STAFF = [
    Person("k-1", "0001", "Hana Nová", "hana@example.com", "Personální", None, "cs"),
    Person("k-2", "0002", "Petr Malý", "petr@example.com", "Sklad", "k-1", "cs"),
    Person("k-3", "0003", "Eva Dlouhá", "eva@example.com", "Sklad", "k-1", "en"),
    Person("k-4", "0004", "Ota Bílý", "ota@example.com", "Prodej", "k-1", "cs"),
    Person("k-5", "0005", "Jan Starý", "jan@example.com", "Sklad", "k-1", "cs", active=False),
]


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}")
    opened.write(lambda connection: directory.add(connection, STAFF))
    yield opened
    opened.close()


@pytest.fixture
def run(database: Database, operated: Callable[..., Run]) -> Run:
    return operated(str(database.engine.url), "assign")


def assigned(database: Database) -> dict[str, date]:
    """By employee number: the due date of the latest cycle."""
    rows = select(directory.people.c.employee_id, enrolments.enrolments.c.due_on).join(
        enrolments.enrolments, enrolments.enrolments.c.person_key == directory.people.c.person_key
    )
    with database.reading() as connection:
        return {
            row.employee_id: row.due_on for row in connection.execute(rows.order_by(enrolments.enrolments.c.cycle))
        }


def test_everybody_with_access_is_reached_and_named(run: Run, database: Database) -> None:
    result = run(COURSE, "--within", "14", "--everybody")
    assert result.exit_code == 0
    assert assigned(database) == dict.fromkeys(("0001", "0002", "0003", "0004"), TODAY + timedelta(days=14))
    said = plain(result.output)
    assert "0002 Petr Malý, Sklad" in said
    assert "Jan Starý" not in said
    left = t.plural("{n} person has left and gets no course.", "{n} people have left and get no course.", 1)
    assert plain(left) in said


def test_units_and_people_are_reached_together(run: Run, database: Database) -> None:
    due = TODAY + timedelta(days=30)
    assert run(COURSE, "--due", due.isoformat(), "--unit", "Prodej", "--person", "0002").exit_code == 0
    assert assigned(database) == {"0002": due, "0004": due}


def test_a_dry_run_names_them_and_changes_nothing(run: Run, database: Database) -> None:
    result = run(COURSE, "--within", "14", "--unit", "Sklad", "--dry-run")
    assert result.exit_code == 0
    assert "0003 Eva Dlouhá, Sklad" in result.output
    assert t("Nothing was changed.") in plain(result.output)
    assert assigned(database) == {}


def test_who_has_it_already_keeps_the_first_due_date(run: Run, database: Database) -> None:
    run(COURSE, "--within", "14", "--person", "0002")
    result = run(COURSE, "--within", "60", "--unit", "Sklad")
    assert plain(t.plural("{n} person already has the course.", "{n} people already have the course.", 1)) in plain(
        result.output
    )
    assert assigned(database) == {"0002": TODAY + timedelta(days=14), "0003": TODAY + timedelta(days=60)}


def test_the_record_says_who_assigned_and_verifies(run: Run, database: Database) -> None:
    run(COURSE, "--within", "14", "--everybody")
    with database.reading() as connection:
        (event,) = chains.chain(connection, "k-3")
    assert (event.kind, event.body["by"], event.body["course"]) == ("assigned", "manage.py assign", COURSE)
    assert not verification.verify(database, [], {}).findings


def test_who_is_exempt_begins_anew_only_when_asked(database: Database, operated: Callable[..., Run]) -> None:
    run = operated(str(database.engine.url))
    run("assign", COURSE, "--within", "7", "--person", "0002")
    run("people", "grant", "0001", "hr")
    exempted = run("record", "exempt", "0002", "--reason", "classroom course", "--by", "0001", "--yes")
    assert exempted.exit_code == 0, exempted.output
    result = run("assign", COURSE, "--within", "14", "--unit", "Sklad")
    assert assigned(database) == {"0002": TODAY + timedelta(days=7), "0003": TODAY + timedelta(days=14)}
    assert "--again" in plain(result.output)
    run("assign", COURSE, "--within", "30", "--person", "0002", "--again")
    assert assigned(database)["0002"] == TODAY + timedelta(days=30)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((COURSE, "--within", "14"), "--everybody"),
        ((COURSE, "--within", "14", "--everybody", "--unit", "Sklad"), "--everybody"),
        ((COURSE, "--everybody"), "--due"),
        ((COURSE, "--everybody", "--due", "2999-01-01", "--within", "3"), "--due"),
        ((COURSE, "--everybody", "--due", "2001-01-01"), "2001"),
        (("customer-privcy", "--everybody", "--within", "14"), COURSE),
        ((COURSE, "--unit", "Skald", "--within", "14"), "Sklad"),
        ((COURSE, "--person", "0002", "--person", "9999", "--within", "14"), "9999"),
        ((COURSE, "--person", "0002", "--person", "0005", "--within", "14"), "Jan Starý"),
    ],
)
def test_what_is_not_clear_changes_nothing(
    run: Run, database: Database, arguments: tuple[str, ...], said: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert said in plain(result.output)
    assert assigned(database) == {}


def test_many_are_assigned_a_piece_at_a_time(run: Run, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignments, "AT_A_TIME", 3)
    assert run(COURSE, "--within", "14", "--everybody").exit_code == 0
    assert len(assigned(database)) == 4
