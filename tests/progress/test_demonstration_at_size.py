"""A large organisation is invented many people at a time, by several processes: the record is as if step by step."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cast import NOW
from connections import several
from sqlalchemy import select
from surroundings import no_main_module

from database import Database
from installation import schema
from people import directory
from progress import demonstration
from progress.completion import certificates
from progress.completion.enrolments import current_and_head, enrolments, save
from progress.completion.fold import after, differing
from progress.record import chains
from progress.record.chains import Event, Kind, first_fault
from quizzes.content import Content

EMPLOYEES = 200
NOT_DRAWN_FROM_THE_SEED = {"certificate_no", "printed_sha256", "status_index"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, content: Content, zone: ZoneInfo) -> Iterator[Database]:
    database = new(tmp_path_factory.mktemp("filled"))
    with no_main_module(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(demonstration, "MANY", EMPLOYEES)
        patch.setattr(demonstration, "cpu_count", lambda: 2)
        demonstration.fill(database, content, EMPLOYEES, 1, zone, NOW)
    yield database
    database.close()


def new(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder / 'kodex.sqlite3'}")
    schema.bring_up_to_date(database)
    return database


def all_chains(database: Database) -> dict[str, list[Event]]:
    with database.reading() as connection:
        return {chain[0].person_key: chain for chain in chains.chains(connection)}


def bodies(database: Database) -> dict[str, list[tuple[Kind, dict[str, object]]]]:
    return {
        person: [
            (each.kind, {name: said for name, said in each.body.items() if name not in NOT_DRAWN_FROM_THE_SEED})
            for each in chain
        ]
        for person, chain in all_chains(database).items()
    }


def test_taken_step_by_step_the_same_events_give_the_same_record(filled: Database, tmp_path: Path) -> None:
    other = new(tmp_path)
    with filled.reading() as connection:
        persons = [directory.from_row(row) for row in connection.execute(select(directory.people))]
    with other.writing() as connection:
        directory.add(connection, persons)
    for person, chain in all_chains(filled).items():
        with other.writing() as connection:
            for event in chain:
                course = event.body["course"]
                found = current_and_head(connection, person, course)
                enrolment = found[0] if found else None
                head = chains.head(connection, person)
                is_new = event.kind is Kind.ASSIGNED
                [following] = chains.following(head, person, [(event.kind, event.body)], event.at)
                assert following == event
                chains.append(connection, [following])
                save(connection, after(None if is_new else enrolment, following), is_new=is_new)
    asked = select(enrolments).order_by(*enrolments.primary_key)
    with several(), filled.reading() as one, other.reading() as two:
        assert one.execute(asked).all() == two.execute(asked).all()
    other.close()


@pytest.mark.wide
def test_the_invented_record_verifies(database: Database, content: Content, zone: ZoneInfo) -> None:
    """On both databases: rows are written past SQLAlchemy, and differently by each."""
    demonstration.fill(database, content, 40, 1, zone, NOW)
    with database.reading() as connection:
        assert list(differing(connection)) == []
    issued = 0
    for person, chain in all_chains(database).items():
        assert first_fault(chain) is None
        events = {event.body["certificate_no"]: event for event in chain if event.kind is Kind.CERTIFIED}
        with database.reading() as connection:
            held = certificates.of_person(connection, person)
        assert {each.number for each in held} == set(events)
        assert all(certificates.is_as_issued(each, events[each.number], is_erased=False) for each in held)
        issued += len(held)
    assert issued > 20


@pytest.mark.wide
def test_one_process_and_two_invent_the_same_people(
    filled: Database, content: Content, zone: ZoneInfo, tmp_path: Path
) -> None:
    alone = new(tmp_path)
    demonstration.fill(alone, content, EMPLOYEES, 1, zone, NOW)
    assert bodies(alone) == bodies(filled)
    alone.close()
