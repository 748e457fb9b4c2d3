"""`manage.py export certifications`: the records that are asked for, in each form."""

import csv
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commanding import EMPLOYEES, names
from openpyxl import load_workbook
from operating import Run, records
from sqlalchemy import func, select

from database import Database
from people import directory, history
from people.directory import Person
from progress.completion import certificates, enrolments
from progress.reports import export_log
from progress.reports.columns import COLUMNS


def records_in(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return records(opened.read())


def test_all_records_are_written_as_csv(run: Run, company: Database, tmp_path: Path) -> None:
    result = run("export", "certifications", "--output", str(tmp_path / "all.csv"))
    assert result.exit_code == 0
    found = records_in(tmp_path / "all.csv")
    assert tuple(found[0]) == COLUMNS
    assert {record["name"] for record in found} == set(names(company))
    assert str(len(found)) in result.output


@pytest.mark.usefixtures("company")
def test_the_certified_of_one_unit_are_written_alone(run: Run, tmp_path: Path) -> None:
    run("export", "certifications", "--output", str(tmp_path / "all.csv"))
    everybody = records_in(tmp_path / "all.csv")
    unit = next(each["unit"] for each in everybody if each["status"] == "certified")
    narrowed = ["--unit", unit, "--status", "certified"]
    assert run("export", "certifications", "--output", str(tmp_path / "some.csv"), *narrowed).exit_code == 0
    some = records_in(tmp_path / "some.csv")
    assert some == [each for each in everybody if each["unit"] == unit and each["status"] == "certified"]
    assert len(some) < len(everybody)


def test_earlier_cycles_are_written_when_they_are_asked_for(run: Run, company: Database, tmp_path: Path) -> None:
    run("export", "certifications", "--output", str(tmp_path / "all.csv"), "--every-cycle")
    with company.reading() as connection:
        kept = connection.execute(select(func.count()).select_from(enrolments.enrolments)).scalar_one()
        numbers = set(connection.execute(select(certificates.certificates.c.number)).scalars())
    found = records_in(tmp_path / "all.csv")
    assert len(found) == kept > EMPLOYEES
    assert {each["certificate_no"] for each in found} - {""} == numbers


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_who_has_nothing_assigned_is_in_every_file(run: Run, company: Database, tmp_path: Path, form: str) -> None:
    newcomer = Person("f" * 32, "9001", "Nová Kolegyně", "9001@example.com", "Doprava", None, "cs", invented=True)
    with company.writing() as connection:
        directory.add(connection, [newcomer])
        history.keep(connection, datetime.now(UTC))
    file = tmp_path / f"all.{form}"
    course = "customer-privacy"
    asked = ["--output", str(file), "--format", form, "--headers", "field"]
    assert run("export", "certifications", *asked, "--course", course).exit_code == 0
    if form == "csv":
        found = records_in(file)
    elif form == "json":
        found = json.loads(file.read_text("utf-8"))["records"]
    else:
        head, *rows = load_workbook(file).worksheets[0].iter_rows(values_only=True)
        found = [dict(zip(map(str, head), row, strict=True)) for row in rows]
    (told,) = [each for each in found if each["employee_id"] == "9001"]
    assert {name for name, value in told.items() if value} == {
        *("employee_id", "name", "email", "unit", "course", "status", "as_of")
    }
    assert (told["status"], told["course"]) == ("nothing assigned", course)
    assert run("export", "certifications", *asked, "--status", "nothing assigned").exit_code == 0
    assert "9001" in (
        file.read_text("utf-8") if form != "xlsx" else str(list(load_workbook(file).worksheets[0].values))
    )


@pytest.mark.usefixtures("company")
def test_xlsx_holds_the_same_records(run: Run, tmp_path: Path) -> None:
    run("export", "certifications", "--output", str(tmp_path / "all.csv"))
    numbers = [each["employee_id"] for each in records_in(tmp_path / "all.csv")]
    for headers, wanted in (("field", set(COLUMNS)), ("local", {"Employee number", "Status", "Course"})):
        file = tmp_path / f"{headers}.xlsx"
        asked = ["--format", "xlsx", "--headers", headers]
        assert run("export", "certifications", "--output", str(file), *asked).exit_code == 0
        head, *rows = load_workbook(file).worksheets[0].iter_rows(values_only=True)
        assert wanted <= set(head)
        assert [row[0] for row in rows] == numbers


@pytest.mark.usefixtures("company")
def test_heads_and_delimiter_of_a_csv_are_chosen(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    asked = ["--headers", "local", "--delimiter", "comma", "--course", "customer-privacy"]
    assert run("export", "certifications", "--output", str(file), *asked).exit_code == 0
    with file.open(encoding="utf-8-sig", newline="") as opened:
        found = list(csv.DictReader(opened))
    assert len(found) == EMPLOYEES
    assert {"Employee number", "Status", "Status (code)", "Completed (UTC)"} <= found[0].keys()


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_nobody_else_on_the_machine_reads_an_export(run: Run, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"all.{form}"
    file.write_text("an older one, which everybody could read")
    file.chmod(0o644)
    run("export", "certifications", "--output", str(file), "--format", form)
    written = [each for each in tmp_path.iterdir() if each.name.startswith("all.")]
    assert len(written) == (1 if form == "json" else 2)
    assert {stat.S_IMODE(each.stat().st_mode) for each in written} == {0o600}


@pytest.mark.usefixtures("company")
def test_an_export_of_the_operator_is_in_the_log(run: Run, company: Database, tmp_path: Path) -> None:
    run("export", "certifications", "--output", str(tmp_path / "all.csv"), "--unit", "Sklad Ostrava")
    with company.reading() as connection:
        (entry,) = export_log.newest(connection, 10)
    assert (entry.person, entry.person_key) == (None, "operator")
    assert entry.handed_out.selection == {"unit": "Sklad Ostrava"}
    assert entry.handed_out.records == len(records_in(tmp_path / "all.csv"))


@pytest.mark.usefixtures("company")
def test_json_holds_the_same_records(run: Run, tmp_path: Path) -> None:
    run("export", "certifications", "--output", str(tmp_path / "all.csv"))
    result = run("export", "certifications", "--output", str(tmp_path / "all.json"), "--format", "json")
    assert result.exit_code == 0
    found = json.loads((tmp_path / "all.json").read_text("utf-8"))["records"]
    assert [each["employee_id"] for each in found] == [
        each["employee_id"] for each in records_in(tmp_path / "all.csv")
    ]


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_an_export_is_checked_by_its_statement(run: Run, tmp_path: Path, form: str) -> None:
    file, public = tmp_path / f"all.{form}", str(tmp_path / "keys" / "checkpoint.key.pub")
    run("export", "certifications", "--output", str(file), "--format", form, "--unit", "Zákaznický servis")
    result = run("export", "check", str(file), "--key", public)
    assert result.exit_code == 0
    assert "unit=Zákaznický servis" in result.output
    file.write_bytes(file.read_bytes().replace(b"1", b"2"))
    assert run("export", "check", str(file), "--key", public).exit_code == 1
    assert run("export", "check", str(tmp_path / "none"), "--key", public).exit_code == 1
