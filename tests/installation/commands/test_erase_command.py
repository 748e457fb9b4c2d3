"""`manage.py people erase` and `people retention`: what goes, what stays, and a reason."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from browsing import plain
from commanding import names, t
from operating import Run
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from commands import application
from commands.console import unanswered
from database import Database, UnknownOutcomeError
from people import directory
from progress.completion.fold import differing
from progress.reports.lrs.deliveries import delivered
from progress.reports.lrs.xapi import Actor, Namer

REASON = "Asked for in writing, case 12"


def one_of(database: Database) -> directory.Person:
    with database.reading() as connection:
        row = connection.execute(select(directory.people).order_by(directory.people.c.name).limit(1)).one()
    return directory.from_row(row)


def test_erase_says_what_goes_and_what_stays_and_asks(run: Run, company: Database) -> None:
    person = one_of(company)
    before = names(company)
    result = run("people", "erase", person.employee_id, "--reason", REASON)  # nobody answers
    assert result.exit_code == 1
    assert t("Erase {name}?", name=person.name) in result.output
    assert t(
        "Erased for good: name, e-mail, unit, manager, dates, numbers, roles, sessions, password, deputies, "
        "leave, remarks, pledges."
    ) in (result.output)
    assert names(company) == before


def test_erase_erases_and_names_the_pseudonym(run: Run, company: Database) -> None:
    person = one_of(company)
    result = run("people", "erase", person.employee_id, "--reason", REASON, "--yes")
    assert result.exit_code == 0
    assert f"erased-{person.key}" in result.output
    assert person.name not in names(company)
    with company.reading() as connection:
        assert list(differing(connection)) == []
    again = run("people", "erase", person.employee_id, "--reason", REASON, "--yes")
    assert again.exit_code == 1
    assert t("There is nobody with the employee number {id}.", id=person.employee_id) in plain(again.output)


def test_erase_says_by_what_a_learning_record_store_knows_the_person(run: Run, company: Database) -> None:
    person = one_of(company)
    pseudonym = Namer("", Actor.PSEUDONYM).person(person.key).pseudonym
    with company.writing() as connection:
        row = {"store": "https://lrs.example.com/xapi", "statement_id": "1", "at": datetime.now(UTC)}
        connection.execute(delivered.insert(), [row])
    result = run("people", "erase", person.employee_id, "--reason", REASON, "--yes")
    assert pseudonym in result.output


def test_erase_refuses_a_reason_that_names_the_person(run: Run, company: Database) -> None:
    person = one_of(company)
    before = names(company)
    result = run("people", "erase", person.employee_id, "--reason", f"{person.name} asked", "--yes")
    assert result.exit_code == 1
    assert names(company) == before


def test_retention_counts_and_with_apply_erases(run: Run, company: Database) -> None:
    person = one_of(company)
    people = directory.people
    with company.writing() as connection:
        left = people.update().where(people.c.person_key == person.key)
        connection.execute(left.values(active=False, ends_on=date(2010, 1, 1)))
    due = t("People who left more than {months} ago, to be erased: {n}", months="{months}", n="{n}")
    months = t.plural("{n} month", "{n} months", 12)
    before = names(company)
    dry = run("people", "retention", KODEX_RETENTION_LEAVERS_MONTHS="12")
    assert dry.exit_code == 0
    assert due.format(months=months, n=1) in dry.output
    assert names(company) == before
    assert run("people", "retention", "--apply", KODEX_RETENTION_LEAVERS_MONTHS="12").exit_code == 0
    assert person.name not in names(company)
    after = run("people", "retention")
    assert due.format(months=t.plural("{n} month", "{n} months", 12), n=0) in after.output


@pytest.mark.parametrize(
    "error", [OperationalError("UPDATE", {}, Exception("database is locked")), UnknownOutcomeError()]
)
def test_a_database_that_falls_silent_in_the_middle_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def interrupted() -> None:
        raise error

    monkeypatch.setattr(application, "app", interrupted)
    with pytest.raises(SystemExit) as ended:
        application.main()
    assert ended.value.code == 1
    assert "database" in capsys.readouterr().err


def test_bytes_that_are_no_text_are_not_taken_for_a_database_that_is_silent(tmp_path: Path) -> None:
    """SQLite's driver repeats them, and they may be most of somebody's name."""
    database = Database(f"sqlite:///{tmp_path / 'kodex.sqlite3'}")
    with database.reading() as connection, pytest.raises(OperationalError) as raised:
        connection.exec_driver_sql("SELECT CAST('Jana Nov' || X'FF' AS TEXT) AS name").all()
    database.close()
    said = unanswered(raised.value)
    assert "bytes that are no text, in the column name" in said
    assert "Jana" not in said
