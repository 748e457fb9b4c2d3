"""Erasure: a person's name and everything else in the directory goes, and their record still verifies."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from database import Database, rewriting
from people import history, security_log
from people.directory import Person, by_employee_id, people
from people.naming import tells
from people.sign_in.identity_system import incomplete
from progress.completion.certificates import certificates
from progress.personal.owners import PERSONAL_DATA
from progress.record import chains
from progress.record.chains import Kind


class NotErasedError(Exception):
    """There is nobody to erase, or the reason would name the person."""


class UnknownPersonError(NotErasedError):
    """Nobody has this employee number, or the person is erased already."""


class TellingReasonError(NotErasedError):
    """The reason, which is stored for good, is empty or says who is meant."""


@dataclass(frozen=True)
class Erased:
    """The rest of somebody's data, as it is read back."""

    person_key: str
    employee_id: str
    """The pseudonym in place of the employee number; nobody can sign in with it."""
    certificates: int
    """Certificates that stay, without a name; some of them may have expired or been revoked."""
    events: int
    reports: int
    """People who now report to the person's own manager."""
    is_log_empty: bool = False
    """The database's own log, which contains the name, has been emptied."""


def erase(database: Database, employee_id: str, reason: str, by: str, now: datetime) -> Erased:
    """Erase a person in one transaction, and empty the database's log of what was there before.

    `by` is the person key of the one who erases, or the name of the command. Raises `UnknownPersonError` and
    `TellingReasonError`.
    """
    left = erase_and_keep_log(database, employee_id, reason, by, now)
    return replace(left, is_log_empty=rewriting.empty_log(database))


def erase_and_keep_log(database: Database, employee_id: str, reason: str, by: str, now: datetime) -> Erased:
    """Erase one of many; the caller empties the log once, in the end."""

    def work(connection: Connection) -> tuple[str, int]:
        person = by_employee_id(connection, employee_id)
        if person is None or person.erased_at is not None:
            raise UnknownPersonError(employee_id)
        if not reason.strip() or tells(reason, person):
            raise TellingReasonError
        _append(connection, person.key, reason.strip(), by, now)
        reports = _hand_over(connection, person)
        for kind in reversed(PERSONAL_DATA):
            if kind.forget is not None:
                kind.forget(connection, person.key, now)
        history.keep(connection, now)
        return person.key, reports

    person_key, reports = database.write(work)
    security_log.note("erasure", person=person_key, by=by)
    with database.snapshot() as connection:
        return _read_back(connection, person_key, reports)


def _append(connection: Connection, person_key: str, reason: str, by: str, now: datetime) -> None:
    before = chains.head(connection, person_key)
    body = {"reason": reason, "by": by}
    chains.append(connection, chains.following(before, person_key, [(Kind.ERASED, body)], now))


def _hand_over(connection: Connection, person: Person) -> int:
    """Move the person's reports to the person's own manager, and return how many they are."""
    waiting = update(incomplete).where(incomplete.c.manager_key == person.key)
    connection.execute(waiting.values(manager_key=person.manager_key))
    moved = update(people).where(people.c.manager_key == person.key).values(manager_key=person.manager_key)
    return connection.execute(moved).rowcount


def _read_back(connection: Connection, person_key: str, reports: int) -> Erased:
    row = connection.execute(select(people).where(people.c.person_key == person_key)).one()
    chain = chains.chain(connection, person_key)
    if row.erased_at is None or row.name or chains.broken_at(chain) is not None:
        raise NotErasedError(person_key)
    held = connection.execute(select(certificates.c.number).where(certificates.c.person_key == person_key)).all()
    return Erased(person_key, row.employee_id, len(held), len(chain), reports)
