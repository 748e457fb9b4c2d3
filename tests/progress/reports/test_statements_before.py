"""Exports whose statement stands at their end, as they were once written: read still, and forged no more."""

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from surroundings import HOME

from progress.record.signing import verifiers_in
from progress.reports import export_statements
from progress.reports.export_statements import NotStatedError

KEPT = HOME / "tests" / "published" / "kodex-export-1"
KEYS = KEPT / "public-keys.txt"
SHEET, STATEMENT, BOOK = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"
NAME = '<c r="B2" t="inlineStr"><is><t>Daniel Beneš</t></is></c>'


def check(file: Path) -> dict[str, str]:
    return export_statements.checked(file, verifiers_in(KEYS))


def copied(form: str, folder: Path) -> Path:
    return Path(shutil.copy(KEPT / f"certifications.{form}", folder))


def with_parts(file: Path, changed: dict[str, str], added: dict[str, str]) -> Path:
    """The workbook with some of its parts written anew, and others added."""
    forged = file.with_name("forged.xlsx")
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(forged, "w") as after:
        for name in before.namelist():
            after.writestr(name, changed.get(name) or before.read(name))
        for name, text in added.items():
            after.writestr(name, text)
    return forged


def part(file: Path, name: str) -> str:
    with zipfile.ZipFile(file) as package:
        return package.read(name).decode()


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_what_was_written_before_is_still_read(form: str) -> None:
    said = check(KEPT / f"certifications.{form}")
    assert (said["records"], said["selected"]) == ("1", "unit=Sklad Ostrava")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_change_is_found(tmp_path: Path, form: str) -> None:
    file = copied(form, tmp_path)
    whole = file.read_bytes()
    for place in range(0, len(whole), 5):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(NotStatedError):
            check(file)


@pytest.mark.parametrize(
    ("line", "longer"),
    [
        (b"# records 1\r\n", b"# records 1;100999;Mallory Forged\r\n"),
        (b"# records 1\r\n", b'"# records 1"\r\n'),
        (b"# records 1\r\n", b"records 1\r\n"),
        (b"# time ", b"# time  "),
    ],
)
def test_nothing_stands_beside_a_line_of_the_statement(tmp_path: Path, line: bytes, longer: bytes) -> None:
    file = copied("csv", tmp_path)
    whole = file.read_bytes()
    assert line in whole
    file.write_bytes(whole.replace(line, longer))
    with pytest.raises(NotStatedError):
        check(file)


FORGED_CELLS = {
    "a formula": '<c r="B2" t="str"><f>"Mallory"</f><v>Daniel Beneš</v></c>',
    "a formula in a text": NAME.replace("<is>", '<f>"Mallory"</f><is>'),
    "another format": NAME.replace('r="B2"', 'r="B2" s="7"'),
    "the same cell twice": NAME + NAME.replace("Daniel Beneš", "Mallory"),
    "a cell of another row": NAME.replace("B2", "B9"),
    "a phonetic reading": NAME.replace("</is>", "<rPh sb='0' eb='1'><t>Mallory</t></rPh></is>"),
    "a shared text": '<c r="B2" t="s"><v>0</v></c>',
    "a comment": NAME + "<!-- Mallory -->",
}


@pytest.mark.parametrize("forged", FORGED_CELLS.values(), ids=FORGED_CELLS)
def test_cells_of_another_kind_are_refused(tmp_path: Path, forged: str) -> None:
    file = copied("xlsx", tmp_path)
    sheet = part(file, SHEET)
    assert NAME in sheet
    with pytest.raises(NotStatedError):
        check(with_parts(file, {SHEET: sheet.replace(NAME, forged)}, {}))


FORGED_SHEETS = {
    "a hidden row": ('<row r="2">', '<row r="2" hidden="1">'),
    "a row without a height": ('<row r="2">', '<row r="2" ht="0" customHeight="1">'),
    "a hidden column": ('<col min="1"', '<col hidden="1" min="1"'),
    "a column without a width": ('.7109375" customWidth', '" customWidth'),
    "merged cells": ("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'),
    "a choice of values": ("</sheetData>", '</sheetData><dataValidations count="0"></dataValidations>'),
    "a conditional format": ("</sheetData>", '</sheetData><conditionalFormatting sqref="A1"/>'),
    "a drawing": ("</worksheet>", '<drawing r:id="rId1"/></worksheet>'),
    "another sheet within": ("</sheetData>", "</sheetData><sheetData></sheetData>"),
    "rows in another order": ('<row r="1">', '<row r="3">'),
}


@pytest.mark.parametrize("change", FORGED_SHEETS.values(), ids=FORGED_SHEETS)
@pytest.mark.parametrize("name", [SHEET, STATEMENT])
def test_sheets_of_another_kind_are_refused(tmp_path: Path, name: str, change: tuple[str, str]) -> None:
    file = copied("xlsx", tmp_path)
    sheet = part(file, name)
    forged = sheet.replace(*change)
    assert forged != sheet
    with pytest.raises(NotStatedError):
        check(with_parts(file, {name: forged}, {}))


def test_a_cell_beside_a_line_of_the_statement_is_refused(tmp_path: Path) -> None:
    file = copied("xlsx", tmp_path)
    beside = re.sub(r'(<c r="A3".*?</c>)', r'\1<c r="B3" t="inlineStr"><is><t>x</t></is></c>', part(file, STATEMENT))
    with pytest.raises(NotStatedError):
        check(with_parts(file, {STATEMENT: beside}, {}))


@pytest.mark.parametrize(
    "added",
    [
        "xl/worksheets/sheet3.xml",
        "xl/macrosheets/sheet1.xml",
        "xl/vbaProject.bin",
        "xl/comments1.xml",
        "xl/drawings/drawing1.xml",
        "xl/externalLinks/externalLink1.xml",
        "xl/sharedStrings.xml",
    ],
)
def test_further_parts_are_refused(tmp_path: Path, added: str) -> None:
    with pytest.raises(NotStatedError):
        check(with_parts(copied("xlsx", tmp_path), {}, {added: "<x/>"}))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (BOOK, 'sheetId="1"', 'sheetId="1" state="veryHidden"'),
        (BOOK, "<calcPr", '<definedNames><definedName name="x">1</definedName></definedNames><calcPr'),
        ("xl/styles.xml", "yyyy-mm-dd", "&quot;Mallory&quot;"),
        ("xl/styles.xml", "yyyy-mm-dd", ";;;"),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet2.xml"),
        ("[Content_Types].xml", "</Types>", '<Default Extension="bin" ContentType="x"/></Types>'),
    ],
)
def test_a_changed_book_or_style_is_refused(tmp_path: Path, name: str, before: str, after: str) -> None:
    file = copied("xlsx", tmp_path)
    text = part(file, name)
    assert before in text
    with pytest.raises(NotStatedError):
        check(with_parts(file, {name: text.replace(before, after)}, {}))


def test_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    file = copied("xlsx", tmp_path)
    with pytest.warns(UserWarning, match="Duplicate"):
        forged = with_parts(file, {}, {SHEET: part(file, SHEET)})
    with pytest.raises(NotStatedError):
        check(forged)


@pytest.mark.parametrize("cell", ["A2", "B2", "N2", "T2", "V2"])
def test_a_workbook_that_was_changed_or_saved_anew_is_refused(tmp_path: Path, cell: str) -> None:
    file = copied("xlsx", tmp_path)
    book = load_workbook(file)
    book.worksheets[0][cell] = "changed"
    book.save(file)
    with pytest.raises(NotStatedError, match="saved it anew"):
        check(file)


def test_a_changed_value_is_found_in_an_otherwise_right_workbook(tmp_path: Path) -> None:
    file = copied("xlsx", tmp_path)
    sheet = part(file, SHEET)
    for before, after in (("Daniel Beneš", "Mallory"), ("<v>90.0</v>", "<v>100.0</v>"), ("46690.0", "46691.0")):
        assert before in sheet
        with pytest.raises(NotStatedError, match="not those that were written"):
            check(with_parts(file, {SHEET: sheet.replace(before, after)}, {}))
    untouched = with_parts(file, {}, {})
    assert check(untouched)["records"] == "1"
