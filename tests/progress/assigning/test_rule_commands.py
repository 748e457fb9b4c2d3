"""`manage.py rule` and `manage.py leave`: they say first whom something touches, and refuse in a sentence."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
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
from progress.completion.enrolments import enrolments

t = application.t
COURSE = "customer-privacy"
TODAY = datetime.now(ZoneInfo("Europe/Prague")).date()
STAFF = [
    Person("k-1", "0001", "Hana Nová", "", "Provoz", None, "cs"),
    Person("k-2", "0002", "Petr Malý", "", "Sklad", "k-1", "cs"),
    Person("k-3", "0003", "Eva Dlouhá", "", "Sklad", "k-1", "en"),
]


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'kodex.sqlite3')}")
    opened.write(lambda connection: directory.add(connection, STAFF))
    yield opened
    opened.close()


@pytest.fixture
def run(database: Database, operated: Callable[..., Run]) -> Run:
    return operated(str(database.engine.url))


def due(database: Database) -> dict[str, int]:
    """By person key: the days until the course is due."""
    with database.reading() as connection:
        rows = connection.execute(select(enrolments.c.person_key, enrolments.c.due_on))
        return {row.person_key: (row.due_on - TODAY).days for row in rows}


def test_a_rule_is_previewed_added_applied_and_ended(run: Run, database: Database, tmp_path: Path) -> None:
    listed = tmp_path / "numbers.txt"
    listed.write_text("0001\n0002\n\n", "utf-8")
    wanted = ("rule", "add", COURSE, "--file", str(listed), "--within", "20", "--again", "completion")
    looked = run(*wanted)
    assert looked.exit_code == 0
    assert "0002 Petr Malý, Sklad" in plain(looked.output)
    assert t("There are no rules.") in run("rule", "list").output
    assert run(*wanted, "--yes").exit_code == 0
    assert f"1 {COURSE}" in run("rule", "list").output
    assert due(database) == {}
    for _ in range(2):
        assert run("rule", "apply").exit_code == 0
        assert due(database) == {"k-1": 20, "k-2": 20}
    assert "0001 Hana Nová" in run("rule", "end", "1").output
    assert run("rule", "end", "1", "--yes").exit_code == 0
    assert run("rule", "end", "1", "--yes").exit_code == 1
    assert due(database) == {"k-1": 20, "k-2": 20}


def test_leave_moves_the_due_date_at_once_and_says_so(run: Run, database: Database) -> None:
    assert run("assign", COURSE, "--within", "10", "--person", "0002").exit_code == 0
    last = TODAY + timedelta(days=4)
    # The day of the assignment does not count: four days of leave are left.
    noted = run("leave", "add", "0002", "--from", TODAY.isoformat(), "--until", last.isoformat())
    assert noted.exit_code == 0
    assert due(database) == {"k-2": 14}
    assert "Petr Malý" in run("leave", "list").output
    assert run("leave", "end", "0002").exit_code == 0
    assert due(database) == {"k-2": 10}
    assert t("Nobody is on leave.") in run("leave", "list").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rule", "add", "customer-privcy", "--everybody", "--within", "5"), COURSE),
        (("rule", "add", COURSE, "--unit", "Skald", "--within", "5"), "Skald"),
        (("rule", "add", COURSE, "--person", "9999", "--within", "5"), "9999"),
        (("rule", "add", COURSE, "--everybody", "--due", "2001-01-01"), "2001"),
        (("rule", "add", COURSE, "--everybody", "--within", "5", "--again", "day", "--day", "13-40"), ""),
        (("rule", "add", COURSE, "--file", "nowhere.txt", "--within", "5"), "nowhere.txt"),
        (("rule", "preview", "7"), "7"),
        (("leave", "add", "9999", "--from", "2026-01-01"), "9999"),
        (("leave", "end", "0002"), ""),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, database: Database, arguments: tuple[str, ...], said: str) -> None:
    refused = run(*arguments, "--yes") if arguments[:2] == ("rule", "add") else run(*arguments)
    assert refused.exit_code == 1
    assert said in plain(refused.output)
    assert t("Nothing was changed.") in plain(refused.output)
    assert t("There are no rules.") in run("rule", "list").output
    assert due(database) == {}
