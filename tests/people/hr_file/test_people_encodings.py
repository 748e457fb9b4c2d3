"""Text in one encoding, in none, and in one that nothing in the file names."""

import pytest
from people_files import ANNA, HEAD, csv, faults, read, with_cell

from people.hr_file.csv_file import Encoding

NAMES = ["Přemysl Šťastný", "Žaneta Říhová", "Ľubica Krížová", "Jiří Čermák"]
ROWS = [[f"{number}", name, f"p{number}@example.com", "Útvar"] for number, name in enumerate(NAMES)]
TABLE = [HEAD[:4], *ROWS]
CODECS = {
    Encoding.WINDOWS_1250: "cp1250",
    Encoding.ISO_8859_2: "iso8859_2",
    Encoding.MAC_CENTRAL_EUROPE: "mac_latin2",
    Encoding.DOS_852: "cp852",
}


@pytest.mark.parametrize("encoding", CODECS)
def test_a_code_page_is_recognised_and_doubted(encoding: Encoding) -> None:
    found = read(csv(TABLE, encoding=CODECS[encoding]))
    assert [entry.name for entry in found.entries] == NAMES
    assert (found.origin.encoding, found.is_doubtful, found.examples) == (
        encoding,
        True,
        ("Přemysl Šťastný", "Žaneta Říhová", "Ľubica Krížová"),
    )


def test_letters_that_two_code_pages_share_are_shown_and_doubted_and_hr_chooses() -> None:
    data = csv([HEAD[:4], ["1", "Iñigo Núñez Søren", "", "Sales"]], encoding="cp1252")
    found = read(data)
    assert found.is_doubtful
    assert len(found.examples) == 1
    chosen = read(data, Encoding.WINDOWS_1252)
    assert ([entry.name for entry in chosen.entries], chosen.is_doubtful) == (["Iñigo Núñez Søren"], False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_no_doubt(encoding: str) -> None:
    found = read(csv(TABLE, encoding=encoding))
    assert ([entry.name for entry in found.entries], found.is_doubtful) == (NAMES, False)


@pytest.mark.parametrize("code_page", ["cp1252", "cp1250"])
@pytest.mark.parametrize("name", ["Přemysl Novák", "Renée Blanc", "Søren Berg", "Jiří Říha"])
def test_a_name_that_was_respelled_before_is_a_fault(name: str, code_page: str) -> None:
    respelled = name.encode().decode(code_page, "ignore")
    assert respelled != name
    assert faults(read(csv([HEAD, ANNA, with_cell("Name", respelled)]))) == [(3, "Name")]


@pytest.mark.parametrize(
    "name", ["PÍŠA KŘÍŽ", "ČÁŠ ÉŽ", "Anna Malá 🎉", "D’Árcy Ó Súilleabháin", "王伟", "Nguyễn Văn Ân"]
)
def test_a_name_in_many_letters_was_not(name: str) -> None:
    assert [entry.name for entry in read(csv([HEAD, with_cell("Name", name, ANNA)])).entries] == [name]


def test_plain_ascii_is_no_doubt() -> None:
    assert not read(csv([HEAD[:4], ["1", "Jan Novak", "", "Sales"]])).is_doubtful


@pytest.mark.parametrize("cut", [b"P\xc5", b"\xa9\xc5\xa1", b"Ji\xf8\xed", b"Jan\xff"])
def test_a_broken_letter_is_a_fault_at_its_line_and_respells_nobody(cut: bytes) -> None:
    data = csv(TABLE) + b"9;" + cut + b";p9@example.com;Sales\r\n"
    found = read(data)
    assert faults(found) == [(6, "Name")]
    assert [entry.name for entry in found.entries] == NAMES


def test_a_field_that_was_cut_in_a_letter_takes_nothing_of_the_next() -> None:
    found = read(csv(TABLE).replace("Žaneta Říhová".encode(), "Žaneta Říhová".encode()[:-1]))
    assert faults(found) == [(3, "Name")]


def test_lines_pasted_in_from_another_encoding_are_faults() -> None:
    data = csv(TABLE) + csv([["8", "Zdeněk Dvořák", "", "Sales"], ["9", "Jan Novak", "", "Sales"]], encoding="cp1250")
    assert faults(read(data)) == [(6, "Name")]


def test_a_letter_that_a_chosen_code_page_does_not_have_is_a_fault() -> None:
    data = csv([HEAD, ANNA, with_cell("Name", "X")]).replace(b";X;", b";\x81X;")
    assert faults(read(data, Encoding.WINDOWS_1250)) == [(3, "Name")]
