"""The operator's commands: what they do, what they refuse, and that they say which it was."""

import csv
import json
import os
import pty
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from browsing import plain
from conftest import HOME
from openpyxl import load_workbook
from operating import Run, records
from serving import environment
from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.exc import OperationalError

import installation as house
from commands import application
from database import Database, UnknownOutcomeError
from installation import schema
from people import directory, history
from people.directory import Person
from progress import demonstration
from progress.completion import certificates, enrolments
from progress.completion.fold import differing
from progress.record import chains
from progress.reports import export_log, exports
from progress.reports.delivery import delivered
from progress.reports.xapi import Actor, Namer
from quizzes.content import Content

EMPLOYEES = 40
t = application.t


@pytest.fixture(scope="module")
def small_company(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, content: Content) -> Path:
    """A demonstration of a few people: to be copied."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("small") / "kodex.sqlite3"))
    opened = Database(f"sqlite:///{file}")
    zone = house.settings.read({}).time_zone
    demonstration.fill(opened, content, EMPLOYEES, 1, zone, datetime.now(UTC))
    opened.close()
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kodex.sqlite3"


@pytest.fixture
def run(file: Path, operated: Callable[..., Run]) -> Run:
    """Runs a command over the database in `file`."""
    return operated(f"sqlite:///{file}")


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """The one that the commands run over, as this test sees it."""
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def company(file: Path, small_company: Path, database: Database) -> Database:
    shutil.copy(small_company, file)
    return database


@pytest.fixture
def empty(file: Path, migrated_sqlite: Path, database: Database) -> Database:
    """Migrated, without a row."""
    shutil.copy(migrated_sqlite, file)
    return database


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.execute(select(directory.people.c.name)).scalars())


# migrate


def test_migrate_brings_a_new_database_to_the_newest_schema(run: Run, database: Database) -> None:
    result = run("migrate")
    assert result.exit_code == 0
    assert schema.is_newest(database)
    assert str(schema.newest()) in result.output


def test_migrate_changes_nothing_the_second_time(run: Run, company: Database) -> None:
    before = names(company)
    assert run("migrate").exit_code == 0
    assert names(company) == before


@pytest.mark.parametrize(
    "command", [["demo"], ["export", "certifications", "--output", "x.csv"], ["enrolments", "rebuild"]]
)
def test_a_database_with_an_older_schema_is_to_be_migrated_first(run: Run, command: list[str]) -> None:
    result = run(*command)
    assert result.exit_code == 1
    assert plain(t("The database has an older schema; run “manage.py migrate” first.")) in plain(result.output)


@pytest.mark.parametrize("command", [["migrate"], ["demo"], ["enrolments", "rebuild"]])
def test_wrong_settings_are_named_all_of_them(run: Run, command: list[str]) -> None:
    result = run(*command, KODEX_MODE="nonsense", KODEX_TIME_ZONE="Nowhere/Land", KODEX_COLOUR="red")
    assert result.exit_code == 1
    for name in ("KODEX_MODE", "KODEX_TIME_ZONE", "KODEX_COLOUR"):
        assert name in result.output


# demo


def test_a_demonstration_has_as_many_people_as_asked_for(run: Run, empty: Database) -> None:
    result = run("demo", "--employees", str(EMPLOYEES), "--seed", "7")
    assert result.exit_code == 0
    assert len(names(empty)) == EMPLOYEES
    assert str(EMPLOYEES) in result.output


def test_the_same_seed_invents_the_same_people_and_another_others(
    run: Run, empty: Database, company: Database, migrated_sqlite: Path, file: Path
) -> None:
    seed_one = names(company)
    company.close()
    found = []
    for seed in ("1", "2"):
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
        shutil.copy(migrated_sqlite, file)
        assert run("demo", "--employees", str(EMPLOYEES), "--seed", seed).exit_code == 0
        found.append(names(empty))
        empty.close()
    assert found[0] == seed_one
    assert found[1] != seed_one


def test_a_demonstration_that_has_to_wait_too_long_for_another_writer_says_so(run: Run, empty: Database) -> None:
    def wait_shortly(connection: Connection) -> None:
        connection.connection.cursor().execute("PRAGMA busy_timeout=50")

    event.listen(Engine, "engine_connect", wait_shortly)
    try:
        with empty.writing() as another:
            another.execute(directory.people.delete())
            result = run("demo", "--employees", str(EMPLOYEES))
    finally:
        event.remove(Engine, "engine_connect", wait_shortly)
    assert result.exit_code == 1
    (line,) = result.output.strip().splitlines()
    assert "database is locked" in line


def test_a_demonstration_is_not_made_where_there_are_people(run: Run, company: Database) -> None:
    before = names(company)
    result = run("demo")
    assert result.exit_code == 1
    said = t("The database already holds people; a demonstration is made in an empty one. Nothing was changed.")
    assert plain(said) in plain(result.output)
    assert names(company) == before


def test_a_demonstration_is_not_made_in_production(run: Run, empty: Database) -> None:
    result = run("demo", KODEX_MODE="production", KODEX_PUBLIC_URL="https://kodex.example.com")
    assert result.exit_code == 1
    assert names(empty) == []


def test_a_demonstration_is_not_smaller_than_its_cast(run: Run, empty: Database) -> None:
    assert run("demo", "--employees", "3").exit_code == 2
    assert names(empty) == []


# content check


def test_the_bundled_content_is_sound(run: Run, content: Content) -> None:
    result = run("content", "check")
    assert result.exit_code == 0
    for course in content.courses.values():
        assert f"{course.id} {course.entry.version}" in result.output
        assert course.sha256 in result.output


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the bundled content, to be spoiled."""
    folder = tmp_path / "pack"
    for part in ("lessons", "quizzes"):
        shutil.copytree(HOME / part, folder / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def spoil(pack: Path, file: str, text: str, by: str) -> str:
    """Replaces a text in a file; gives the place as file:line."""
    path = pack / file
    before, found, after = path.read_text("utf-8").partition(text)
    assert found
    path.write_text(before + by + after, "utf-8")
    return f"{file}:{before.count(chr(10)) + 1}:"


def test_every_fault_of_a_folder_is_reported_with_its_file_and_line(run: Run, pack: Path) -> None:
    places = [
        spoil(pack, "lessons/catalogue.yaml", "pass_mark: 80", "pass_mark: 180"),
        spoil(pack, "quizzes/customer-privacy/cs.yaml", "right: later", "right: nowhere"),
        spoil(pack, "quizzes/customer-privacy/en.yaml", "prompt: What", "promt: What"),
    ]
    result = run("content", "check", str(pack))
    assert result.exit_code == 1
    for place in places:
        assert [line for line in result.output.splitlines() if line.startswith(place)], place


def test_a_folder_that_there_is_not_is_named(run: Run, tmp_path: Path) -> None:
    result = run("content", "check", str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert str(tmp_path / "nowhere") in result.output


def test_content_is_checked_without_a_database(run: Run, file: Path, pack: Path) -> None:
    assert run("content", "check", str(pack)).exit_code == 0
    assert not file.exists()


# export certifications


def records_in(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return records(opened.read())


def test_all_records_are_written_as_csv(run: Run, company: Database, tmp_path: Path) -> None:
    result = run("export", "certifications", "--output", str(tmp_path / "all.csv"))
    assert result.exit_code == 0
    found = records_in(tmp_path / "all.csv")
    assert tuple(found[0]) == exports.COLUMNS
    assert {record["name"] for record in found} == set(names(company))
    assert str(len(found)) in result.output


@pytest.mark.usefixtures("company")
def test_the_certified_of_one_unit_are_written_alone(run: Run, tmp_path: Path) -> None:
    unit = "Sklad Ostrava"
    narrowed = ["--unit", unit, "--status", "certified"]
    assert run("export", "certifications", "--output", str(tmp_path / "some.csv"), *narrowed).exit_code == 0
    some = records_in(tmp_path / "some.csv")
    run("export", "certifications", "--output", str(tmp_path / "all.csv"))
    everybody = records_in(tmp_path / "all.csv")
    assert some
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
    for headers, wanted in (("field", set(exports.COLUMNS)), ("local", {"Employee number", "Status", "Course"})):
        file = tmp_path / f"{headers}.xlsx"
        asked = ["--format", "xlsx", "--headers", headers]
        assert run("export", "certifications", "--output", str(file), *asked).exit_code == 0
        head, *rows = load_workbook(file).worksheets[0].iter_rows(values_only=True)
        assert wanted <= set(head)
        assert [row[0] for row in rows] == numbers


@pytest.mark.usefixtures("company")
def test_heads_and_delimiter_of_a_csv_are_chosen(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    asked = ["--headers", "local", "--delimiter", "comma"]
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


@pytest.mark.usefixtures("company")
def test_a_misspelt_unit_is_named_beside_those_that_there_are(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "none.csv"
    result = run("export", "certifications", "--output", str(file), "--unit", "Sklad Ostrva")
    assert result.exit_code == 1
    assert "Sklad Ostrva" in result.output
    assert "Sklad Ostrava" in result.output
    assert not file.exists()


@pytest.mark.usefixtures("company")
def test_a_misspelt_status_is_named_beside_those_that_there_are(run: Run, tmp_path: Path) -> None:
    result = run("export", "certifications", "--output", str(tmp_path / "none.csv"), "--status", "certifed")
    assert result.exit_code == 2
    assert "certifed" in result.output
    assert "certified" in result.output


@pytest.mark.usefixtures("company")
def test_a_misspelt_course_is_named_beside_those_that_there_are(run: Run, tmp_path: Path) -> None:
    result = run("export", "certifications", "--output", str(tmp_path / "none.csv"), "--course", "privacy")
    assert result.exit_code == 1
    assert "customer-privacy" in result.output


@pytest.mark.usefixtures("company")
def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left_behind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for output in (tmp_path / "nowhere" / "all.csv", tmp_path / "folder"):
        result = run("export", "certifications", "--output", str(output))
        assert result.exit_code == 1
        assert str(output.parent) in result.output
    assert sorted(each.name for each in tmp_path.iterdir() if "sqlite" not in each.name) == ["folder", "keys"]


@pytest.mark.usefixtures("company")
def test_the_file_that_was_written_is_named_as_it_is(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "záznamy [bold] k dnešku.csv"
    result = run("export", "certifications", "--output", str(file))
    assert file.exists()
    assert str(file) in result.output


def test_a_terminal_shows_how_far_the_export_is_and_a_pipe_is_spared_it(company: Database, tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "export", "certifications", "--output", str(tmp_path / "all.csv")]
    settings = environment(KODEX_DATABASE_URL=str(company.engine.url), TERM="xterm", COLUMNS="120")
    piped = subprocess.run(command, cwd=HOME, env=settings, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    ours, theirs = pty.openpty()
    subprocess.run(command, cwd=HOME, env=settings, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert f"{EMPLOYEES}/{EMPLOYEES}" in shown


# enrolments rebuild


def test_the_enrolments_are_proved_to_be_what_the_events_say(run: Run, company: Database) -> None:
    with company.reading() as connection:
        events = connection.execute(select(func.count()).select_from(chains.events)).scalar_one()
    result = run("enrolments", "rebuild")
    assert result.exit_code == 0
    said = t.plural(
        "The enrolments equal the fold of {n} event.", "The enrolments equal the fold of {n} events.", events
    )
    assert plain(said) in plain(result.output)


@pytest.fixture
def altered(company: Database) -> str:
    """Somebody's score, altered by hand; gives who it is."""
    table = enrolments.enrolments
    with company.writing() as connection:
        key: str = connection.execute(
            select(table.c.person_key).where(table.c.score.is_not(None)).limit(1)
        ).scalar_one()
        connection.execute(table.update().where(table.c.person_key == key).values(score=99))
    return key


def scores(database: Database, key: str) -> set[int]:
    table = enrolments.enrolments
    with database.reading() as connection:
        return set(connection.execute(select(table.c.score).where(table.c.person_key == key)).scalars())


def test_a_row_that_was_altered_by_hand_is_named_and_mended(run: Run, company: Database, altered: str) -> None:
    assert scores(company, altered) == {99}
    result = run("enrolments", "rebuild")
    assert result.exit_code == 0
    assert [line for line in result.output.splitlines() if altered in line and "customer-privacy" in line]
    assert 99 not in scores(company, altered)
    again = run("enrolments", "rebuild")
    assert altered not in again.output


def test_a_check_names_what_differs_and_changes_nothing(run: Run, company: Database, altered: str) -> None:
    result = run("enrolments", "rebuild", "--check")
    assert result.exit_code == 1
    assert altered in result.output
    assert scores(company, altered) == {99}


def test_a_row_that_is_missing_is_written_anew(run: Run, company: Database) -> None:
    table = enrolments.enrolments
    with company.reading() as connection:
        before = connection.execute(select(func.count()).select_from(table)).scalar_one()
    with company.writing() as connection:
        key = connection.execute(select(table.c.person_key).limit(1)).scalar_one()
        connection.execute(table.delete().where(table.c.person_key == key))
    result = run("enrolments", "rebuild")
    assert key in result.output
    with company.reading() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == before


@pytest.mark.usefixtures("company")
def test_each_finding_is_one_line_for_whatever_reads_it(run: Run, altered: str) -> None:
    """A pipe has no width."""
    result = run("enrolments", "rebuild", "--check")
    said = t(
        "{person}, {course}, cycle {cycle} is not what the events say.",
        person=altered,
        course="customer-privacy",
        cycle="#",
    )
    begin, end = said.split("#")
    assert [line for line in result.output.splitlines() if line.startswith(begin) and line.endswith(end)]


# people erase, people retention

REASON = "Asked for in writing, case 12"


def one_of(database: Database) -> directory.Person:
    with database.reading() as connection:
        row = connection.execute(select(directory.people).order_by(directory.people.c.name).limit(1)).one()
    return directory.from_row(row)


def test_erase_says_what_goes_and_what_stays_and_asks(run: Run, company: Database) -> None:
    person = one_of(company)
    before = names(company)
    result = run("people", "erase", person.employee_id, "--reason", REASON)  # nobody answers
    assert result.exit_code == 1
    assert t("Erase {name}?", name=person.name) in result.output
    assert t(
        "Erased for good: name, e-mail, unit, manager, dates, numbers, roles, sessions, password, deputies."
    ) in (result.output)
    assert names(company) == before


def test_erase_erases_and_names_the_pseudonym(run: Run, company: Database) -> None:
    person = one_of(company)
    result = run("people", "erase", person.employee_id, "--reason", REASON, "--yes")
    assert result.exit_code == 0
    assert f"erased-{person.key}" in result.output
    assert person.name not in names(company)
    with company.reading() as connection:
        assert list(differing(connection)) == []
    again = run("people", "erase", person.employee_id, "--reason", REASON, "--yes")
    assert again.exit_code == 1
    assert t("There is nobody with the employee number {id}.", id=person.employee_id) in plain(again.output)


def test_erase_says_by_what_a_learning_record_store_knows_the_person(run: Run, company: Database) -> None:
    person = one_of(company)
    pseudonym = Namer("", Actor.PSEUDONYM).person(person.key).pseudonym
    with company.writing() as connection:
        row = {"store": "https://lrs.example.com/xapi", "statement_id": "1", "at": datetime.now(UTC)}
        connection.execute(delivered.insert(), [row])
    result = run("people", "erase", person.employee_id, "--reason", REASON, "--yes")
    assert pseudonym in result.output


def test_erase_refuses_a_reason_that_names_the_person(run: Run, company: Database) -> None:
    person = one_of(company)
    before = names(company)
    result = run("people", "erase", person.employee_id, "--reason", f"{person.name} asked", "--yes")
    assert result.exit_code == 1
    assert names(company) == before


def test_retention_counts_and_with_apply_erases(run: Run, company: Database) -> None:
    person = one_of(company)
    people = directory.people
    with company.writing() as connection:
        left = people.update().where(people.c.person_key == person.key)
        connection.execute(left.values(active=False, ends_on=date(2010, 1, 1)))
    due = t("People who left more than {months} ago, to be erased: {n}", months="{months}", n="{n}")
    months = t.plural("{n} month", "{n} months", 12)
    before = names(company)
    dry = run("people", "retention", KODEX_RETENTION_LEAVERS_MONTHS="12")
    assert dry.exit_code == 0
    assert due.format(months=months, n=1) in dry.output
    assert names(company) == before
    assert run("people", "retention", "--apply", KODEX_RETENTION_LEAVERS_MONTHS="12").exit_code == 0
    assert person.name not in names(company)
    after = run("people", "retention")
    assert due.format(months=t.plural("{n} month", "{n} months", 12), n=0) in after.output


@pytest.mark.parametrize(
    "error", [OperationalError("UPDATE", {}, Exception("database is locked")), UnknownOutcomeError()]
)
def test_a_database_that_falls_silent_in_the_middle_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def interrupted() -> None:
        raise error

    monkeypatch.setattr(application, "app", interrupted)
    with pytest.raises(SystemExit) as ended:
        application.main()
    assert ended.value.code == 1
    assert "database" in capsys.readouterr().err
