"""The statement of an export: it says what the export is of, and every change of the file is found."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import NOW, PEOPLE, TODAY, Study
from openpyxl import load_workbook

from people import deputies
from people.access import OPERATOR, Principal
from people.deputies import Deputy
from progress.completion.rules import Status
from progress.record import checkpoints, signing
from progress.record.signing import Key
from progress.reports import export_log, export_statements, exporting
from progress.reports.export_log import Kind
from progress.reports.export_statements import ENDING, NotStatedError
from progress.reports.exporting import Desk, Form, Order
from progress.reports.lists import Selection
from quizzes.content import Content
from words import Words

SELECTION = Selection(unit="Sklad", status=Status.CERTIFIED)
FORMS = ["csv", "xlsx", "json"]
WITH_A_FILE = ["csv", "xlsx"]
"""Those whose statement is a file of its own."""


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return signing.opened(tmp_path / "checkpoint.key")


Write = Callable[..., Path]


@pytest.fixture
def write(assigned: Study, learner: Principal, hr: Principal, key: Key, content: Content, zone: ZoneInfo) -> Write:
    """Writes an export of a record in which one person is certified, and its statement beside it."""
    assigned.certify(learner)
    desk = Desk(assigned.database, key, content, zone)

    def written(
        folder: Path,
        form: str,
        selection: Selection = Selection(),  # noqa: B008 - it is frozen
        who: Principal = hr,
        kind: Kind = Kind.CERTIFICATIONS,
    ) -> Path:
        order = Order(kind, who, selection, TODAY, Form(form), Words.of("cs") if form == "xlsx" else None)
        file = folder / f"export.{form}"
        with file.open("w+b") as data:
            finished = exporting.carry_out(desk, order, data, NOW)
        if form in WITH_A_FILE:
            file.with_name(file.name + ENDING).write_text(finished.statement, "utf-8")
        return file

    return written


def refused(file: Path, key: Key) -> str:
    with pytest.raises(NotStatedError) as caught:
        export_statements.checked(file, key.verifiers)
    return str(caught.value)


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
    said = export_statements.checked(write(tmp_path, "xlsx", who=manager, kind=Kind.TEAM), key.verifiers)
    assert said["scope"] == f"reporting line of {manager.person.employee_id}"
    assert (said["kind"], said["asked-by"]) == ("team", manager.person.employee_id)


def test_a_deputys_file_says_for_whom_they_stand_in(
    write: Write, manager: Principal, other_manager: Principal, key: Key, assigned: Study, tmp_path: Path
) -> None:
    with assigned.database.writing() as connection:
        deputies.name(connection, Deputy(other_manager.key, manager.key, TODAY, TODAY))
    standing_in = replace(manager, stands_in_for=frozenset({other_manager.key}))
    said = export_statements.checked(write(tmp_path, "csv", who=standing_in, kind=Kind.TEAM), key.verifiers)
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

    for who, kind in ((manager, Kind.TEAM), (auditor, Kind.CERTIFICATIONS), (OPERATOR, Kind.CERTIFICATIONS)):
        said = export_statements.checked(write(tmp_path, "csv", who=who, kind=kind), key.verifiers)
        assert said["sealed"] == "never"
        assert not {"size", "root"} & said.keys()
    assert kept() == 0
    first = export_statements.checked(write(tmp_path, "csv", who=hr), key.verifiers)
    again = export_statements.checked(write(tmp_path, "xlsx", who=hr), key.verifiers)
    after = export_statements.checked(write(tmp_path, "csv", who=manager, kind=Kind.TEAM), key.verifiers)
    assert kept() == 1
    assert first["root"] == again["root"] == after["root"]
    assert first["sealed"] == after["sealed"] != "never"


# What is found


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


# In one ZIP


def zipped(folder: Path, *entries: tuple[str, bytes]) -> Path:
    file = folder / "both.zip"
    with zipfile.ZipFile(file, "w") as both:
        for name, data in entries:
            both.writestr(name, data)
    return file


@pytest.mark.parametrize("form", WITH_A_FILE)
def test_a_zip_of_a_file_and_its_statement_is_checked_as_it_is(
    write: Write, key: Key, tmp_path: Path, form: str
) -> None:
    file = write(tmp_path, form)
    data, statement = file.read_bytes(), file.with_name(file.name + ENDING).read_bytes()
    pair = ((file.name, data), (file.name + ENDING, statement))
    assert export_statements.checked(zipped(tmp_path, *pair), key.verifiers)["records"] == str(len(PEOPLE))
    assert "changed" in refused(zipped(tmp_path, (file.name, data + b" "), pair[1]), key)
    assert "more than" in refused(zipped(tmp_path, *pair, ("more.csv", b"")), key)
    assert "more than" in refused(zipped(tmp_path, ("renamed.csv", data), pair[1]), key)
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped(tmp_path, (file.name, b"forged"), *pair)
    assert "more than" in refused(twice, key)


def test_a_damaged_zip_is_refused(write: Write, key: Key, tmp_path: Path) -> None:
    file = write(tmp_path, "csv")
    both = zipped(tmp_path, (file.name, file.read_bytes()), (file.name + ENDING, b"x"))
    whole = both.read_bytes()
    for length in range(4, len(whole), 97):
        both.write_bytes(whole[:length])
        refused(both, key)


# What every finished export leaves


def test_an_export_is_in_the_log_with_the_hash_of_its_file(
    write: Write, manager: Principal, key: Key, assigned: Study, tmp_path: Path
) -> None:
    said = export_statements.checked(write(tmp_path, "csv", SELECTION, manager, Kind.TEAM), key.verifiers)
    with assigned.database.reading() as connection:
        (entry,) = export_log.newest(connection, 10)
    given = entry.handed_out
    assert (entry.person, entry.at, given.kind, given.records) == (manager.person, NOW, Kind.TEAM, 1)
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
    book = load_workbook(io.BytesIO(write(tmp_path, "xlsx", SELECTION, manager, Kind.TEAM).read_bytes()))
    assert book.sheetnames == ["Tým", "O souboru"]
    said = {row[0]: row[1] for row in book["O souboru"].iter_rows(values_only=True)}
    assert manager.person.employee_id in str(said["Čí záznamy"])
    assert said["Časové pásmo všech časů"] == "Europe/Prague"
    assert "employee_id" in str(said["Osobní číslo"])
