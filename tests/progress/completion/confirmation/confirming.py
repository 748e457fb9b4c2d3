"""Certificates whose row or events somebody altered."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from studying import Study

from database import Database
from people.access import Principal
from progress.completion import certificates, editions
from progress.completion.certificates import Certificate, of_person
from progress.completion.enrolments import enrolments
from progress.record.chains import events

TODAY = date(2026, 3, 3)

PRAGUE = ZoneInfo("Europe/Prague")

Forge = Callable[[Database, Certificate], None]


def altered_row(**values: object) -> Forge:
    """An altered row of the register."""

    def forge(database: Database, certificate: Certificate) -> None:
        table = certificates.certificates
        with database.writing() as connection:
            connection.execute(update(table).where(table.c.number == certificate.number).values(**values))

    return forge


def altered_event(**values: object) -> Forge:
    """An altered event that issued it."""

    def forge(database: Database, certificate: Certificate) -> None:
        is_it = (events.c.person_key == certificate.person_key, events.c.kind == "certified")
        with database.writing() as connection:
            connection.execute(update(events).where(*is_it).values(**values))

    return forge


def _without_an_event(database: Database, certificate: Certificate) -> None:
    in_the_middle = (events.c.person_key == certificate.person_key, events.c.seq == 3)
    with database.writing() as connection:
        connection.execute(delete(events).where(*in_the_middle))


def _without_its_event(database: Database, certificate: Certificate) -> None:
    is_it = (events.c.person_key == certificate.person_key, events.c.kind == "certified")
    with database.writing() as connection:
        connection.execute(delete(events).where(*is_it))


def _revoked_in_the_register_alone(database: Database, certificate: Certificate) -> None:
    is_it = enrolments.c.certificate_no == certificate.number
    with database.writing() as connection:
        connection.execute(update(enrolments).where(is_it).values(revoked_at=datetime(2026, 3, 2, 12, tzinfo=UTC)))


def _without_its_enrolment(database: Database, certificate: Certificate) -> None:
    with database.writing() as connection:
        connection.execute(delete(enrolments).where(enrolments.c.certificate_no == certificate.number))


def _with_an_altered_edition(database: Database, certificate: Certificate) -> None:
    table = editions.editions
    with database.writing() as connection:
        body = json.dumps({"course": {"title": {"cs": certificate.course_title}}})
        connection.execute(update(table).where(table.c.sha256 == certificate.content_sha256).values(body=body))


FORGERIES: dict[str, Forge] = {
    "the name": altered_row(name="Mallory Second"),
    "the unit": altered_row(unit="Elsewhere"),
    "the salt": altered_row(salt="00"),
    "the last day": altered_row(valid_until=date(2098, 12, 31)),
    "the first day": altered_row(valid_from=date(2020, 1, 1)),
    "the moment of issue": altered_row(issued_at=datetime(2020, 1, 1, tzinfo=UTC)),
    "the score": altered_row(score=99),
    "the pass mark": altered_row(pass_mark=10),
    "the course": altered_row(course_id="another"),
    "the course's name": altered_row(course_title="Another course"),
    "the course's version": altered_row(course_version="9.9"),
    "the content": altered_row(content_sha256="0" * 64),
    "the commitment": altered_row(commitment_sha256="0" * 64),
    "the company": altered_row(issuer="Another company"),
    "the language": altered_row(language="en"),
    "the cycle": altered_row(cycle=7),
    "the template": altered_row(template=None),
    "the printed words": altered_row(printed='{"issuer": "Another company"}'),
    "no printed words": altered_row(template=None, printed=None),
    "the place in the status list": altered_row(status_index=77),
    "no place in a status list": altered_row(status_index=None),
    "the holder": altered_row(person_key="f" * 32),
    "an erased name that was not erased": altered_row(name="", unit="", salt=""),
    "the event": altered_event(body="{}"),
    "the event's moment": altered_event(at=datetime(2020, 1, 1, tzinfo=UTC)),
    "nonsense for an event": altered_event(kind="nonsense"),
    "an event in the middle": _without_an_event,
    "no event": _without_its_event,
    "revoked in the register alone": _revoked_in_the_register_alone,
    "no enrolment": _without_its_enrolment,
    "the edition of the course": _with_an_altered_edition,
}


def held(study: Study, who: Principal) -> Certificate:
    with study.database.reading() as connection:
        return of_person(connection, who.key)[0]
