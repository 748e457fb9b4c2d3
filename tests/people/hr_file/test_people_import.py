"""HR's file: every form it comes in, everything that can be wrong with it, and what it does to the directory."""

import io
import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import inspect, select

from benchmarks.mutants import damaged
from database import Database
from people import directory
from people.access import Act, Principal, Role, visible
from people.directory import Person
from people.hr_file import columns, formats, importing, reader
from people.hr_file.columns import Field, Roster, WrongMappingError
from people.hr_file.identities import Verdict, Verdicts
from people.hr_file.importing import Done, FaultyFileError, Kind, Leavers, NotImportedError
from people.sign_in import accounts
from words import LANGUAGES, Words

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = b"only-for-tests-only-for-tests-only-for-tests"
LIMITS = accounts.Limits(timedelta(hours=8), timedelta(minutes=30))

HEAD = ["Osobní číslo", "Jméno", "Příjmení", "E-mail", "Útvar", "Nadřízený", "Nástup", "Konec", "Jazyk"]
BOSS = ["1", "Žaneta", "Říhová", "zaneta@example.com", "Vedení", "", "1. 2. 2020", "", "cs"]
ANNA = ["2", "Anna", "Ďurišová", "anna@example.com", "Sklad", "1", "2021-03-04", "", "en"]
OTTO = ["3", "Otto", "Šťastný", "otto@example.com", "Sklad", "anna@example.com", "", "31.12.2026", ""]
COMPANY = [HEAD, BOSS, ANNA, OTTO]

Table = Sequence[Sequence[Any]]


def csv(table: Table, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in table).encode(encoding)


def xlsx(table: Table) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "d. m. yyyy"})
    for line, row in enumerate(table):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell)
            else:
                sheet.write_string(line, column, cell)
    book.close()
    return data.getvalue()


def roster(data: bytes | Table, mapped: dict[Field, str] | None = None) -> Roster:
    return columns.read(formats.tables(data if isinstance(data, bytes) else csv(data)), mapped)


def places(found: Roster) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in found.faults]


def bring(database: Database, table: bytes | Table, leavers: Leavers = Leavers.DEACTIVATE, **how: Any) -> Done:
    return importing.apply(database, roster(table), leavers, TODAY, NOW, **how)


def faults_of(
    database: Database, table: Table, leavers: Leavers = Leavers.DEACTIVATE, **how: Any
) -> list[tuple[int, str]]:
    """Where the faults are that keep a file from being applied; the directory stays as it was."""
    before = snapshot(database)
    with pytest.raises(FaultyFileError) as refused:
        bring(database, table, leavers, **how)
    assert snapshot(database) == before
    return [(fault.line, fault.column) for fault in refused.value.faults]


def snapshot(database: Database) -> dict[str, Person]:
    with database.reading() as connection:
        return {person.employee_id: person for person in importing.everybody(connection)}


def team(database: Database, manager: Person) -> set[str]:
    """The names that a manager sees."""
    principal = Principal(manager, frozenset({Role.EMPLOYEE, Role.MANAGER}))
    with database.reading() as connection:
        seen = visible(principal, Act.SEE_TEAM)
        names = select(directory.people.c.name).where(
            directory.people.c.person_key.in_(seen), directory.people.c.active
        )
        return set(connection.execute(names).scalars())


def signed_in(database: Database, token: str) -> bool:
    return accounts.principal(database, token, SECRET, LIMITS, NOW, TODAY) is not None


# Reading: every form


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_csv_is_read_in_every_encoding_and_with_every_delimiter(delimiter: str, encoding: str) -> None:
    found = roster(csv(COMPANY, delimiter, encoding))
    assert found.faults == []
    assert [entry.name for entry in found.entries] == ["Žaneta Říhová", "Anna Ďurišová", "Otto Šťastný"]
    assert [entry.unit for entry in found.entries] == ["Vedení", "Sklad", "Sklad"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_in_either_byte_order(encoding: str) -> None:
    data = "\ufeff".encode(encoding) + csv(COMPANY, encoding=encoding)
    assert roster(data).entries == roster(COMPANY).entries


def test_xlsx_says_the_same_as_csv() -> None:
    as_workbook, as_text = roster(xlsx(COMPANY)), roster(COMPANY)
    assert (as_workbook.entries, as_workbook.columns) == (as_text.entries, as_text.columns)


def test_numbers_and_dates_of_excel_are_what_they_look_like() -> None:
    row = [1001, "Jan", "Novák", "", "Sklad", "", date(2020, 2, 29), 46387, "cs"]
    (entry,) = roster(xlsx([HEAD, row])).entries
    assert entry.employee_id == "1001"
    assert entry.starts_on == date(2020, 2, 29)
    assert entry.ends_on == date(2026, 12, 31)


def test_a_number_in_excel_and_the_same_in_text_are_one_person() -> None:
    rows = [[1, *BOSS[1:]], ["2", *ANNA[1:5], 1, *ANNA[6:]]]
    found = roster(xlsx([HEAD, *rows]))
    assert [(entry.employee_id, entry.manager) for entry in found.entries] == [("1", ""), ("2", "1")]


def test_line_numbers_of_excel_count_empty_rows_and_leave_them_out() -> None:
    found = roster(xlsx([[], HEAD, BOSS, [], ["2", "Jan", "", "", "", ""]]))
    assert places(found) == [(5, "Příjmení"), (5, "Útvar")] or places(found) == [(5, "Útvar")]
    assert [entry.line for entry in found.entries] == [3]


def test_line_numbers_count_lines_within_quotation_marks_and_empty_ones() -> None:
    data = b'sep=,\r\n\r\nid,name,e-mail,unit\r\n1,"A\r\nB",,U\r\n\r\n2,,,U\r\n'
    assert places(roster(data)) == [(4, "name"), (7, "name")]


def test_cells_may_hold_the_delimiter_in_quotation_marks() -> None:
    (entry,) = roster('id;name;e-mail;unit\n1;"Novák; Jan";;"Sklad ""A"""\n'.encode()).entries
    assert (entry.name, entry.unit) == ("Novák; Jan", 'Sklad "A"')


@pytest.mark.parametrize(
    "head",
    [
        ["osobní číslo", "jméno", "příjmení", "e-mail", "útvar"],
        ["OSOBNÍ  ČÍSLO", "JMENO", "Prijmeni", "Email", "UTVAR"],
        ["Os. č.", "Křestní jméno", "Příjmení", "E-mailová adresa", "Oddělení"],
        ["Employee ID", "First name", "Last name", "E-mail", "Department"],
        ["employee_number", "GivenName", "Surname", "mail", "organisational-unit"],
        ["ID", "Name", "Surname", "E-MAIL ", " unit"],
    ],
)
def test_columns_are_known_by_czech_and_english_names_however_they_are_written(head: list[str]) -> None:
    (entry,) = roster([head, ["1", "Jan", "Novák", "jan@example.com", "Sklad"]]).entries
    assert (entry.employee_id, entry.name, entry.unit) == ("1", "Jan Novák", "Sklad")
    assert entry.email == "jan@example.com"


@pytest.mark.parametrize("name", ["Jméno", "jméno a příjmení", "Full name", "name"])
def test_the_name_may_stand_in_one_column(name: str) -> None:
    (entry,) = roster([["id", name, "e-mail", "unit"], ["1", "Jan Novák", "", "Sklad"]]).entries
    assert entry.name == "Jan Novák"


def test_the_order_of_columns_is_free_and_those_that_mean_nothing_are_named() -> None:
    found = roster([["Plat", *reversed(HEAD), "Barva"], ["10", *reversed(BOSS), "modrá"]])
    assert found.entries == [columns.Entry(2, "1", "Žaneta Říhová", "zaneta@example.com", "Vedení", "",
                                           date(2020, 2, 1), None, "cs", "Říhová")]  # fmt: skip
    assert found.not_read == ("Plat", "Barva")


def test_a_mapping_file_names_other_columns() -> None:
    mapped = columns.mapping(b"id: Kennziffer\nname: Wer\nunit: 'no'\n")
    (entry,) = roster([["Wer", "Kennziffer", "E-Mail", "no"], ["Jan Novák", "7", "", "Lager"]], mapped).entries
    assert (entry.employee_id, entry.name, entry.unit) == ("7", "Jan Novák", "Lager")


@pytest.mark.parametrize(
    "text", ["", "id", "- id", "id: [a]", "id: &a b\nname: *a", "colour: red", "id: {a: b}", "a: b: c", "\xff", "["]
)
def test_a_mapping_file_that_is_anything_else_is_refused(text: str) -> None:
    with pytest.raises(WrongMappingError):
        columns.mapping(text.encode("latin-1"))


def test_a_column_that_the_mapping_file_names_has_to_be_there() -> None:
    found = roster([HEAD, BOSS], {Field.UNIT: "Kostka"})
    assert places(found) == [(1, "")]
    assert "Kostka" in str(found.faults[0].what)


@pytest.mark.parametrize(
    "text",
    ["31. 12. 2026", "31.12.2026", "31. 12.2026", "2026-12-31", "46387", "2026-12-31 00:00:00", " 2026-12-31 "],
)
def test_a_date_is_read_in_every_way_it_is_written(text: str) -> None:
    (entry,) = roster([HEAD, [*BOSS[:7], text, "cs"]]).entries
    assert entry.ends_on == date(2026, 12, 31)


@pytest.mark.parametrize(
    "text", ["31. 2. 2026", "12/31/2026", "2026-13-01", "tomorrow", "1. 1. 26", "123", "123456", "٣١. ١. ٢٠٢٦"]
)
def test_what_is_no_date_is_named(text: str) -> None:
    found = roster([HEAD, BOSS, [*ANNA[:6], text, "", ""]])
    assert places(found) == [(3, "Nástup")]


@pytest.mark.parametrize(
    ("text", "language"),
    [("cs", "cs"), ("CZ", "cs"), ("Čeština", "cs"), ("en-GB", "en"), ("English", "en"), ("", "")],
)
def test_a_language_may_be_written_out(text: str, language: str) -> None:
    (entry,) = roster([HEAD, [*BOSS[:8], text]]).entries
    assert entry.language == language


def test_names_are_composed_and_joiners_are_kept() -> None:
    (entry,) = roster([HEAD, ["1", "Z\u030caneta", "علی\u200cرضا", *BOSS[3:]]]).entries
    assert entry.name == "Žaneta علی\u200cرضا"


# Reading: what is wrong, to the line and column


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (["", *ANNA[1:]], [(3, "Osobní číslo")]),
        (["1", *ANNA[1:]], [(3, "Osobní číslo")]),
        (["2", "", "", *ANNA[3:]], [(3, "Příjmení")]),
        (["2", "A\u202eB", *ANNA[2:]], [(3, "Jméno")]),
        (["2", "A\u200bB", *ANNA[2:]], [(3, "Jméno")]),
        (["2", "A\u0007B", *ANNA[2:]], [(3, "Jméno")]),
        (["2", "Anna", "\u2066D\u2069", *ANNA[3:]], [(3, "Příjmení")]),
        (["2", "A" * 201, *ANNA[2:]], [(3, "Jméno")]),
        ([*ANNA[:3], "anna@example", *ANNA[4:]], [(3, "E-mail")]),
        ([*ANNA[:3], "anna example.com", *ANNA[4:]], [(3, "E-mail")]),
        ([*ANNA[:3], "a@b@example.com", *ANNA[4:]], [(3, "E-mail")]),
        ([*ANNA[:3], ".anna@example.com", *ANNA[4:]], [(3, "E-mail")]),
        ([*ANNA[:3], "ZANETA@example.com", *ANNA[4:]], [(3, "E-mail")]),
        ([*ANNA[:4], "", *ANNA[5:]], [(3, "Útvar")]),
        ([*ANNA[:6], "2022-01-01", "2021-12-31", ""], [(3, "Konec")]),
        ([*ANNA[:8], "klingonsky"], [(3, "Jazyk")]),
        (["", "", "", "x", "", "", "y", "z", "q"], [(3, name) for name in
         ("Osobní číslo", "E-mail", "Příjmení", "Útvar", "Nástup", "Konec", "Jazyk")]),
    ],
)  # fmt: skip
def test_a_faulty_cell_is_named_by_line_and_column(row: list[str], where: list[tuple[int, str]]) -> None:
    found = roster([HEAD, BOSS, row])
    assert places(found) == where
    assert found.rows == 2


def test_a_fault_says_where_it_is_in_both_languages() -> None:
    (fault,) = roster([HEAD, ["", *BOSS[1:]]]).faults
    assert {fault.in_words(Words.of(language)) for language in LANGUAGES} == {
        "line 2, Osobní číslo: the employee number is missing",
        "řádek 2, Osobní číslo: chybí osobní číslo",
    }


@pytest.mark.parametrize("missing", ["Osobní číslo", "Příjmení", "E-mail", "Útvar"])
def test_a_missing_column_is_named(missing: str) -> None:
    keep = [
        place for place, name in enumerate(HEAD) if name != missing and (missing != "Příjmení" or name != "Jméno")
    ]
    found = roster([[row[place] for place in keep] for row in COMPANY])
    assert places(found) == [(1, "")]
    assert not found.is_usable


def test_all_missing_columns_are_named_at_once() -> None:
    assert len(roster([["a", "b"], ["1", "2"]]).faults) == 4


def test_a_column_that_is_there_twice_is_named() -> None:
    assert places(roster([[*HEAD, "e-mail"], [*BOSS, ""]])) == [(1, "E-mail")]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 0),
        (b" \r\n\r\n", 0),
        ("".encode("utf-16"), 0),
        (csv([HEAD]), 0),
        (xlsx([]), 0),
        (b"id;name\n\x00\x01", 2),
        (b"\xff\xfei\x00d\x00;\x00\x00", 1),
        (b"PK\x03\x04 and no more", 0),
        (xlsx(COMPANY)[:2000], 0),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(data: bytes, line: int) -> None:
    found = roster(data)
    assert [fault.line for fault in found.faults] == [line]
    assert not found.entries


def test_a_cell_far_from_the_table_does_not_take_the_memory_of_the_machine() -> None:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    sheet.write_string(1_048_575, 16_383, "far")
    book.close()
    assert [fault.what for fault in reader.read(data.getvalue()).faults] == [reader.TOO_MUCH]


def test_a_quotation_mark_that_is_never_closed_is_found() -> None:
    found = roster(b'id;name;e-mail;unit\n1;"Jan;;U\n2;Petr;;U\n')
    assert places(found) == [(2, "")]
    assert found.spoilt_without_id


def test_what_is_repeated_of_a_file_cannot_steer_a_terminal() -> None:
    (fault,) = roster([HEAD, [*BOSS[:3], "\x1b[31mred@example.com", *BOSS[4:]]]).faults
    assert str(fault.what).isprintable()
    found = roster([["id", "na\x1bme", "e-mail", "unit"], ["1", "x", "", "u"]])
    assert all(str(fault.what).isprintable() and fault.column.isprintable() for fault in found.faults)


NASTY = (b'"', b"\r", b"\n", b";", b"\x00", b"\xe2\x80\xae", b"'")


def test_a_thousand_mutated_files_give_only_named_faults() -> None:
    chance = random.Random(1)
    originals = [csv(COMPANY), csv(COMPANY, ",", "utf-16"), csv(COMPANY, "\t", "cp1250"), xlsx(COMPANY)]
    faulty = 0
    for number in range(1000):
        found = roster(damaged(originals[number % 4], chance, NASTY))
        planned = importing.plan(found, [], Leavers.DEACTIVATE, TODAY, skip_bad=bool(number % 2))
        said = [fault.in_words(Words.of("cs")) for fault in planned.faults]
        assert all(said)
        faulty += bool(said)
    assert faulty > 500


# The directory


def test_a_file_fills_an_empty_directory(database: Database) -> None:
    done = bring(database, COMPANY)
    assert (done.counts, done.unchanged, done.active) == ({Kind.ADDED: 3}, 0, 3)
    found = snapshot(database)
    anna, otto = found["2"], found["3"]
    assert (anna.name, anna.email, anna.unit, anna.language) == ("Anna Ďurišová", "anna@example.com", "Sklad", "en")
    assert (anna.starts_on, otto.ends_on, otto.language) == (date(2021, 3, 4), date(2026, 12, 31), "cs")
    assert anna.manager_key == found["1"].key
    assert otto.manager_key == anna.key
    assert not any(person.invented for person in found.values())


def test_a_person_key_says_nothing_about_whose_it_is(database: Database, tmp_path: Path) -> None:
    bring(database, COMPANY)
    keys = {person.key for person in snapshot(database).values()}
    assert all(len(key) == 32 and int(key, 16) >= 0 for key in keys)
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    directory.metadata.create_all(other.engine)
    bring(other, COMPANY)
    assert keys.isdisjoint(person.key for person in snapshot(other).values())
    other.close()


def test_the_same_file_changes_nothing_the_second_time(database: Database) -> None:
    bring(database, COMPANY)
    before = snapshot(database)
    done = bring(database, xlsx(COMPANY))
    assert (done.counts, done.unchanged) == ({}, 3)
    assert snapshot(database) == before


@pytest.mark.parametrize("seed", range(3))
def test_managers_may_come_in_any_order(database: Database, seed: int) -> None:
    def manager(n: int) -> str:
        return str(n - 1) if n % 2 else f"P{n - 1}@example.com" if n else ""

    line = [[str(n), "A", f"B{n}", f"p{n}@example.com", "U", manager(n), "", "", ""] for n in range(60)]
    random.Random(seed).shuffle(line)
    bring(database, [HEAD, *line])
    found = snapshot(database)
    assert all(found[str(n)].manager_key == found[str(n - 1)].key for n in range(1, 60))
    assert len(team(database, found["0"])) == 59


def test_an_unknown_manager_is_named(database: Database) -> None:
    assert faults_of(database, [HEAD, BOSS, [*ANNA[:5], "99", "", "", ""]]) == [(3, "Nadřízený")]
    assert faults_of(database, [HEAD, BOSS, [*ANNA[:5], "x@example.com", "", "", ""]]) == [(3, "Nadřízený")]


def test_a_circle_of_managers_is_named_at_each_of_its_people(database: Database) -> None:
    rows = [[*BOSS[:5], "3", "", "", ""], ANNA, OTTO, ["4", "Eva", "Malá", "", "Sklad", "3", "", "", ""]]
    assert faults_of(database, [HEAD, *rows]) == [(2, "Nadřízený"), (3, "Nadřízený"), (4, "Nadřízený")]


def test_nobody_is_their_own_manager(database: Database) -> None:
    assert faults_of(database, [HEAD, [*BOSS[:5], "1", "", "", ""]]) == [(2, "Nadřízený")]


def test_faults_within_rows_and_between_them_are_named_together(database: Database) -> None:
    rows = [[*BOSS[:3], "nonsense", *BOSS[4:]], ANNA, [*OTTO[:5], "99", "", "", ""]]
    assert faults_of(database, [HEAD, *rows]) == [(2, "E-mail"), (4, "Nadřízený")]


def test_nothing_is_written_when_one_row_is_bad(database: Database) -> None:
    bring(database, COMPANY)
    table = [HEAD, [*BOSS[:4], "Jinde", *BOSS[5:]], ["9", "Eva", "Nová", "eva@", "Sklad", "1", "", "", ""]]
    assert faults_of(database, table) == [(3, "E-mail")]


def test_who_leaves_loses_access_at_once_and_keeps_their_record(database: Database) -> None:
    bring(database, COMPANY)
    otto = snapshot(database)["3"]
    token = accounts.sign_in(database, otto.key, SECRET, NOW)
    assert signed_in(database, token)
    done = bring(database, [HEAD, BOSS, ANNA])
    assert (done.counts, done.active) == ({Kind.LEFT: 1}, 2)
    assert not signed_in(database, token)
    left = snapshot(database)["3"]
    assert (left.key, left.name, left.active, left.ends_on) == (otto.key, otto.name, False, TODAY)
    assert team(database, snapshot(database)["1"]) == {"Anna Ďurišová"}


def test_an_end_in_the_past_ends_access_and_one_to_come_does_not(database: Database) -> None:
    bring(database, COMPANY)
    anna = snapshot(database)["2"]
    token = accounts.sign_in(database, anna.key, SECRET, NOW)
    bring(database, [HEAD, BOSS, [*ANNA[:7], "2026-03-02", ""], OTTO])
    assert signed_in(database, token)
    done = bring(database, [HEAD, BOSS, [*ANNA[:7], "2026-03-01", ""], OTTO])
    assert done.counts == {Kind.LEFT: 1}
    assert not signed_in(database, token)


def test_leavers_may_only_be_listed(database: Database) -> None:
    bring(database, COMPANY)
    before = snapshot(database)
    done = bring(database, [HEAD, BOSS, ANNA], Leavers.REPORT)
    assert (done.counts, done.active) == ({Kind.MISSING: 1}, 3)
    assert snapshot(database) == before


@pytest.mark.parametrize("head", [HEAD, [*HEAD[:7], "?", "Jazyk"]])
def test_who_comes_back_gets_access_again_with_the_same_record(database: Database, head: list[str]) -> None:
    bring(database, COMPANY)
    key = snapshot(database)["2"].key
    bring(database, [HEAD, BOSS, [*OTTO[:5], "1", *OTTO[6:]]])
    assert not snapshot(database)["2"].active
    done = bring(database, [head, BOSS, ANNA, OTTO])
    assert done.counts[Kind.RETURNED] == 1
    back = snapshot(database)["2"]
    assert (back.key, back.active, back.ends_on) == (key, True, None)
    assert signed_in(database, accounts.sign_in(database, key, SECRET, NOW))


def test_a_new_manager_sees_the_team_at_once_and_the_old_one_no_longer(database: Database) -> None:
    other = ["4", "Eva", "Malá", "eva@example.com", "Sklad", "1", "", "", ""]
    bring(database, [*COMPANY, other])
    found = snapshot(database)
    assert team(database, found["2"]) == {"Otto Šťastný"}
    done = bring(database, [HEAD, BOSS, ANNA, [*OTTO[:5], "4", *OTTO[6:]], other])
    assert done.counts == {Kind.CHANGED: 1}
    assert team(database, found["2"]) == set()
    assert team(database, found["4"]) == {"Otto Šťastný"}


def test_what_changed_is_named_field_by_field(database: Database) -> None:
    bring(database, COMPANY)
    anna = ["2", "Anna", "Malá", "nova@example.com", "Obchod", "", "2021-03-05", "2027-01-01", "cs"]
    said = roster([HEAD, BOSS, anna, [*OTTO[:5], "2", *OTTO[6:]]])
    (change,) = importing.plan(said, list(snapshot(database).values()), Leavers.DEACTIVATE, TODAY).changes
    assert (change.kind, change.name) == (Kind.CHANGED, "Anna Malá")
    assert set(change.fields) == set(Field) - {Field.ID, Field.FIRST_NAME, Field.LAST_NAME}


def test_a_column_that_the_file_does_not_have_leaves_its_field_as_it_is(database: Database) -> None:
    bring(database, COMPANY)
    before = snapshot(database)
    done = bring(database, [row[:5] for row in COMPANY])
    assert (done.counts, done.unchanged) == ({}, 3)
    assert snapshot(database) == before


def test_an_address_of_somebody_who_is_not_in_the_file_and_stays_is_refused(database: Database) -> None:
    bring(database, COMPANY)
    new = ["7", "Jiný", "Otto", "otto@example.com", "Sklad", "1", "", "", ""]
    two = Verdicts({}, Verdict.TWO)
    assert faults_of(database, [HEAD, BOSS, ANNA, new], Leavers.REPORT, verdicts=two) == [(4, "E-mail")]
    assert bring(database, [HEAD, BOSS, ANNA, new], verdicts=two).counts == {Kind.ADDED: 1, Kind.LEFT: 1}


# Skipping what is bad


def test_faulty_rows_are_left_out_when_it_is_asked_for(database: Database) -> None:
    done = bring(
        database, [HEAD, BOSS, [*ANNA[:3], "nonsense", *ANNA[4:]], [*OTTO[:5], "1", *OTTO[6:]]], skip_bad=True
    )
    assert (done.counts, done.skipped) == ({Kind.ADDED: 2}, 1)
    assert snapshot(database).keys() == {"1", "3"}


def test_whose_row_is_left_out_stays_as_they_are(database: Database) -> None:
    bring(database, COMPANY)
    before = snapshot(database)
    done = bring(
        database, [HEAD, BOSS, [*ANNA[:3], "nonsense", *ANNA[4:]], [*OTTO[:5], "2", *OTTO[6:]]], skip_bad=True
    )
    assert (done.counts, done.skipped, done.active) == ({}, 1, 3)
    assert snapshot(database) == before


def test_who_reports_to_a_row_that_is_left_out_is_left_out_too(database: Database) -> None:
    rows = [BOSS, [*ANNA[:6], "nonsense", "", ""], OTTO, ["4", "Eva", "Malá", "", "Sklad", "3", "", "", ""]]
    done = bring(database, [HEAD, *rows], skip_bad=True)
    assert (done.counts, done.skipped) == ({Kind.ADDED: 1}, 3)
    assert snapshot(database).keys() == {"1"}


def test_of_two_rows_with_one_number_neither_is_taken(database: Database) -> None:
    done = bring(database, [HEAD, BOSS, ANNA, ["2", "Jiná", "Osoba", "", "Sklad", "", "", "", ""]], skip_bad=True)
    assert (done.counts, done.skipped) == ({Kind.ADDED: 1}, 2)


def test_where_a_row_does_not_say_whose_it_is_nobody_loses_access_for_not_being_there(database: Database) -> None:
    bring(database, COMPANY)
    done = bring(database, [HEAD, BOSS, ANNA, ["", *OTTO[1:]]], skip_bad=True)
    assert (done.counts, done.active) == ({Kind.MISSING: 1}, 3)


# What is refused


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
