"""The statement of an export: what the export is of, and the checkpoint that it names."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cast import PEOPLE, TODAY
from stated import FORMS, SELECTION, Write
from studying import Study

from people import deputies
from people.access import OPERATOR, Principal
from people.deputies import Deputy
from progress.record import checkpoints
from progress.record.signing import Key
from progress.reports import export_statements
from progress.reports.export_log import ExportKind
from progress.reports.selection import Selection

# What it says


@pytest.mark.parametrize("form", FORMS)
def test_a_statement_says_what_the_export_is_of(
    write: Write, hr: Principal, key: Key, tmp_path: Path, form: str
) -> None:
    said = export_statements.checked(write(tmp_path, form), key.verifiers)
    assert said["records"] == str(len(PEOPLE))
    assert said["as-of"] == TODAY.isoformat()
    assert (said["kind"], said["scope"]) == ("certifications", "the whole company")
    assert said["asked-by"] == hr.person.employee_id
    assert (said["selected"], said["cycles"], said["leavers"]) == ("everything", "latest", "without")
    assert (said["format"], said["zone"]) == (form, "Europe/Prague")
    assert {"time", "sealed", "size", "root", "sha256"} <= said.keys()
    narrow = export_statements.checked(write(tmp_path, form, SELECTION), key.verifiers)
    assert narrow["selected"] == "unit=Sklad, status=certified"
    wide = export_statements.checked(write(tmp_path, form, Selection(every_cycle=True, leavers=True)), key.verifiers)
    assert (wide["selected"], wide["cycles"], wide["leavers"]) == ("everything", "every", "with")


def test_hr_of_some_units_is_never_given_for_the_whole_company(
    write: Write, hr: Principal, key: Key, tmp_path: Path
) -> None:
    limited = replace(hr, units=frozenset({"Sklad", "Praha, Brno"}))
    said = export_statements.checked(write(tmp_path, "csv", who=limited), key.verifiers)
    assert said["scope"] == 'units "Praha, Brno", Sklad'
    assert said["selected"] == "everything"


def test_a_managers_file_says_whose_team_it_is(write: Write, manager: Principal, key: Key, tmp_path: Path) -> None:
    said = export_statements.checked(write(tmp_path, "xlsx", who=manager, kind=ExportKind.TEAM), key.verifiers)
    assert said["scope"] == f"reporting line of {manager.person.employee_id}"
    assert (said["kind"], said["asked-by"]) == ("team", manager.person.employee_id)


def test_a_deputys_file_says_for_whom_they_stand_in(
    write: Write, manager: Principal, other_manager: Principal, key: Key, assigned: Study, tmp_path: Path
) -> None:
    with assigned.database.writing() as connection:
        deputies.name(connection, Deputy(other_manager.key, manager.key, TODAY, TODAY))
    standing_in = replace(manager, stands_in_for=frozenset({other_manager.key}))
    said = export_statements.checked(write(tmp_path, "csv", who=standing_in, kind=ExportKind.TEAM), key.verifiers)
    numbers = manager.person.employee_id, other_manager.person.employee_id
    assert said["scope"] == "reporting line of {}, as deputy of {}".format(*numbers)


def test_the_operators_file_says_so(write: Write, key: Key, tmp_path: Path) -> None:
    said = export_statements.checked(write(tmp_path, "csv", who=OPERATOR), key.verifiers)
    assert (said["asked-by"], said["scope"]) == ("operator", "the whole company")


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("a\nb", 'search="a\\nb"'),
        ("x, status=certified", 'search="x, status=certified"'),
        ("a\u2028root 00", 'search="a\\u2028root 00"'),
        ("\u202eevil", 'search="\\u202eevil"'),
        ('"', 'search="\\""'),
        ("Jana Nováková", "search=Jana Nováková"),
    ],
)
def test_what_was_searched_for_passes_for_nothing_else(
    write: Write, key: Key, tmp_path: Path, search: str, said: str
) -> None:
    selection = Selection(search=search, due_from=TODAY - timedelta(1))
    found = export_statements.checked(write(tmp_path, "csv", selection), key.verifiers)
    assert found["selected"] == f"{said}, due_from=2026-03-01"


# The checkpoint that it names


def test_whoever_may_not_seal_names_the_newest_checkpoint_and_makes_none(
    write: Write, manager: Principal, auditor: Principal, hr: Principal, key: Key, assigned: Study, tmp_path: Path
) -> None:
    def kept() -> int:
        with assigned.database.reading() as connection:
            return len(checkpoints.stored(connection))

    for who, kind in (
        (manager, ExportKind.TEAM),
        (auditor, ExportKind.CERTIFICATIONS),
        (OPERATOR, ExportKind.CERTIFICATIONS),
    ):
        said = export_statements.checked(write(tmp_path, "csv", who=who, kind=kind), key.verifiers)
        assert said["sealed"] == "never"
        assert not {"size", "root"} & said.keys()
    assert kept() == 0
    first = export_statements.checked(write(tmp_path, "csv", who=hr), key.verifiers)
    again = export_statements.checked(write(tmp_path, "xlsx", who=hr), key.verifiers)
    after = export_statements.checked(write(tmp_path, "csv", who=manager, kind=ExportKind.TEAM), key.verifiers)
    assert kept() == 1
    assert first["root"] == again["root"] == after["root"]
    assert first["sealed"] == after["sealed"] != "never"
