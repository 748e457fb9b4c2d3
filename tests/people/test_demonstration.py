"""The invented organisation: plausible, the same for the same seed, and made by the same rules as real progress."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import NOW, TODAY
from serving import SECRET
from sqlalchemy import select

import settings
from database import Database
from installation import Installation, schema, startup
from people import directory
from people.access import OPERATOR, Act, Role
from people.demonstration import CAST, organisation
from people.directory import Person
from progress import demonstration
from progress.completion import certificates
from progress.completion.fold import differing
from progress.completion.rules import Status
from progress.record import chains
from progress.record.chains import Kind, broken_at
from progress.reports import lists
from progress.reports.lists import Selection
from quizzes.content import Content

CERTIFICATIONS = Act.SEE_CERTIFICATIONS


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, content: Content, zone: ZoneInfo) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demonstration') / 'kodex.sqlite3'}")
    schema.bring_up_to_date(database)
    assert demonstration.fill(database, content, 240, 1, zone, NOW) == 240
    yield database
    database.close()


def depth(person: Person, by_key: dict[str, Person]) -> int:
    return 1 if person.manager_key is None else 1 + depth(by_key[person.manager_key], by_key)


# The people


@pytest.mark.parametrize("employees", [12, 20, 60, 240, 1000])
def test_an_organisation_has_the_size_asked_for(employees: int) -> None:
    persons, _ = organisation(employees, seed=1)
    assert len(persons) == employees


def test_the_same_seed_gives_the_same_people() -> None:
    assert organisation(240, seed=7) == organisation(240, seed=7)
    assert organisation(240, seed=7) != organisation(240, seed=8)


def test_reporting_lines_are_six_deep_and_begin_at_one_person() -> None:
    persons, _ = organisation(240, seed=1)
    by_key = {person.key: person for person in persons}
    assert max(depth(person, by_key) for person in persons) == 6
    assert [person.manager_key for person in persons].count(None) == 1


@pytest.mark.parametrize("employees", [12, 240, 1000])
def test_a_manager_comes_before_their_reports(employees: int) -> None:
    seen: set[str | None] = {None}
    for person in organisation(employees, seed=1)[0]:
        assert person.manager_key in seen
        seen.add(person.key)


@pytest.mark.parametrize("employees", [12, 240, 1000])
def test_nobody_shares_a_key_an_employee_id_or_an_address(employees: int) -> None:
    persons, _ = organisation(employees, seed=1)
    for told in ("key", "employee_id", "email"):
        assert len({getattr(person, told) for person in persons}) == employees


def test_everybody_is_invented_active_and_reachable_nowhere() -> None:
    persons, _ = organisation(240, seed=1)
    assert all(person.invented and person.active for person in persons)
    assert all(person.email.isascii() and person.email.endswith("@example.com") for person in persons)


def test_names_are_czech_and_others() -> None:
    persons, _ = organisation(240, seed=1)
    letters = set("".join(person.name for person in persons).lower())
    assert letters >= set("áíýčěňřšž")
    assert letters & set("łøßçễị")
    assert {person.language for person in persons} == {"cs", "en"}


@pytest.mark.parametrize("employees", [12, 240])
def test_the_cast_is_there_with_its_roles(employees: int) -> None:
    persons, granted = organisation(employees, seed=1)
    by_id = {person.employee_id: person for person in persons}
    for employee_id, name, unit in CAST.values():
        assert (by_id[employee_id].name, by_id[employee_id].unit) == (name, unit)
    cast = {by_id[employee_id].key: role for role, (employee_id, _, _) in CAST.items()}
    assert {cast[key]: role for key, role in granted} == {role: role for role in (Role.HR, Role.AUDITOR, Role.EDITOR)}


def test_the_manager_to_play_has_a_reporting_line() -> None:
    persons, _ = organisation(240, seed=1)
    manager = next(person for person in persons if person.employee_id == CAST[Role.MANAGER][0])
    assert sum(person.manager_key == manager.key for person in persons) >= 2


# Their progress


def test_every_chain_of_the_demonstration_verifies(filled: Database) -> None:
    with filled.reading() as connection:
        everybody = list(chains.chains(connection))
    assert len(everybody) == 240
    assert all(broken_at(chain) is None for chain in everybody)


def test_the_demonstrations_enrolments_equal_the_fold_of_its_events(filled: Database) -> None:
    with filled.reading() as connection:
        assert list(differing(connection)) == []


def test_nothing_in_a_demonstration_lies_in_the_future(filled: Database) -> None:
    with filled.reading() as connection:
        assert max(connection.execute(select(chains.events.c.at)).scalars()) <= NOW


def test_a_demonstration_shows_every_status_that_matters(filled: Database) -> None:
    with filled.reading() as connection:
        found = lists.summary(connection, OPERATOR, CERTIFICATIONS, Selection(), TODAY)
    assert found.people == 240
    for status in (Status.CERTIFIED, Status.IN_PROGRESS, Status.NOT_STARTED, Status.OVERDUE):
        assert found.count(status) > 0
    assert 0.5 < found.certified / found.people < 0.95
    assert min(unit.share for unit in found.units if unit.people > 10) < max(unit.share for unit in found.units)


def test_a_demonstration_holds_the_certificates_that_its_events_tell_of(filled: Database) -> None:
    with filled.reading() as connection:
        everybody = list(chains.chains(connection))
        kept = set(connection.execute(select(certificates.certificates.c.number)).scalars())
    told = Counter(
        event.body["certificate_no"] for chain in everybody for event in chain if event.kind is Kind.CERTIFIED
    )
    assert set(told) == kept
    assert set(told.values()) == {1}


def test_some_have_certificates_of_a_cycle_before(filled: Database) -> None:
    with filled.reading() as connection:
        every = lists.summary(connection, OPERATOR, CERTIFICATIONS, Selection(every_cycle=True), TODAY)
    assert 280 < every.people < 400


def test_the_employee_to_play_has_everything_before_them(filled: Database) -> None:
    with filled.reading() as connection:
        employee = directory.by_employee_id(connection, CAST[Role.EMPLOYEE][0])
        assert employee is not None
        chain = chains.chain(connection, employee.key)
        assert [event.kind for event in chain] == [Kind.ASSIGNED]


def test_the_same_seed_gives_the_same_progress(
    content: Content, zone: ZoneInfo, bare_database: Database, tmp_path: Path
) -> None:
    """On either database; but for the numbers of certificates, which nobody may foresee."""
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    lives = []
    for database in (bare_database, other):
        schema.bring_up_to_date(database)
        demonstration.fill(database, content, 30, 5, zone, NOW)
        with database.reading() as connection:
            events = [event for chain in chains.chains(connection) for event in chain]
        lives.append([(event.person_key, event.seq, event.kind, event.at) for event in events])
    other.close()
    assert lives[0] == lives[1]


def test_whoever_waits_is_told_of_everybody(content: Content, zone: ZoneInfo, database: Database) -> None:
    told: list[int] = []
    demonstration.fill(database, content, 30, 5, zone, NOW, told.append)
    assert sum(told) == 30


# Where it may run


PUBLIC = {"KODEX_PUBLIC_URL": "https://kodex.example.com"}


def house(database: Database, content: Content, mode: str) -> Installation:
    return Installation(settings.read({"KODEX_MODE": mode, "KODEX_SECRET": SECRET, **PUBLIC}), database, content)


def with_people(database: Database, *, invented: bool) -> Database:
    person = Person("0f" * 16, "1", "Jana Malá", "j@example.com", "Obchod", None, "cs", invented=invented)
    with database.writing() as connection:
        directory.add(connection, [person])
    return database


def test_an_empty_database_becomes_a_demonstration_of_240_people(database: Database, content: Content) -> None:
    startup.prepare(house(database, content, "demonstration"))
    startup.prepare(house(database, content, "demonstration"))
    with database.reading() as connection:
        assert directory.count(connection) == 240


def test_a_demonstration_never_runs_on_real_people(database: Database, content: Content) -> None:
    with pytest.raises(startup.NotReadyError, match="real people"):
        startup.prepare(house(with_people(database, invented=False), content, "demonstration"))
    with database.reading() as connection:
        assert directory.count(connection) == 1


def test_production_never_runs_on_invented_people(database: Database, content: Content) -> None:
    with pytest.raises(startup.NotReadyError, match="invented people"):
        startup.prepare(house(with_people(database, invented=True), content, "production"))


def test_production_runs_on_its_own_people_and_invents_none(database: Database, content: Content) -> None:
    startup.prepare(house(with_people(database, invented=False), content, "production"))
    with database.reading() as connection:
        assert directory.count(connection) == 1


def test_production_does_not_migrate_by_itself(bare_database: Database, content: Content) -> None:
    with pytest.raises(startup.NotReadyError, match=r"manage\.py migrate"):
        startup.prepare(house(bare_database, content, "production"))
