"""Somebody new in HR's file who may be somebody it leaves out, under another number: HR says which."""

import dataclasses
import json
from datetime import UTC, date, datetime

import pytest
from people_files import ANNA, HEAD, OTTO, csv, read, with_cell
from sqlalchemy import select

from database import Database
from people.directory import Person
from people.history import history
from people.hr_file import comparison, importing
from people.hr_file.columns import Field
from people.hr_file.comparison import NotImportedError
from people.hr_file.identities import Verdict, Verdicts
from people.hr_file.importing import Done, FaultyFileError
from people.hr_file.plan import ChangeKind, ImportOptions, ImportPlan, Leavers

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVA = ["0012", "Eva Nová", "", "Stock", "0011", "", "", ""]
COMPANY = [HEAD, ANNA, OTTO, EVA]
RENUMBERED = [HEAD, with_cell("Employee ID", "10", ANNA), with_cell("Manager", "10"), EVA]
LOST_ZEROS = [
    HEAD,
    with_cell("Employee ID", "10", ANNA),
    ["11", *OTTO[1:4], "10", *OTTO[5:]],
    ["12", *EVA[1:4], "11", *EVA[5:]],
]
ALL_SAME, ALL_TWO = Verdicts({}, Verdict.SAME), Verdicts({}, Verdict.TWO)


@pytest.fixture
def company(database: Database) -> Database:
    bring(database, COMPANY)
    return database


def bring(database: Database, table: list[list[str]], verdicts: Verdicts = Verdicts({})) -> Done:  # noqa: B008
    return importing.apply(database, read(csv(table)), ImportOptions(TODAY, verdicts=verdicts), NOW)


def plan(database: Database, table: list[list[str]], leavers: Leavers = Leavers.DEACTIVATE) -> ImportPlan:
    return comparison.plan(read(csv(table)), list(directory(database).values()), ImportOptions(TODAY, leavers))


def directory(database: Database) -> dict[str, Person]:
    with database.reading() as connection:
        return {person.employee_id: person for person in importing.everybody(connection)}


def numbers(found: ImportPlan) -> list[tuple[str, str]]:
    return [pair.numbers for pair in found.undecided]


def test_who_has_the_address_of_somebody_left_out_is_shown_beside_them(company: Database) -> None:
    found = plan(company, RENUMBERED)
    assert numbers(found) == [("0010", "10")]
    assert (found.pairs[0].before.name, found.pairs[0].entry.name, found.pairs[0].by) == (
        "Anna Malá",
        "Anna Malá",
        Field.EMAIL,
    )


def test_so_is_who_has_their_name_and_unit(company: Database) -> None:
    found = plan(company, [HEAD, ANNA, OTTO, ["12", "Nová, Eva", "", "stock", "", "", "", ""]])
    assert (numbers(found), found.pairs[0].by) == ([("0012", "12")], Field.NAME)


def test_namesakes_who_cannot_be_told_apart_are_no_pair(company: Database) -> None:
    twins = [["12", "Eva Nová", "", "Stock", "", "", "", ""], ["13", "Eva Nová", "", "Stock", "", "", "", ""]]
    assert plan(company, [HEAD, ANNA, OTTO, *twins]).pairs == []


def test_nothing_is_written_before_it_is_said(company: Database) -> None:
    before = directory(company)
    with pytest.raises(NotImportedError):
        bring(company, RENUMBERED)
    assert directory(company) == before


def test_the_same_person_keeps_their_key_and_gets_the_new_number(
    company: Database, caplog: pytest.LogCaptureFixture
) -> None:
    before = directory(company)
    caplog.set_level("INFO", "kodex.security")
    done = bring(company, RENUMBERED, Verdicts({("0010", "10"): Verdict.SAME}))
    after = directory(company)
    assert (done.counts, done.unchanged, sorted(after)) == ({ChangeKind.CHANGED: 1}, 2, ["0011", "0012", "10"])
    assert after["10"] == dataclasses.replace(before["0010"], employee_id="10")
    assert after["0011"].manager_key == before["0010"].key
    said = [json.loads(record.message) for record in caplog.records if record.name == "kodex.security"]
    assert [(each["event"], each["person"]) for each in said] == [
        ("number changed", before["0010"].key),
        ("people import", None),
    ]


def test_who_reports_to_the_old_number_reports_to_the_new_one(company: Database) -> None:
    table = [HEAD, with_cell("Employee ID", "10", ANNA), OTTO, EVA]
    assert bring(company, table, ALL_SAME).counts == {ChangeKind.CHANGED: 1}


def test_who_reports_to_the_old_number_is_no_fault_before_it_is_said(company: Database) -> None:
    found = plan(company, [HEAD, with_cell("Employee ID", "10", ANNA), OTTO, EVA])
    assert (found.faults, numbers(found)) == ([], [("0010", "10")])


def test_two_people_are_one_who_leaves_and_one_who_comes(company: Database) -> None:
    key = directory(company)["0010"].key
    done = bring(company, RENUMBERED, ALL_TWO)
    after = directory(company)
    assert done.counts == {ChangeKind.ADDED: 1, ChangeKind.LEFT: 1, ChangeKind.CHANGED: 1}
    assert (after["0010"].active, after["10"].key != key) == (False, True)


def test_a_company_that_lost_its_zeros_is_one_question(company: Database) -> None:
    before = directory(company)
    found = plan(company, LOST_ZEROS)
    assert numbers(found) == [("0010", "10"), ("0011", "11"), ("0012", "12")]
    assert bring(company, LOST_ZEROS, ALL_SAME).counts == {ChangeKind.CHANGED: 3}
    assert {person.key for person in directory(company).values()} == {person.key for person in before.values()}
    with company.reading() as connection:
        noted = connection.execute(select(history.c.person_key)).scalars().all()
    assert len(noted) == len(before)


def exchanged(*rows: list[str]) -> list[list[str]]:
    """The rows with the numbers of each other, as when a program sorts one column alone."""
    numbers = [row[0] for row in rows]
    return [[number, *row[1:]] for number, row in zip([*numbers[1:], numbers[0]], rows, strict=True)]


@pytest.mark.parametrize(
    "table",
    [
        [HEAD, *exchanged(ANNA, OTTO), EVA],
        [HEAD, *exchanged(ANNA, OTTO, EVA)],
        [HEAD, ANNA, *exchanged(EVA, OTTO)[:1]],
    ],
    ids=["two", "all", "the number of somebody who has left"],
)
def test_a_number_that_stands_beside_somebody_else_is_a_fault(company: Database, table: list[list[str]]) -> None:
    before = directory(company)
    is_moved = [row[0] != own[0] for row in table[1:] for own in (ANNA, OTTO, EVA) if row[1] == own[1]]
    found = plan(company, table)
    said = [fault.line for fault in found.faults if "a number is never given to somebody else" in str(fault.what)]
    assert said == [line for line, moved in enumerate(is_moved, start=2) if moved]
    with pytest.raises(FaultyFileError):
        bring(company, table)
    assert directory(company) == before


@pytest.mark.parametrize("name", ["Anna Velká", OTTO[1]])
def test_a_new_name_with_a_new_address_is_nobody_else(company: Database, name: str) -> None:
    married = [ANNA[0], name, "anna.velka@example.com", *ANNA[3:]]
    assert bring(company, [HEAD, married, OTTO, EVA]).counts == {ChangeKind.CHANGED: 1}


def test_a_number_in_another_case_is_the_same_number(database: Database) -> None:
    bring(database, [HEAD, with_cell("Employee ID", "ab1", ANNA)])
    key = directory(database)["ab1"].key
    other = with_cell("Manager", "AB1")
    assert bring(database, [HEAD, with_cell("Employee ID", "Ab1", ANNA), other]).counts == {
        ChangeKind.CHANGED: 1,
        ChangeKind.ADDED: 1,
    }
    assert (directory(database)["Ab1"].key, directory(database)["0011"].manager_key) == (key, key)


@pytest.mark.parametrize("pair", [("0010", "99"), ("98", "10"), ("0012", "10"), ("0010", "0012")])
def test_only_somebody_left_out_and_somebody_new_can_be_one_person(company: Database, pair: tuple[str, str]) -> None:
    before = directory(company)
    with pytest.raises(NotImportedError):
        bring(company, RENUMBERED, Verdicts({pair: Verdict.SAME}))
    assert directory(company) == before


def test_whom_the_file_only_reports_missing_is_asked_about_too(company: Database) -> None:
    assert numbers(plan(company, RENUMBERED, Leavers.REPORT)) == [("0010", "10")]
