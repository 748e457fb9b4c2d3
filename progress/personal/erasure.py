"""Erasure: a person's name and all else that the directory knows of them goes, and their record stays sound."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from database import Database, rewriting
from people import history, security_log
from people.deputies import deputies
from people.directory import Person, by_employee_id, people
from people.naming import finds, tells
from people.sign_in import accounts
from people.sign_in.accounts import grants
from people.sign_in.identity_system import incomplete, provisioned
from people.sign_in.passwords import links, passwords
from progress.completion.certificates import certificates
from progress.record import chains
from progress.record.chains import Kind
from progress.reports import export_log


class NotErasedError(Exception):
    """There is nobody to erase, or the reason would keep what is to go."""


class UnknownPersonError(NotErasedError):
    """Nobody has this employee number (any more)."""


class TellingReasonError(NotErasedError):
    """The reason is empty, or tells who is meant; it is kept for good."""


@dataclass(frozen=True)
class Erased:
    """What is left of somebody, as it is read back."""

    person_key: str
    employee_id: str
    """The pseudonym that stands where the employee number stood; it opens nothing."""
    certificates: int
    """Those that stay, without a name; some of them may have expired or been revoked."""
    events: int
    reports: int
    """How many people answer to the next manager from now on."""
    is_log_empty: bool = False
    """Whether the database's own log, which holds the name as it was, has been emptied."""


def erase(database: Database, employee_id: str, reason: str, by: str, now: datetime) -> Erased:
    """Erases a person in one transaction, and empties the database's log of what was there before.

    `by` is the person key of whoever does, or the name of the command.
    """
    left = erase_and_keep_log(database, employee_id, reason, by, now)
    return replace(left, is_log_empty=rewriting.empty_log(database))


def erase_and_keep_log(database: Database, employee_id: str, reason: str, by: str, now: datetime) -> Erased:
    """Erases one of many; whoever does empties the log once, in the end."""

    def work(connection: Connection) -> tuple[str, int]:
        person = by_employee_id(connection, employee_id)
        if person is None or person.erased_at is not None:
            raise UnknownPersonError(employee_id)
        if not reason.strip() or tells(reason, person):
            raise TellingReasonError
        _append(connection, person.key, reason.strip(), by, now)
        reports = _hand_over(connection, person)
        _forget_sign_in(connection, person.key)
        _forget_names(connection, person.key, now)
        export_log.forget(connection, person, lambda text: tells(text, person) or finds(text, person))
        history.forget(connection, person.key)
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
    """Whoever reported to the person reports to the person's own manager from now on."""
    waiting = update(incomplete).where(incomplete.c.manager_key == person.key)
    connection.execute(waiting.values(manager_key=person.manager_key))
    moved = update(people).where(people.c.manager_key == person.key).values(manager_key=person.manager_key)
    return connection.execute(moved).rowcount


def _forget_sign_in(connection: Connection, person_key: str) -> None:
    accounts.end_sessions(connection, [person_key])
    for table in (grants, passwords, links, provisioned):
        connection.execute(delete(table).where(table.c.person_key == person_key))
    is_theirs = or_(deputies.c.manager_key == person_key, deputies.c.deputy_key == person_key)
    connection.execute(delete(deputies).where(is_theirs))


def _forget_names(connection: Connection, person_key: str, now: datetime) -> None:
    nothing = {"name": "", "family_name": "", "email": "", "unit": "", "language": ""}
    unknown = dict.fromkeys(("manager_key", "starts_on", "ends_on", "external_id"))
    connection.execute(
        update(people)
        .where(people.c.person_key == person_key)
        .values(**nothing, **unknown, employee_id=f"erased-{person_key}", active=False, erased_at=now)
    )
    # Without the salt, the hash in the event says nothing even to somebody who guesses the name.
    connection.execute(
        update(certificates).where(certificates.c.person_key == person_key).values(name="", unit="", salt="")
    )


def _read_back(connection: Connection, person_key: str, reports: int) -> Erased:
    row = connection.execute(select(people).where(people.c.person_key == person_key)).one()
    chained = chains.chain(connection, person_key)
    if row.erased_at is None or row.name or chains.broken_at(chained) is not None:
        raise NotErasedError(person_key)
    held = connection.execute(select(certificates.c.number).where(certificates.c.person_key == person_key)).all()
    return Erased(person_key, row.employee_id, len(held), len(chained), reports)
