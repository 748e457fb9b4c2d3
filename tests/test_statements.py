"""The statement at an export's end: it says what the export is of, and every change of the file is found."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import PEOPLE, TODAY, Study
from openpyxl import load_workbook

import signing
from people.access import Act, Principal
from progress import exports, reports, statements
from progress.reports import Selection
from progress.rules import Status
from progress.statements import NotStatedError
from signing import Key

SELECTION = Selection(unit="Sklad", status=Status.CERTIFIED)


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return signing.opened(tmp_path / "checkpoint.key")


Write = Callable[[str, Selection], Path]


@pytest.fixture
def write(assigned: Study, learner: Principal, hr: Principal, key: Key, zone: ZoneInfo, tmp_path: Path) -> Write:
    """Writes an export of a record in which one person is certified."""
    assigned.certify(learner)

    def written(form: str, selection: Selection) -> Path:
        file = tmp_path / f"export.{form}"
        closing = statements.closing(assigned.database, key, selection, TODAY, assigned.now, zone)
        with assigned.database.snapshot() as connection:
            asked = (connection, hr, Act.SEE_CERTIFICATIONS, selection, TODAY)
            rows = reports.records(*asked)
            if form == "csv":
                with file.open("w", encoding="utf-8", newline="") as text:
                    exports.write_csv(reports.lines(*asked, exports.COLUMNS), text, closing=closing)
            elif form == "json":
                with file.open("wb") as data:
                    exports.write_json(rows, data, closing)
            else:
                exports.write_xlsx(rows, file, closing=closing)
        return file

    return written


def refused(file: Path, key: Key) -> str:
    with pytest.raises(NotStatedError) as caught:
        statements.checked(file, key.verifiers)
    return str(caught.value)


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_statement_says_what_the_export_is_of(write: Write, key: Key, form: str) -> None:
    said = statements.checked(write(form, Selection()), key.verifiers)
    assert said["records"] == str(len(PEOPLE))
    assert said["as-of"] == TODAY.isoformat()
    assert (said["selected"], said["zone"]) == ("everything", "Europe/Prague")
    assert {"time", "size", "root", "sha256"} <= said.keys()
    narrow = statements.checked(write(form, SELECTION), key.verifiers)
    assert narrow["selected"] == "unit=Sklad, status=certified"


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_an_export_of_nobody_is_stated_too(write: Write, key: Key, form: str) -> None:
    assert statements.checked(write(form, Selection(unit="Nikde")), key.verifiers)["records"] == "0"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_change_of_a_file_of_text_is_found(write: Write, key: Key, form: str) -> None:
    file = write(form, Selection())
    whole = file.read_bytes()
    for place in range(0, len(whole), 7):
        changed = bytes([whole[place] ^ 1])
        file.write_bytes(whole[:place] + changed + whole[place + 1 :])
        refused(file, key)


def test_a_csv_without_a_record_or_its_statement_is_found(write: Write, key: Key) -> None:
    file = write("csv", Selection())
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([lines[0], *lines[2:]]))
    assert "not those that were written" in refused(file, key)
    file.write_bytes(b"".join(line for line in lines if not line.startswith(b"# ")))
    assert "no statement" in refused(file, key)
    file.write_bytes(b"".join(lines[:-1]))
    refused(file, key)


def test_a_json_without_a_record_or_its_statement_is_found(write: Write, key: Key) -> None:
    file = write("json", Selection())
    head, first, *rest = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([head, *rest]))
    assert "not those that were written" in refused(file, key)
    file.write_bytes(b"".join([head, first, *rest[:-1], b"}"]))
    assert "no statement" in refused(file, key)


@pytest.mark.parametrize("added", [b" ", b"\n", b',"more":1}'])
def test_nothing_can_be_added_to_a_json(write: Write, key: Key, added: bytes) -> None:
    file = write("json", Selection())
    file.write_bytes(file.read_bytes() + added)
    assert "damaged" in refused(file, key)


@pytest.mark.parametrize("cell", ["A2", "B2", "N2", "T2", "U3"])
def test_a_changed_cell_of_a_workbook_is_found(write: Write, key: Key, cell: str) -> None:
    file = write("xlsx", Selection())
    book = load_workbook(file)
    book["Certifications"][cell] = "changed"
    book.save(file)
    assert "not those that were written" in refused(file, key)


def test_a_workbook_that_was_only_saved_again_still_holds(write: Write, key: Key) -> None:
    file = write("xlsx", Selection())
    load_workbook(file).save(file)
    assert statements.checked(file, key.verifiers)["records"] == str(len(PEOPLE))


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"a;b\r\n", b"# kodex export 1\r\n", b"{}", b'{"records":[\n],\n"statement":"x"}\n']
)
def test_what_is_no_export_is_refused(key: Key, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "other"
    file.write_bytes(data)
    refused(file, key)


def test_an_export_of_another_installation_is_refused(write: Write, tmp_path: Path) -> None:
    assert "another installation" in refused(write("csv", Selection()), signing.opened(tmp_path / "other.key"))


def test_a_search_opens_no_cell_of_its_own(write: Write, key: Key) -> None:
    file = write("csv", Selection(search='a";=1+1;"\r=1'))
    statements.checked(file, key.verifiers)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        cells = [cell for row in csv.reader(opened, delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert any("=1+1" in cell for cell in cells)


def test_a_search_stands_in_one_line(write: Write, key: Key) -> None:
    said = statements.checked(write("csv", Selection(search="a\nb", due_from=TODAY - timedelta(1))), key.verifiers)
    assert said["selected"] == "search=a?b, due_from=2026-03-01"
