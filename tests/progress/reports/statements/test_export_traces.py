"""What every finished export leaves in the log."""

import io
from pathlib import Path

import pytest
from cast import NOW
from openpyxl import load_workbook
from stated import FORMS, SELECTION, Write
from studying import Study

from people.access import Principal
from progress.record import checkpoints
from progress.record.signing import Key
from progress.reports import export_log, export_statements
from progress.reports.export_log import ExportKind
from progress.reports.export_statements import ENDING


def test_an_export_is_in_the_log_with_the_hash_of_its_file(
    write: Write, manager: Principal, key: Key, assigned: Study, tmp_path: Path
) -> None:
    said = export_statements.checked(write(tmp_path, "csv", SELECTION, manager, ExportKind.TEAM), key.verifiers)
    with assigned.database.reading() as connection:
        (entry,) = export_log.newest(connection, 10)
    given = entry.handed_out
    assert (entry.person, entry.at, given.kind, given.records) == (manager.person, NOW, ExportKind.TEAM, 1)
    assert given.selection == {"unit": "Sklad", "status": "certified"}
    assert given.extent.manager == manager.person.employee_id
    assert given.sha256 == said["sha256"]
    assert given.statement == (tmp_path / f"export.csv{ENDING}").read_text("utf-8")


def test_no_connection_is_held_while_the_statement_is_made(
    write: Write, assigned: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []
    current = checkpoints.current

    def watched(*args: object, **named: object) -> object:
        held.append(assigned.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return current(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(checkpoints, "current", watched)
    for form in FORMS:
        write(tmp_path, form)
    assert held == [0, 0, 0]


def test_a_workbook_says_on_a_sheet_of_its_own_what_it_is(write: Write, manager: Principal, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(write(tmp_path, "xlsx", SELECTION, manager, ExportKind.TEAM).read_bytes()))
    assert book.sheetnames == ["Tým", "O souboru"]
    said = {row[0]: row[1] for row in book["O souboru"].iter_rows(values_only=True)}
    assert manager.person.employee_id in str(said["Čí záznamy"])
    assert said["Časové pásmo všech časů"] == "Europe/Prague"
    assert "employee_id" in str(said["Osobní číslo"])
