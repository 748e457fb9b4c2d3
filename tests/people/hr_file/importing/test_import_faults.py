"""All that can be wrong with HR's file is named to the line and column."""

import io
import random

import pytest
import xlsxwriter
from roster import ANNA, BOSS, COMPANY, HEAD, TODAY, csv, places, roster, xlsx

from benchmarks.mutants import damaged
from people.hr_file import importing, reader
from people.hr_file.importing import Leavers
from words import LANGUAGES, Words


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
