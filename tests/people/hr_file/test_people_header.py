"""Where the table stands in a file, and what kind of file it is."""

import io
import zipfile

import openpyxl
import pytest
from people_files import ANNA, HEAD, OTTO, changed, csv, faults, ods, read, said, xlsx

from people.hr_file.columns import FIRST_ROWS
from words import LANGUAGES, Words

TITLE = [["Employees as of 30. 11. 2026; Prague, Brno"], [], ["Person", "", "Contact", "Unit of work"]]


def test_the_header_may_stand_under_a_title_an_empty_row_and_a_band() -> None:
    found = read(xlsx([*TITLE, HEAD, ANNA, OTTO]))
    assert (found.faults, found.head_line, [entry.line for entry in found.entries]) == ([], 4, [5, 6])


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_text_may_have_a_title_too(delimiter: str) -> None:
    found = read(csv([["Employees – all"], [], HEAD, ANNA, OTTO], delimiter))
    assert (found.faults, found.head_line, len(found.entries)) == ([], 3, 2)
    assert found.origin.delimiter == delimiter


def test_a_title_with_commas_does_not_decide_what_stands_between_the_columns() -> None:
    found = read(csv([["Praha, Brno, Plzeň, Ostrava, Olomouc, Zlín, Opava, Tábor, Písek"], HEAD, ANNA, OTTO]))
    assert (found.faults, found.origin.delimiter, found.head_line) == ([], ";", 2)


@pytest.mark.parametrize("line", ['"sep=;"', "sep=;", '"sep=;";;;', "sep=|", '"sep=,"'])
def test_the_line_that_says_what_stands_between_them_may_be_in_quotation_marks(line: str) -> None:
    delimiter = next(each for each in "|,;" if f"={each}" in line)
    found = read(f"{line}\r\n".encode() + csv([HEAD, ANNA], delimiter))
    assert (found.faults, found.head_line, found.origin.delimiter) == ([], 2, delimiter)


@pytest.mark.parametrize("above", [0, FIRST_ROWS - 1])
def test_the_header_is_looked_for_in_the_first_rows(above: int) -> None:
    titles = [[f"Line {number}"] for number in range(above)]
    assert read(csv([*titles, HEAD, ANNA])).head_line == above + 1


def test_it_is_not_looked_for_further_down() -> None:
    titles = [[f"Line {number}"] for number in range(FIRST_ROWS)]
    assert len(faults(read(csv([*titles, HEAD, ANNA])))) == 4


def test_of_a_header_that_lacks_a_column_the_line_is_named() -> None:
    found = read(xlsx([*TITLE, [name for name in HEAD if name != "Unit"], ANNA]))
    assert faults(found)[0] == (4, "")
    assert not found.is_usable


def book(*sheets: tuple[str, list[list[str]], str]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows, state in sheets:
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_the_sheet_is_the_first_visible_one_that_has_a_header() -> None:
    cover, old, people = (
        ("Cover", [["Report"]], "visible"),
        ("Old", [HEAD, OTTO], "hidden"),
        ("All", [HEAD, ANNA], "visible"),
    )
    found = read(book(cover, old, people))
    assert (found.origin.sheet, [entry.name for entry in found.entries]) == ("All", ["Anna Malá"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_taken_is_said(language: str) -> None:
    t = Words.of(language)
    of_sheet, of_text = read(xlsx([*TITLE, HEAD, ANNA])).taken, read(csv([HEAD, ANNA], "\t")).taken
    assert "People" in t.say(of_sheet)
    assert "4" in t.say(of_sheet)
    assert all(part in t.say(of_text) for part in ("utf-8", "TAB", "1"))


def packed(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<html><body><table><tr><td>Employee ID</td></tr></table></body></html>", "web page"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><meta charset=utf-8><table>", "web page"),
        ("<html><table>".encode("utf-16"), "web page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"{\\rtf1\\ansi people", "text document"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (OLD_EXCEL, "old Excel"),
        (OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"), "password"),
        (packed("xl/workbook.bin", "[Content_Types].xml"), "XLSB"),
        (packed("Index/Document.iwa", "Metadata/Properties.plist"), "Numbers"),
        (packed("[Content_Types].xml", "word/document.xml"), "text document"),
        (packed("people.csv"), "archive"),
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"x" * 10_000_001, "larger"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_one_sentence_that_says_what_it_is(data: bytes, what: str) -> None:
    (sentence,) = said(read(data))
    assert what in sentence


def test_an_opendocument_file_with_a_password_is_one_sentence() -> None:
    data = changed(
        ods([HEAD, ANNA]), "META-INF/manifest.xml", "<manifest/>", "<manifest><encryption-data/></manifest>"
    )
    assert "password" in said(read(data))[0]
