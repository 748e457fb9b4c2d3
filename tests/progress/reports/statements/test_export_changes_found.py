"""Every change of an exported file is found by its statement."""

from pathlib import Path

import pytest
from cast import PEOPLE
from openpyxl import load_workbook
from stated import FORMS, SELECTION, WITH_A_FILE, Write, refused

from progress.record import signing
from progress.record.signing import Key
from progress.reports import export_statements
from progress.reports.export_statements import ENDING, NotStatedError
from progress.reports.lists import Selection


@pytest.mark.parametrize("form", FORMS)
def test_an_export_of_nobody_is_stated_too(write: Write, key: Key, tmp_path: Path, form: str) -> None:
    file = write(tmp_path, form, Selection(unit="Nikde"))
    assert export_statements.checked(file, key.verifiers)["records"] == "0"


@pytest.mark.parametrize("form", FORMS)
def test_every_change_of_the_file_is_found(write: Write, key: Key, tmp_path: Path, form: str) -> None:
    file = write(tmp_path, form)
    whole = file.read_bytes()
    for place in range(0, len(whole), 7):
        changed = bytes([whole[place] ^ 1])
        file.write_bytes(whole[:place] + changed + whole[place + 1 :])
        refused(file, key)


@pytest.mark.parametrize("form", WITH_A_FILE)
def test_every_change_of_the_statement_is_found(write: Write, key: Key, tmp_path: Path, form: str) -> None:
    file = write(tmp_path, form)
    statement = file.with_name(file.name + ENDING)
    whole = statement.read_bytes()
    for place in range(0, len(whole), 7):
        statement.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        refused(file, key)


@pytest.mark.parametrize("form", WITH_A_FILE)
@pytest.mark.parametrize("added", [b" ", b"\n", b"999;Mallory\r\n", b"\0"])
def test_nothing_can_be_added(write: Write, key: Key, tmp_path: Path, form: str, added: bytes) -> None:
    file = write(tmp_path, form)
    file.write_bytes(file.read_bytes() + added)
    assert "changed" in refused(file, key)


def test_a_workbook_that_another_program_saved_is_refused_and_told_why(
    write: Write, key: Key, tmp_path: Path
) -> None:
    file = write(tmp_path, "xlsx")
    load_workbook(file).save(file)
    assert "another program saved it anew" in refused(file, key)


def test_a_statement_of_another_export_is_refused(write: Write, key: Key, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    file, other = write(tmp_path, "csv"), write(tmp_path / "other", "csv", SELECTION)
    with pytest.raises(NotStatedError):
        export_statements.checked(file, key.verifiers, other.with_name(other.name + ENDING))


def test_a_file_without_its_statement_is_refused(write: Write, key: Key, tmp_path: Path) -> None:
    for form in WITH_A_FILE:
        file = write(tmp_path, form)
        file.with_name(file.name + ENDING).unlink()
        assert "no statement" in refused(file, key)


def test_a_statement_may_lie_elsewhere_or_be_named_itself(write: Write, key: Key, tmp_path: Path) -> None:
    file = write(tmp_path, "csv")
    beside = file.with_name(file.name + ENDING)
    assert export_statements.checked(beside, key.verifiers)["records"] == str(len(PEOPLE))
    elsewhere = beside.rename(tmp_path / "statement (1).txt")
    assert export_statements.checked(file, key.verifiers, elsewhere)["records"] == str(len(PEOPLE))


def test_an_export_of_another_installation_is_refused(write: Write, tmp_path: Path) -> None:
    file = write(tmp_path, "csv")
    assert "another installation" in refused(file, signing.opened(tmp_path / "other.key"))


@pytest.mark.parametrize("added", [b" ", b"\n", b',"more":1}'])
def test_nothing_can_be_added_to_a_json(write: Write, key: Key, tmp_path: Path, added: bytes) -> None:
    file = write(tmp_path, "json")
    file.write_bytes(file.read_bytes() + added)
    assert "damaged" in refused(file, key)


def test_a_json_without_a_record_or_its_statement_is_found(write: Write, key: Key, tmp_path: Path) -> None:
    file = write(tmp_path, "json")
    head, first, *rest = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([head, *rest]))
    assert "not those that were written" in refused(file, key)
    file.write_bytes(b"".join([head, first, *rest[:-1], b"}"]))
    assert "no statement" in refused(file, key)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a;b\r\n", b"# kodex export 1\r\n", b"{}", b"\xff\xfe\0"])
def test_what_is_no_export_is_refused(key: Key, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "other"
    file.write_bytes(data)
    refused(file, key)
