"""The directory brought in step with HR's file, in one transaction."""

import dataclasses
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection, Text, bindparam, select, update

from database import Database, read_back
from people import directory, garbage, history, security_log
from people.directory import Person, people
from people.hr_file.columns import Field
from people.hr_file.comparison import NotImportedError, plan
from people.hr_file.files import FileFault
from people.hr_file.plan import ChangeKind, ImportOptions, ImportPlan
from people.hr_file.roster import Roster
from people.sign_in import accounts
from words import sentence

ROWS_AT_A_TIME = 2000
"""Rows that are written between two reports of progress."""
T = TypeVar("T")
KEY_BYTES = 16


@dataclass(frozen=True)
class Done:
    """The result of an import, as it was read back."""

    counts: Mapping[ChangeKind, int]
    unchanged: int
    skipped: int
    active: int
    """People with access, whether or not they have a way to sign in."""


class FaultyFileError(Exception):
    """The file has faults; nothing was changed."""

    def __init__(self, faults: Sequence[FileFault]) -> None:
        super().__init__("; ".join(f"{fault.line} {fault.column}: {fault.what}" for fault in faults[:5]))
        self.faults = faults


INVENTED = sentence(
    "The database holds a demonstration's invented people; real ones do not belong among them. "
    "Use an empty database in production mode."
)
UNDECIDED = sentence("Say first of everybody who may have a new number whether it is the same person.")
CHANGED_MEANWHILE = sentence("The directory has changed since you looked; look again at what would change.")


def everybody(connection: Connection) -> list[Person]:
    """Return everybody in the directory, including people who have left, without those who were erased."""
    asked = select(*(people.c[name] for name in _COLUMNS)).where(people.c.erased_at.is_(None))
    return [Person(*row) for row in connection.execute(asked)]


_COLUMNS = ("person_key", *(each.name for each in dataclasses.fields(Person) if each.name != "key"))


def apply(
    database: Database,
    roster: Roster,
    options: ImportOptions,
    now: datetime,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Done:
    """Bring the directory in step, all of it or nothing. Reports to `on_progress` the people written since before.

    Raises `FaultyFileError` and `NotImportedError`.
    """
    today = options.today

    def work(connection: Connection) -> tuple[ImportPlan, dict[str, str]]:
        if directory.has_invented_people(connection):
            raise NotImportedError(INVENTED)
        staff = everybody(connection)
        planned = plan(roster, staff, options)
        _check(planned, roster, options)
        key_of = {person.employee_id: person.key for person in staff}
        key_of |= {change.employee_id: change.before.key for change in planned.changes if change.before}
        _write(connection, planned, key_of, today, on_progress)
        _learn_family_names(connection, roster, staff)
        history.keep(connection, now)
        return planned, key_of

    with garbage.paused():
        planned, key_of = database.write(work)
        with read_back(), database.snapshot() as connection:
            otherwise = _differing(connection, planned, key_of, today)
            active = directory.with_access(connection, select(people.c.person_key), today)
    for change in planned.changes:
        if change.before and Field.ID in change.fields:
            security_log.note("number changed", person=change.before.key)
    counts = planned.counts()
    security_log.note(
        "people import",
        added=counts[ChangeKind.ADDED],
        changed=counts[ChangeKind.CHANGED],
        returned=counts[ChangeKind.RETURNED],
        left=counts[ChangeKind.LEFT],
    )
    if otherwise:
        raise NotImportedError(
            sentence("The directory differs from the file for {n} people after it was written.", n=otherwise)
        )
    return Done(counts, planned.unchanged, planned.skipped, active)


def _check(planned: ImportPlan, roster: Roster, options: ImportOptions) -> None:
    if planned.faults and not (options.skip_bad and roster.is_usable):
        raise FaultyFileError(planned.faults)
    if planned.undecided:
        raise NotImportedError(UNDECIDED)
    if options.agreed is not None and planned.fingerprint != options.agreed:
        raise NotImportedError(CHANGED_MEANWHILE)


MANY_NEW = 20_000
"""Above this many new people, indexes are dropped and rebuilt."""
CACHE_SIZE = 32_000
"""KiB of SQLite's page cache during an import: rows arrive in the order of none of the six indexes."""


def _write(
    connection: Connection,
    planned: ImportPlan,
    key_of: dict[str, str],
    today: date,
    on_progress: Callable[[int], None],
) -> None:
    added = {change.employee_id: change.after for change in planned.of(ChangeKind.ADDED) if change.after}
    key_of |= zip(added, _new_keys(len(added)), strict=True)

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_SIZE}")
    with _indexed_afterwards(connection, len(added)):
        for piece in _pieces(list(_managers_first(added))):
            _insert(connection, piece, key_of)
            on_progress(len(piece))
    known = [change.after for change in planned.changes if change.before and change.after]
    for piece in _pieces(known):
        connection.execute(_UPDATE, [_as_parameters(person, key_of) for person in piece])
        on_progress(len(piece))
    missing = [change.before for change in planned.of(ChangeKind.LEFT) if change.before and not change.after]
    for piece in _pieces(missing):
        connection.execute(_LEAVE, [{"of_key": each.key, "to_ends_on": _last_day(each, today)} for each in piece])
        on_progress(len(piece))
    accounts.end_sessions(connection, [change.before.key for change in planned.of(ChangeKind.LEFT) if change.before])


def _learn_family_names(connection: Connection, roster: Roster, staff: Sequence[Person]) -> None:
    """Store the family names of people whose name is unchanged. They only decide the order of lists, so that a file
    which has them apart for the first time changes nobody."""
    known = {person.employee_id: person for person in staff}
    learnt = [
        {"of_key": known[entry.employee_id].key, "to_family_name": entry.family_name}
        for entry in roster.entries
        if entry.family_name
        and entry.employee_id in known
        and known[entry.employee_id].name == entry.name
        and known[entry.employee_id].family_name != entry.family_name
    ]
    for piece in _pieces(learnt):
        connection.execute(_LEARN, piece)


def _new_keys(n: int) -> Iterator[str]:
    """Return random keys: nothing in the record tells whose it is."""
    digits = secrets.token_hex(KEY_BYTES * n)
    return (digits[at : at + 2 * KEY_BYTES] for at in range(0, len(digits), 2 * KEY_BYTES))


def _differing(connection: Connection, planned: ImportPlan, key_of: Mapping[str, str], today: date) -> int:
    """Return the number of people for whom the directory differs from what was written."""
    written: dict[str, tuple[object, ...]] = {}
    for change in planned.changes:
        if change.after:
            written[key_of[change.employee_id]] = _as_row(change.after, key_of)
        elif change.before and change.kind is ChangeKind.LEFT:
            left = dataclasses.replace(change.before, active=False, ends_on=_last_day(change.before, today))
            written[left.key] = tuple(getattr(left, name) for name in _FROM_FILE)
    asked = select(people.c.person_key, *(people.c[name] for name in _FROM_FILE))
    for piece in connection.execute(asked, execution_options={"yield_per": ROWS_AT_A_TIME}).partitions():
        for row in piece:
            if written.get(row[0]) == row[1:]:
                del written[row[0]]
    return len(written)


def _last_day(person: Person, today: date) -> date:
    return today if person.ends_on is None else min(person.ends_on, today)


_FROM_FILE = (
    *("employee_id", "name", "family_name", "email", "unit", "manager_key", "language", "active"),
    *("starts_on", "ends_on"),
)
_UPDATE = (
    update(people)
    .where(people.c.person_key == bindparam("of_key"))
    .values({name: bindparam(f"to_{name}", type_=people.c[name].type) for name in _FROM_FILE})
)
_LEARN = (
    update(people)
    .where(people.c.person_key == bindparam("of_key"))
    .values(family_name=bindparam("to_family_name", type_=Text))
)
_LEAVE = (
    update(people)
    .where(people.c.person_key == bindparam("of_key"))
    .values(active=False, ends_on=bindparam("to_ends_on", type_=people.c.ends_on.type))
)


@contextmanager
def _indexed_afterwards(connection: Connection, newcomers: int) -> Iterator[None]:
    """Rebuild SQLite's indexes after many rows, which is faster than updating them row by row.

    Nobody waits for them: readers go on with what was committed before.
    """
    indexes = people.indexes if connection.dialect.name == "sqlite" and newcomers > MANY_NEW else frozenset()
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def _as_row(person: Person, key_of: Mapping[str, str]) -> tuple[object, ...]:
    """Return the values of `_FROM_FILE`, with the manager's key instead of their employee number."""
    manager = key_of[person.manager_key] if person.manager_key else None
    who = (person.employee_id, person.name, person.family_name, person.email)
    return (*who, person.unit, manager, person.language, person.active, person.starts_on, person.ends_on)


def _as_parameters(person: Person, key_of: Mapping[str, str]) -> dict[str, object]:
    said = zip(_FROM_FILE, _as_row(person, key_of), strict=True)
    return {"of_key": key_of[person.employee_id], **{f"to_{name}": value for name, value in said}}


def _insert(connection: Connection, persons: Sequence[Person], key_of: Mapping[str, str]) -> None:
    """Insert through the driver: SQLAlchemy takes longer for the parameters than the database for the rows."""
    is_sqlite = connection.dialect.name == "sqlite"
    columns = ("person_key", "invented", *_FROM_FILE)
    places = ", ".join(["?" if is_sqlite else "%s"] * len(columns))
    rows = []
    for person in persons:
        *said, starts_on, ends_on = _as_row(person, key_of)
        days = (_day(starts_on), _day(ends_on)) if is_sqlite else (starts_on, ends_on)
        rows.append((key_of[person.employee_id], False, *said, *days))
    connection.exec_driver_sql(f"INSERT INTO people ({', '.join(columns)}) VALUES ({places})", rows)  # noqa: S608


def _day(value: object) -> str | None:
    """Return a day as SQLite stores it."""
    return value.isoformat() if isinstance(value, date) else None


def _managers_first(added: Mapping[str, Person]) -> Iterator[Person]:
    """Yield managers before their reports, as the foreign key needs it."""
    done: set[str] = set()
    for person in added.values():
        line = []
        at: Person | None = person
        while at is not None and at.employee_id not in done:
            done.add(at.employee_id)
            line.append(at)
            at = added.get(at.manager_key or "")
        yield from reversed(line)


def _pieces(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for begin in range(0, len(items), ROWS_AT_A_TIME):
        yield items[begin : begin + ROWS_AT_A_TIME]
