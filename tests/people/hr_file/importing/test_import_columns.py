"""The columns of HR's file, and what stands in them."""

from datetime import date

import pytest
from roster import ANNA, BOSS, HEAD, places, roster

from people.hr_file import columns
from people.hr_file import roster as rosters
from people.hr_file.columns import Field, WrongMappingError


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
    assert found.entries == [rosters.FileEntry(2, "1", "Žaneta Říhová", "zaneta@example.com", "Vedení", "",
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
