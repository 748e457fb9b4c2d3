"""Certification records as JSON."""

import hashlib
import io
import json
from typing import Any

from exporting import FORMULAS, read_csv, rows_for
from sqlalchemy import Row
from studying import Study

from people.access import Principal
from progress.reports.columns import COLUMNS
from progress.reports.json_file import as_fields, entries_in, json_end, write_json
from progress.reports.tables import Written


def as_json(rows: list[Row[Any]]) -> bytes:
    file = io.BytesIO()
    written = write_json(as_fields(rows), file)
    assert written == Written(len(rows), hashlib.sha256(file.getvalue()).hexdigest())
    file.write(json_end("the statement\n"))
    return file.getvalue()


def read_json(rows: list[Row[Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(as_json(rows))["records"]
    return found


def test_json_holds_what_the_csv_holds(certified: Study, hr: Principal) -> None:
    rows = rows_for(certified, hr)
    found = read_json(rows)
    assert [tuple(record) for record in found] == [COLUMNS] * 3
    as_cells = [{name: "" if cell is None else str(cell) for name, cell in record.items()} for record in found]
    assert as_cells == read_csv(rows_for(certified, hr))


def test_json_has_numbers_days_and_nothing_as_such(certified: Study, hr: Principal) -> None:
    found = {record["employee_id"]: record for record in read_json(rows_for(certified, hr))}
    done, waiting = found["2003"], found["4002"]
    assert (done["score"], done["attempts"], done["valid_until"]) == (90, 2, "2027-03-02")
    assert done["completed_at"] == "2026-03-02T09:11:20.000000Z"
    assert (waiting["score"], waiting["certificate_no"]) == (None, None)


def test_a_formula_is_plain_text_in_json(infested: Study, hr: Principal) -> None:
    assert {record["name"] for record in read_json(rows_for(infested, hr))} == set(FORMULAS)


def test_json_says_what_it_is_and_ends_with_its_statement(certified: Study, hr: Principal) -> None:
    whole = json.loads(as_json(rows_for(certified, hr)))
    assert list(whole) == ["format", "records", "statement"]
    assert whole["format"] == "kodex certifications 1"
    assert whole["statement"] == "the statement\n"
    assert json.loads(as_json([]))["records"] == []


def test_a_long_json_file_loses_no_record(certified: Study, hr: Principal) -> None:
    written = as_json(rows_for(certified, hr) * 600)
    assert list(entries_in(io.BytesIO(written))) == json.loads(written)["records"]
    assert len(json.loads(written)["records"]) == 3 * 600
