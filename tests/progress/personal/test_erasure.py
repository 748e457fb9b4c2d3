"""Erasure: nothing tells who somebody was any more, and the record is as sound as before."""

import io
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOW, TODAY, Study
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from database import Database, NotRewrittenError
from installation import schema
from people import deputies, directory
from people.access import Act, Principal, Role, may
from people.deputies import Deputy
from people.directory import Person
from people.naming import tells
from people.sign_in import accounts
from people.sign_in.passwords import links, passwords
from people.sign_in.provisioning import provisioned
from progress.completion import certificates
from progress.completion.fold import differing
from progress.personal.erasure import Erased, TellingReasonError, UnknownPersonError, erase
from progress.record import chains
from progress.record.chains import Kind
from progress.reports import export_log, exports, lists
from progress.reports.export_log import Extent, HandedOut
from progress.reports.lists import Selection

SECRET = b"only-for-tests-only-for-tests-only-for-tests"
REASON = "Asked for in writing, case 12"
LEFT_ON = TODAY - timedelta(days=400)


@pytest.fixture
def known(assigned: Study, learner: Principal, manager: Principal, outsider: Principal) -> Study:
    """The learner has all that can be stored about somebody, and somebody who reports to them."""
    assigned.certify(learner)
    people = directory.people
    with assigned.database.writing() as connection:
        described = {"email": "lenka@example.com", "external_id": "ext-4711", "ends_on": LEFT_ON, "starts_on": TODAY}
        connection.execute(update(people).where(people.c.person_key == learner.key).values(**described))
        connection.execute(update(people).where(people.c.person_key == outsider.key).values(manager_key=learner.key))
        accounts.grant(connection, [(learner.key, Role.AUDITOR)])
        account = {
            "user_name": "lenka.s",
            "folded_user_name": "lenka.s",
            "given_name": "Lenka",
            "family_name": "Šťastná",
        }
        connection.execute(insert(provisioned).values(person_key=learner.key, email_type="work", **account))
        connection.execute(insert(passwords).values(person_key=learner.key, hash="h", changed_at=NOW))
        connection.execute(
            insert(links).values(token_hash="t", person_key=learner.key, purpose="invite", expires_at=NOW)
        )
        for pair in ((learner.key, manager.key), (manager.key, learner.key)):
            deputies.name(connection, Deputy(*pair, TODAY, TODAY))
    given = HandedOut(
        export_log.Kind.TEAM, Extent(manager=learner.person.employee_id), {}, "team.csv", "csv", 1, "00", "Lenka"
    )
    export_log.keep(assigned.database, learner, given, NOW)
    of_deputy = replace(given, extent=Extent(manager="2002", deputy_for=(learner.person.employee_id,)))
    searched = replace(given, extent=Extent(everybody=True), selection={"search": "lenka@example.com"})
    for each in (of_deputy, searched):
        export_log.keep(assigned.database, manager, each, NOW)
    accounts.sign_in(assigned.database, learner.key, SECRET, NOW, "Browser 1")
    return assigned


def erased(study: Study, who: Principal) -> Erased:
    return erase(study.database, who.person.employee_id, REASON, "tests", NOW + timedelta(days=1))


def everything(database: Database) -> Iterator[tuple[str, str]]:
    """Each value in the database as text, with its table."""
    with database.reading() as connection:
        for table in schema.TABLES:
            for row in connection.execute(select(table)):
                yield from ((table.name, str(value)) for value in row)


def in_directory(database: Database, key: str) -> Person:
    people = directory.people
    with database.reading() as connection:
        return directory.from_row(connection.execute(select(people).where(people.c.person_key == key)).one())


def test_nothing_in_the_database_names_somebody_who_was_erased(known: Study, learner: Principal) -> None:
    telling = ("Lenka", "Šťastná", "lenka@example.com", "lenka.s", "ext-4711", LEFT_ON.isoformat())
    number = learner.person.employee_id
    before = list(everything(known.database))
    for each in telling:
        assert any(each in value for _, value in before), each
    erased(known, learner)
    after = list(everything(known.database))
    assert [(table, value) for table, value in after for each in telling if each in value] == []
    assert ("people", number) not in after
    assert not {table for table, value in after if value == learner.key} & {
        "role_grants",
        "sessions",
        "passwords",
        "one_time_links",
        "deputies",
    }


def test_the_log_of_exports_keeps_what_was_given_and_not_who_it_was(known: Study, learner: Principal) -> None:
    erased(known, learner)
    with known.database.reading() as connection:
        searched, of_deputy, own = (each.handed_out for each in export_log.newest(connection, 10))
    assert own.extent == Extent(manager="erased")
    assert of_deputy.extent == Extent(manager="2002", deputy_for=("erased",))
    assert (searched.extent, searched.selection) == (Extent(everybody=True), {"search": "erased"})
    assert {(each.records, each.sha256, each.statement) for each in (searched, of_deputy, own)} == {(1, "00", "")}


def test_the_row_stays_as_a_pseudonym_that_opens_nothing(known: Study, learner: Principal) -> None:
    token = accounts.sign_in(known.database, learner.key, SECRET, NOW)
    left = erased(known, learner)
    person = in_directory(known.database, learner.key)
    assert person == Person(
        learner.key, left.employee_id, "", "", "", None, "", active=False, invented=True, erased_at=person.erased_at
    )
    assert person.erased_at == NOW + timedelta(days=1)
    assert learner.person.employee_id not in person.employee_id
    limits = accounts.Limits(timedelta(hours=8), timedelta(hours=8))
    assert accounts.principal(known.database, token, SECRET, limits, NOW, TODAY) is None
    assert not any(may(Principal(person, frozenset(Role)), act) for act in Act)


def test_the_chain_still_verifies_and_says_why_and_when(known: Study, learner: Principal) -> None:
    before = known.chain(learner)
    left = erased(known, learner)
    after = known.chain(learner)
    assert after[:-1] == before
    assert chains.broken_at(after) is None
    assert (after[-1].kind, after[-1].body) == (Kind.ERASED, {"reason": REASON, "by": "tests"})
    assert left.events == len(after)
    with known.database.reading() as connection:
        assert list(differing(connection)) == []


def test_certificates_stay_valid_by_number_without_a_name(known: Study, learner: Principal) -> None:
    with known.database.reading() as connection:
        (before,) = certificates.of_person(connection, learner.key)
    left = erased(known, learner)
    with known.database.reading() as connection:
        after = certificates.find(connection, before.number)
    assert after == replace(before, name="", unit="", salt="")
    assert after is not None
    assert after.is_erased
    assert not before.is_erased
    assert left.certificates == 1


def test_reports_of_somebody_erased_answer_to_the_next_manager(
    known: Study, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    assert erased(known, learner).reports == 1
    assert in_directory(known.database, outsider.key).manager_key == manager.key


def test_exports_count_somebody_erased_without_naming_them(known: Study, learner: Principal, hr: Principal) -> None:
    everybody = Selection(leavers=True)

    def counted() -> tuple[int, int, list[str]]:
        with known.database.reading() as connection:
            summary = lists.summary(connection, hr, Act.SEE_CERTIFICATIONS, everybody, TODAY)
            lines = lists.lines(connection, hr, Act.SEE_CERTIFICATIONS, everybody, TODAY, exports.COLUMNS)
            file = io.BytesIO()
            exports.write_csv(lines, file)
            return summary.people, summary.certified, file.getvalue().decode().splitlines()

    *before, _ = counted()
    erased(known, learner)
    *after, lines = counted()
    assert after == before
    (line,) = [line for line in lines if learner.key in line]
    assert line.startswith(f"erased-{learner.key};erased;;;")
    with known.database.reading() as connection:
        assert "" not in directory.units(connection, select(directory.people.c.person_key))


@pytest.mark.parametrize(
    "reason",
    [
        "Lenka asked",
        "žádost paní Šťastné",
        "zadost pani STASTNE",
        "as told to Lenkou",
        "number 2003",
        "lenka@example.com",
        "ext-4711 asked",
        "",
        "   ",
    ],
)
def test_a_reason_that_tells_who_it_was_is_refused(known: Study, learner: Principal, reason: str) -> None:
    before = list(everything(known.database))
    with pytest.raises(TellingReasonError):
        erase(known.database, learner.person.employee_id, reason, "tests", NOW)
    assert list(everything(known.database)) == before


@pytest.mark.parametrize(
    "reason", [REASON, "Žádost ze dne 3. 2. 2026", "šťastný konec sporu 20031", "left, 10 years"]
)
def test_other_reasons_are_taken(learner: Principal, reason: str) -> None:
    person = replace(learner.person, name="Lenka Dlouhá", email="lenka@example.com")
    assert not tells(reason, person)


def test_nobody_is_erased_twice_and_nobody_unknown(known: Study, learner: Principal) -> None:
    left = erased(known, learner)
    for number in (learner.person.employee_id, left.employee_id, "never"):
        with pytest.raises(UnknownPersonError):
            erase(known.database, number, REASON, "tests", NOW)
    assert known.kinds(learner).count(Kind.ERASED) == 1


NAMES_HAVE_TO_STAY = {
    "sqlite": (
        "CREATE TRIGGER named BEFORE UPDATE ON certificates WHEN new.name = '' "
        "BEGIN SELECT RAISE(ABORT, 'a name has to stay'); END",
        "DROP TRIGGER named",
    ),
    "postgresql": (
        "ALTER TABLE certificates ADD CONSTRAINT named CHECK (name <> '')",
        "ALTER TABLE certificates DROP CONSTRAINT named",
    ),
}
"""Makes the last statement of an erasure fail, and takes that back."""


def test_an_erasure_that_fails_half_way_changes_nothing(known: Study, learner: Principal) -> None:
    before = list(everything(known.database))
    begin, end = NAMES_HAVE_TO_STAY[known.database.engine.dialect.name]
    with known.database.writing() as connection:
        connection.execute(text(begin))
    try:
        with pytest.raises(IntegrityError):
            erased(known, learner)
    finally:
        with known.database.writing() as connection:
            connection.execute(text(end))
    assert list(everything(known.database)) == before


# The file of an SQLite database


def in_files(file: Path, telling: tuple[str, ...]) -> list[str]:
    """Which of the words are in a database's file or in its log, as bytes."""
    held = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    return [each for each in telling if each.encode() in held]


TELLING = ("Lenka", "Šťastná", "lenka@example.com", "lenka.s", "ext-4711", "Browser 1")


def file_of(database: Database) -> Path:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL's files are its own: docs/operations.md says what its VACUUM does")
    return Path(database.engine.url.database or "")


def test_the_file_its_log_and_a_fresh_copy_tell_nothing_any_more(
    known: Study, learner: Principal, tmp_path: Path
) -> None:
    """Neither in rows nor in the cells of an index, nor where rows were before."""
    file = file_of(known.database)
    with known.database.writing() as connection:
        connection.execute(
            update(directory.people).where(directory.people.c.person_key == learner.key).values(employee_id="ID-4712")
        )
        exported = export_log.export_log
        number = func.replace(exported.c.extent, f'"{learner.person.employee_id}"', '"ID-4712"')
        connection.execute(update(exported).values(extent=number))
    assert in_files(file, (*TELLING, "ID-4712")) == [*TELLING, "ID-4712"]
    assert erase(known.database, "ID-4712", REASON, "tests", NOW).is_log_empty
    assert in_files(file, (*TELLING, "ID-4712")) == []
    copy = tmp_path / "fresh.copy"
    known.database.copy_to(copy, lambda _done, _total: None)
    assert in_files(copy, (*TELLING, "ID-4712")) == []


def test_of_many_none_is_left_in_the_file(known: Study) -> None:
    """So many that pages of the tables and of their indices are divided and freed."""
    file = file_of(known.database)
    staff = [
        Person(f"{n:031x}f", f"NUM-{n:06d}", f"Jméno{n:06d}", f"mail{n:06d}@example.com", "Sklad", None, "cs")
        for n in range(7, 3000, 7)
    ]
    with known.database.writing() as connection:
        directory.add(connection, staff)
    gone = staff[::9]
    for person in gone:
        erase(known.database, person.employee_id, REASON, "tests", NOW)
    telling = tuple(each for person in gone for each in (person.employee_id, person.name, person.email))
    assert in_files(file, telling) == []
    stay = tuple(person.email for person in staff if person not in gone)
    assert in_files(file, stay) == list(stay)


def test_a_reader_who_keeps_the_log_from_being_emptied_is_told_of(
    known: Study, learner: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("database.SETTINGS_OF_SQLITE", ("journal_mode=WAL", "busy_timeout=10", "secure_delete=ON"))
    impatient = Database(f"sqlite:///{file_of(known.database)}")
    with known.database.snapshot() as connection:
        connection.execute(select(directory.people)).all()
        assert not erase(impatient, learner.person.employee_id, REASON, "tests", NOW).is_log_empty
    assert impatient.empty_log()
    impatient.close()


def test_what_was_deleted_before_values_were_zeroed_goes_once_with_the_next_migration(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    database = Database(f"sqlite:///{file}")
    schema.bring_up_to_date(database)
    staff = [
        Person(f"{n:032x}", str(n), f"Jméno{n}", f"mail{n:06d}@example.com", "Sklad", None, "cs") for n in range(9)
    ]
    with database.writing() as connection:
        directory.add(connection, staff)
    database.settle()
    database.close()
    with sqlite3.connect(file) as careless:
        careless.execute("PRAGMA secure_delete=OFF")
        careless.execute("DELETE FROM people WHERE employee_id = '4'")
        careless.execute("PRAGMA user_version=0")
    careless.close()
    assert in_files(file, ("mail000004@example.com",)) == ["mail000004@example.com"]
    assert not database.is_rewritten()
    schema.bring_up_to_date(database)
    assert in_files(file, ("mail000004@example.com", "mail000005@example.com")) == ["mail000005@example.com"]
    assert database.is_rewritten()
    written_at = file.stat().st_mtime_ns
    schema.bring_up_to_date(database)
    assert file.stat().st_mtime_ns == written_at, "it is done once"
    database.close()


def test_a_rewriting_that_was_interrupted_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    schema.bring_up_to_date(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA user_version=0")
    with monkeypatch.context() as broken:
        broken.setattr(Database, "_empty_log", lambda *_: False)
        with pytest.raises(NotRewrittenError):
            schema.bring_up_to_date(database)
    assert schema.is_newest(database)
    assert not database.is_rewritten()
    schema.bring_up_to_date(database)
    assert database.is_rewritten()
    database.close()
