"""All that is stored about one person, gathered from the owners of the tables, and its file."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from database import Database, written
from people import directory
from people.access import Act, Asker, require
from people.directory import Person, identity
from people.personal_data import PersonalData
from progress.completion.certificates import CERTIFICATES
from progress.completion.editions import editions
from progress.completion.rules import status
from progress.personal.overview import Overview
from progress.personal.owners import ENROLMENTS, EVENTS, PERSONAL_DATA
from progress.record.chains import Event, Kind

FORMAT = 1
"""Version of the file. It changes when a field is renamed or leaves, and not when one is added."""
T = TypeVar("T")


@dataclass(frozen=True)
class MyRecord:
    """All that is stored about one person."""

    at: datetime
    stored: Mapping[PersonalData[Any], Any]
    """By kind of data; `of` reads it with its type."""
    named: Mapping[str, Person]
    """By key: the people that the events name, as far as the directory still knows them."""
    editions: Mapping[str, Any]
    """By SHA-256: the content that the person met, as it was, by language. It has the right answers: never show it as
    a whole."""

    def of(self, kind: PersonalData[T]) -> T:
        stored: T = self.stored[kind]
        return stored

    @property
    def events(self) -> tuple[Event, ...]:
        """In the order in which they happened."""
        return self.of(EVENTS)

    @property
    def readings(self) -> list[Event]:
        """The times that somebody else read the record, the latest first."""
        return [event for event in reversed(self.events) if event.kind is Kind.READ]

    @property
    def overview(self) -> Overview:
        entry = self.of(directory.PERSON)
        return Overview(entry.person, entry.manager, self.of(ENROLMENTS), self.of(CERTIFICATES))

    def part(self, sha256: str, language: str) -> Mapping[str, Any]:
        """Return a lesson, principle or question as it was, in one language; empty if it is not stored."""
        texts = self.editions.get(sha256, {})
        found: Mapping[str, Any] = texts.get(language) or next(iter(texts.values()), {})
        return found


def gather(database: Database, asker: Asker) -> MyRecord:
    """Return the asker's own record."""
    require(asker.principal, Act.LEARN)
    with database.snapshot() as connection:
        stored = {kind: kind.stored_about(connection, asker.principal.key) for kind in PERSONAL_DATA}
        events: tuple[Event, ...] = stored[EVENTS]
        named = directory.by_keys(connection, (event.body.get("by") for event in events))
        return MyRecord(asker.now, stored, named, _editions_met(connection, events))


def as_data(record: MyRecord, today: date, in_words: Callable[[Event], str]) -> dict[str, Any]:
    """Return the record under names that stay, as docs/privacy.md describes them. Timestamps are in UTC; `in_words`
    returns an event as a sentence in the reader's language."""
    data = {kind.name: kind.as_data(record.of(kind)) for kind in PERSONAL_DATA}
    taken = record.of(ENROLMENTS)
    for row, enrolment in zip(data[ENROLMENTS.name], taken, strict=True):
        row["status"] = status(enrolment, today).value
    rows = data.pop(EVENTS.name)
    return {
        "format": FORMAT,
        "made_at": written(record.at),
        **data,
        "readings": [
            {
                "at": written(each.at),
                "by": _reader(record, each),
                "as": each.body["as"],
                "attempt": each.body.get("attempt"),
            }
            for each in record.readings
        ],
        "events": [{**row, "says": in_words(event)} for row, event in zip(rows, record.events, strict=True)],
    }


def _reader(record: MyRecord, reading: Event) -> dict[str, str | None]:
    reader = record.named.get(reading.body["by"])
    return {"employee_id": None, "name": None} if reader is None or reader.erased_at else identity(reader)


def _editions_met(connection: Connection, events: Iterable[Event]) -> dict[str, Any]:
    """Return the content that the person has seen; a question drawn and not yet answered is not among it."""
    drawn: dict[str, str] = {}
    met: set[str] = set()
    for event in events:
        match event.kind:
            case Kind.CARD_SEEN | Kind.CHECKED | Kind.REPLIED | Kind.REFRESHED:
                met.add(event.body["edition"])
            case Kind.WAIVED:
                met.update(sha256 for _, sha256 in event.body["cards"])
            case Kind.ATTEMPT_STARTED | Kind.PRIOR_STARTED:
                drawn.update(dict(event.body["questions"]))
            case Kind.ANSWERED | Kind.PRIOR_ANSWERED:
                met.add(drawn[event.body["question"]])
    rows = connection.execute(select(editions.c.sha256, editions.c.body).where(editions.c.sha256.in_(met)))
    return {row.sha256: json.loads(row.body) for row in rows}
