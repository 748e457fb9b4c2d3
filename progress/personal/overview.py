"""One person's record for HR and auditors: status without answers. Opening it is an event in that record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from database import Database
from people import directory, leave
from people.access import Act, Asker, Principal, Role, refused, require, sees, visible
from people.directory import Person, Search
from people.leave import NotedLeave
from progress.completion import certificates
from progress.completion.certificates import Certificate
from progress.completion.enrolments import Enrolment
from progress.personal.owners import ENROLMENTS
from progress.record import chains
from progress.record.chains import Event, Kind
from progress.reminding.ledger import REMINDERS, Reminder

MOST_FOUND = 20
"""People that a search returns."""
DECISIONS = frozenset({Kind.ASSIGNED, Kind.DUE_MOVED, Kind.EXEMPTED, Kind.REVOKED, Kind.CORRECTED, Kind.ERASED})
"""Kinds of events in which somebody else decided about a person."""


@dataclass(frozen=True)
class Overview:
    """The parts of a record that contain no answer."""

    person: Person
    manager: Person | None
    enrolments: tuple[Enrolment, ...]
    """The latest first, without what was chosen."""
    certificates: tuple[Certificate, ...]
    decisions: tuple[Event, ...] = ()
    """In their order, with the attempts that a decision may be about."""
    leave: tuple[NotedLeave, ...] = ()
    letters: tuple[Reminder, ...] = ()
    named: Mapping[str, Person] = field(default_factory=dict)
    """By key: the people who decided, as far as the directory still knows them."""


def open_record(database: Database, asker: Asker, person_key: str) -> Overview:
    """Return one person's overview, and note in their record that it was read: once a reader and day.

    Raises `RefusedError` for a person whose record the asker may not see.
    """
    require(asker.principal, Act.SEE_RECORD)
    reader = asker.principal

    def note(connection: Connection) -> None:
        if not sees(connection, reader, Act.SEE_RECORD, person_key):
            raise refused(reader, Act.SEE_RECORD)
        note_reading(connection, asker, person_key, {"as": _reads_as(connection, reader, person_key)})

    database.write(note)
    with database.snapshot() as connection:
        chain = chains.chain(connection, person_key)
        begun = {Kind.ATTEMPT_STARTED, Kind.PRIOR_STARTED}
        decisions = tuple(event for event in chain if event.kind in DECISIONS | begun)
        entry = directory.PERSON.stored_about(connection, person_key)
        return Overview(
            entry.person,
            entry.manager,
            ENROLMENTS.stored_about(connection, person_key),
            certificates.CERTIFICATES.stored_about(connection, person_key),
            decisions,
            leave.LEAVE.stored_about(connection, person_key),
            REMINDERS.stored_about(connection, person_key),
            directory.by_keys(connection, (event.body.get("by") for event in decisions)),
        )


def note_reading(connection: Connection, asker: Asker, person_key: str, reading: Mapping[str, str]) -> None:
    """Note in a person's record that the asker read it: once a reader and day, and never their own. `reading` says as
    whom, and what."""
    reader = asker.principal
    if reader.key == person_key:
        return
    body = {"by": reader.key, **reading}
    if any(
        event.kind is Kind.READ and event.body == body and event.at.astimezone(asker.zone).date() == asker.today
        for event in chains.chain(connection, person_key)
    ):
        return
    head = chains.head(connection, person_key)
    chains.append(connection, chains.following(head, person_key, [(Kind.READ, body)], asker.now))


def _reads_as(connection: Connection, principal: Principal, person_key: str) -> str:
    """Return the role that lets somebody read a record; HR's, where they have both."""
    as_hr = Principal(principal.person, principal.roles - {Role.AUDITOR}, principal.units)
    return Role.HR if sees(connection, as_hr, Act.SEE_RECORD, person_key) else Role.AUDITOR


def find_people(connection: Connection, principal: Principal, search: str) -> list[Person]:
    """Return the people whose record the principal may open, by name, number or address; nobody who is erased."""
    if not search.strip():
        return []
    readable = visible(principal, Act.SEE_RECORD)
    return directory.find(connection, readable, Search(search), MOST_FOUND, principal.person.language).persons
