"""The directory brought in step with HR's file: what would change, and the one transaction that changes it."""

import dataclasses
import hashlib
import math
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from database import Database, read_back
from people import directory, history
from people.directory import Person, people
from people.hr_file import garbage, identities
from people.hr_file.columns import Entry, Field, Roster
from people.hr_file.files import Fault
from people.hr_file.identities import NONE_SAID, Pair, Verdict, Verdicts
from people.sign_in import accounts, security_log
from words import SaidError, Sentence, chosen, quoted, sentence
from words.spelling import identifier

PIECE = 2000
"""Rows that are written at a time, between two reports on how far it is."""
KEY_BYTES = 16
LONGEST_CIRCLE = 6
"""How many of a circle's people are named."""


class Leavers(StrEnum):
    """What becomes of people who do not stand in the file any more."""

    DEACTIVATE = "deactivate"
    REPORT = "report"


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    RETURNED = "returned"
    LEFT = "left"
    """They lose their access; their record stays."""
    MISSING = "missing"
    """They are not in the file, and nothing is done about it."""


SAID: dict[Kind, Sentence] = {
    Kind.ADDED: sentence("new"),
    Kind.CHANGED: sentence("changed"),
    Kind.RETURNED: sentence("access again"),
    Kind.LEFT: sentence("access ends"),
    Kind.MISSING: sentence("not in the file, access stays"),
}
"""What a change means, before the name of whom it is about."""

FIELDS_SAID: dict[Field, Sentence] = {
    Field.ID: sentence("number"),
    Field.NAME: sentence("name"),
    Field.EMAIL: sentence("e-mail"),
    Field.UNIT: sentence("unit"),
    Field.MANAGER: sentence("manager"),
    Field.START: sentence("first day"),
    Field.END: sentence("last day"),
    Field.LANGUAGE: sentence("language"),
}
"""What is said of the fields that can change."""


class Change(NamedTuple):
    """What the file means for one person. A line of 0 says that they do not stand in it."""

    kind: Kind
    line: int
    employee_id: str
    before: Person | None
    after: Person | None
    """With the manager's employee number in the place of their key: a manager may be new too."""
    fields: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        known = self.after or self.before
        return known.name if known else ""

    @property
    def unit(self) -> str:
        known = self.after or self.before
        return known.unit if known else ""


@dataclass(frozen=True)
class Plan:
    """What would change, or what keeps it from changing."""

    changes: Sequence[Change]
    unchanged: int
    faults: Sequence[Fault]
    skipped: int
    """Rows that are faulty, or build on a faulty one."""
    held_back: bool
    """Whether somebody's row is so faulty that nobody can be said to be missing."""
    pairs: Sequence[Pair] = ()
    """Of whom HR says whether they are one person."""
    undecided: Sequence[Pair] = ()
    """Those of whom it has not been said."""

    def of(self, *kinds: Kind) -> list[Change]:
        return [change for change in self.changes if change.kind in kinds]

    def counts(self) -> Counter[Kind]:
        return Counter(change.kind for change in self.changes)

    @property
    def fingerprint(self) -> str:
        """Tells whether another plan does the same to the same people."""
        digest = hashlib.sha256()
        for change in self.changes:
            digest.update(repr((change.kind, change.employee_id, change.after, change.before)).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Done:
    """What was done, as it was read back."""

    counts: Mapping[Kind, int]
    unchanged: int
    skipped: int
    active: int
    """Who has access now, whether or not they have a way to sign in."""


class FaultyFileError(Exception):
    """Nothing was changed; carries every fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.line} {fault.column}: {fault.what}" for fault in faults[:5]))
        self.faults = faults


class NotImportedError(SaidError):
    """The file was not imported; nothing was changed."""


INVENTED = sentence(
    "The database holds a demonstration's invented people; real ones do not belong among them. "
    "Use an empty database in production mode."
)
UNDECIDED = sentence("Say first of everybody who may have a new number whether it is the same person.")
CHANGED_MEANWHILE = sentence("The directory has changed since you looked; look again at what would change.")


def everybody(connection: Connection) -> list[Person]:
    """All that the directory knows, those who have left too, and not those who are erased."""
    asked = select(*(people.c[name] for name in _COLUMNS)).where(people.c.erased_at.is_(None))
    return [Person(*row) for row in connection.execute(asked)]


_COLUMNS = ("person_key", *(each.name for each in dataclasses.fields(Person) if each.name != "key"))


def plan(
    roster: Roster,
    staff: Sequence[Person],
    leavers: Leavers,
    today: date,
    *,
    skip_bad: bool = False,
    verdicts: Verdicts = NONE_SAID,
) -> Plan:
    """Compares what the file says with whom the directory knows. Raises `NotImportedError` where `verdicts` are of
    people who are not there."""
    if not roster.rows:
        return Plan([], 0, roster.faults, 0, held_back=False)
    with garbage.at_rest():
        return _Comparison(roster, staff, leavers, today, verdicts, skip_bad=skip_bad).plan()


def apply(
    database: Database,
    roster: Roster,
    leavers: Leavers,
    today: date,
    now: datetime,
    *,
    skip_bad: bool = False,
    verdicts: Verdicts = NONE_SAID,
    agreed: str | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Done:
    """Brings the directory in step, all of it or nothing. `agreed` is the fingerprint of what was looked at."""

    def work(connection: Connection) -> tuple[Plan, dict[str, str]]:
        if directory.has_invented_people(connection):
            raise NotImportedError(INVENTED)
        staff = everybody(connection)
        planned = plan(roster, staff, leavers, today, skip_bad=skip_bad, verdicts=verdicts)
        if planned.faults and not (skip_bad and roster.is_usable):
            raise FaultyFileError(planned.faults)
        if planned.undecided:
            raise NotImportedError(UNDECIDED)
        if agreed is not None and planned.fingerprint != agreed:
            raise NotImportedError(CHANGED_MEANWHILE)
        key_of = {person.employee_id: person.key for person in staff}
        key_of |= {change.employee_id: change.before.key for change in planned.changes if change.before}
        _write(connection, planned, key_of, today, on_progress)
        history.keep(connection, now)
        return planned, key_of

    with garbage.at_rest():
        planned, key_of = database.write(work)
        with read_back(), database.snapshot() as connection:
            otherwise = _kept_otherwise(connection, planned, key_of, today)
            active = directory.with_access(connection, select(people.c.person_key), today)
    for change in planned.changes:
        if change.before and Field.ID in change.fields:
            security_log.note("number changed", person=change.before.key)
    if otherwise:
        raise NotImportedError(
            sentence("The directory differs from the file for {n} people after it was written.", n=otherwise)
        )
    return Done(planned.counts(), planned.unchanged, planned.skipped, active)


class _Comparison:
    """The file beside the directory."""

    def __init__(
        self,
        roster: Roster,
        staff: Sequence[Person],
        leavers: Leavers,
        today: date,
        verdicts: Verdicts,
        *,
        skip_bad: bool,
    ) -> None:
        self._roster = roster
        self._today = today
        self._skip_bad = skip_bad
        self._faults = list(roster.faults)
        self._entries = {entry.employee_id: entry for entry in roster.entries}
        self._spoilt = {entry.employee_id: entry for entry in roster.spoilt if entry.employee_id}
        self._in_file = {identifier(number): number for number in (*self._spoilt, *self._entries)}
        """The numbers in the file, by how they are compared."""
        self._pairs = identities.pairs(self._entries.values(), staff, frozenset(self._in_file))
        self._number_now = self._numbers_now(staff, verdicts)
        identified = {*self._number_now.keys(), *self._number_now.values()}
        self._undecided = [
            pair for pair in self._pairs if verdicts.on(pair) is None and identified.isdisjoint(pair.numbers)
        ]
        self._maybe_now = dict(pair.numbers for pair in self._undecided)
        """Who is meant by the number of somebody who may have another now is said once that is."""
        self._known = {self._number_now.get(person.employee_id, person.employee_id): person for person in staff}
        self._id_of = {person.key: number for number, person in self._known.items()}
        self._says_starts, self._says_ends = Field.START in roster.fields, Field.END in roster.fields
        self._held_back = skip_bad and roster.spoilt_without_id
        self._reports_only = leavers is Leavers.REPORT or self._held_back
        self._staying = {
            number: person
            for number, person in self._known.items()
            if number not in self._entries and (number in self._spoilt or (self._reports_only and person.active))
        }
        """Whom the file leaves as they are."""
        self._by_email = {person.email: number for number, person in self._staying.items()}
        self._by_email |= {entry.email: number for number, entry in (*self._spoilt.items(), *self._entries.items())}
        self._manager: dict[str, str | None] = {}
        """By employee number, of everybody in the file: their manager's employee number."""

    def _numbers_now(self, staff: Sequence[Person], verdicts: Verdicts) -> dict[str, str]:
        """The new numbers by the old ones, of those who are said to have one, or whose number is spelt otherwise."""
        numbers = {person.employee_id for person in staff}
        now = {
            number: spelt
            for number in numbers
            if (spelt := self._in_file.get(identifier(number), number)) != number and spelt not in numbers
        }
        for old, new in verdicts.same:
            if old not in numbers or new not in self._entries or old in self._entries or new in numbers:
                raise NotImportedError(
                    sentence(
                        "“{old}” has to be in the directory and not in the file, and “{new}” the other way round.",
                        old=quoted(old),
                        new=quoted(new),
                    )
                )
            now[old] = new
        now |= {pair.numbers[0]: pair.numbers[1] for pair in self._pairs if verdicts.on(pair) is Verdict.SAME}
        return now

    def plan(self) -> Plan:
        self._find_doubles()
        self._find_managers()
        self._find_circles()
        if self._skip_bad:
            while self._skip_who_builds_on_a_skipped_one():
                self._find_circles()
        faults = sorted(self._faults, key=lambda fault: fault.line or math.inf)
        if not self._roster.is_usable:
            return Plan([], 0, faults, 0, held_back=False)
        changes: list[Change] = []
        unchanged = 0
        for entry in self._entries.values():
            change = self._change(entry)
            if change:
                changes.append(change)
            else:
                unchanged += 1
        changes += self._missing()
        skipped = self._roster.rows - len(self._entries)
        return Plan(changes, unchanged, faults, skipped, self._held_back, self._pairs, self._undecided)

    # What is wrong

    def _spoil(self, entry: Entry, each: Field, what: Sentence) -> None:
        column = self._roster.columns.get(each, "")
        self._faults.append(Fault(entry.line, column, what, self._roster.origin.sheet))
        if self._skip_bad:
            self._skip(entry)

    def _skip(self, entry: Entry) -> None:
        """Leaves them as the directory has them."""
        self._entries.pop(entry.employee_id, None)
        if person := self._known.get(entry.employee_id):
            self._staying[entry.employee_id] = person

    def _all_rows(self) -> list[Entry]:
        """Those too in which something else is wrong: all faults are named in one round."""
        return [*self._entries.values(), *self._roster.spoilt]

    def _find_doubles(self) -> None:
        """Addresses that somebody has who is not in the file, and keeps their access."""
        undecided = {pair.entry.employee_id for pair in self._undecided}
        taken = {
            person.email: (number, person)
            for number, person in self._staying.items()
            if person.active and person.email
        }
        for entry in self._all_rows():
            number, person = taken.get(entry.email, (entry.employee_id, None))
            if person and number != entry.employee_id and entry.employee_id not in undecided:
                what = sentence(
                    "“{value}” is the address of somebody else in the directory, with the number {id}",
                    value=quoted(entry.email),
                    id=quoted(number),
                )
                self._spoil(entry, Field.EMAIL, what)

    def _find_managers(self) -> None:
        keeps_lines = Field.MANAGER not in self._roster.fields
        for entry in self._all_rows():
            is_sound = entry.employee_id in self._entries
            if keeps_lines:
                person = self._known.get(entry.employee_id)
                if is_sound:
                    self._manager[entry.employee_id] = self._id_of.get(person.manager_key or "") if person else None
                continue
            found = self._meant(entry.manager) if entry.manager else []
            if is_sound or not self._skip_bad:
                self._manager[entry.employee_id] = found[0] if len(found) == 1 else entry.manager or None
            if not entry.manager or len(found) == 1:
                continue
            if found:
                what = sentence(
                    "more than one person is called “{value}”; write the manager’s number",
                    value=quoted(entry.manager),
                )
            else:
                what = sentence("nobody has the number, address or name “{value}”", value=quoted(entry.manager))
            self._spoil(entry, Field.MANAGER, what)

    def _meant(self, manager: str) -> list[str]:
        """The numbers of whom the file may mean by a number, an address or a name."""
        if "@" in manager:
            by_email = self._by_email.get(manager.lower())
            return [by_email] if by_email else []
        if manager in self._entries or manager in self._staying or manager in self._spoilt:
            return [manager]
        spelt = self._number_now.get(manager) or self._maybe_now.get(manager) or self._there.get(identifier(manager))
        return [spelt] if spelt else self._by_name.get(identities.words_of(manager), [])

    @cached_property
    def _there(self) -> dict[str, str]:
        """The numbers of everybody who is in the file or stays, by how they are compared."""
        return {identifier(number): number for number in (*self._staying, *self._spoilt, *self._entries)}

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, ...], list[str]]:
        found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        names = {number: person.name for number, person in self._staying.items()}
        names |= {number: entry.name for number, entry in (*self._spoilt.items(), *self._entries.items())}
        for number, name in names.items():
            if name:
                found[identities.words_of(name)].append(number)
        return dict(found)

    def _skip_who_builds_on_a_skipped_one(self) -> bool:
        """Whose manager is not in the directory and will not come into it; gives whether there was anybody."""
        reports: defaultdict[str, list[Entry]] = defaultdict(list)
        lost = []
        for entry in self._entries.values():
            if manager := self._manager[entry.employee_id]:
                reports[manager].append(entry)
                if manager not in self._entries and manager not in self._known:
                    lost.append(entry)
        found = bool(lost)
        while lost:
            entry = lost.pop()
            if entry.employee_id in self._entries:
                what = sentence("the row of their manager “{value}” is skipped", value=quoted(entry.manager))
                self._spoil(entry, Field.MANAGER, what)
                if entry.employee_id not in self._known:
                    lost += reports[entry.employee_id]
        return found

    def _manager_of(self, employee_id: str) -> str | None:
        if employee_id in self._manager and (employee_id in self._entries or not self._skip_bad):
            return self._manager[employee_id]
        person = self._staying.get(employee_id)
        return self._id_of.get(person.manager_key or "") if person else None

    def _find_circles(self) -> None:
        """Everybody in the file whose managers lead back to them."""
        if Field.MANAGER not in self._roster.fields:
            return
        clear: set[str] = set()
        for start in [*self._entries, *(() if self._skip_bad else self._spoilt)]:
            path: dict[str, None] = {}
            at: str | None = start
            while at is not None and at not in clear and at not in path:
                path[at] = None
                at = self._manager_of(at)
            if at is not None and at in path:
                chain = list(path)
                self._name_circle(chain[chain.index(at) :])
            clear.update(path)

    def _name_circle(self, circle: list[str]) -> None:
        rows = {**self._spoilt, **self._entries}
        in_file = [rows[each] for each in circle if each in rows]
        for entry in in_file:
            if len(circle) == 1:
                self._spoil(entry, Field.MANAGER, sentence("they are their own manager"))
                continue
            at = circle.index(entry.employee_id)
            turned = [*circle[at:], *circle[: at + 1]]
            named = turned if len(turned) <= LONGEST_CIRCLE else [*turned[: LONGEST_CIRCLE - 2], "…", turned[-1]]
            what = sentence("the managers lead in a circle: {circle}", circle=" → ".join(map(quoted, named)))
            self._spoil(entry, Field.MANAGER, what)

    # What changes

    def _change(self, entry: Entry) -> Change | None:
        before = self._known.get(entry.employee_id)
        after = self._as_person(entry, before)
        if before is None:
            return Change(Kind.ADDED, entry.line, entry.employee_id, None, after)
        fields = self._differing(before, after)
        if before.active and not after.active:
            kind = Kind.LEFT
        elif after.active and not before.has_access(self._today):
            kind = Kind.RETURNED
        elif fields:
            kind = Kind.CHANGED
        else:
            return None
        return Change(kind, entry.line, entry.employee_id, before, after, fields)

    def _as_person(self, entry: Entry, before: Person | None) -> Person:
        """What the directory will know of them. A column that the file does not have leaves the field as it is."""
        starts_on, ends_on = entry.starts_on, entry.ends_on
        if before is not None and not self._says_starts:
            starts_on = before.starts_on
        if before is not None and not self._says_ends and before.has_access(self._today):
            ends_on = before.ends_on
        return Person(
            before.key if before else "",
            entry.employee_id,
            entry.name,
            entry.email,
            entry.unit,
            self._manager[entry.employee_id],
            entry.language or (before.language if before else chosen()),
            _is_here(ends_on, self._today),
            invented=False,
            starts_on=starts_on,
            ends_on=ends_on,
            external_id=before.external_id if before else None,
        )

    def _differing(self, before: Person, after: Person) -> tuple[Field, ...]:
        manager = self._id_of.get(before.manager_key) if before.manager_key else None
        was = (
            before.employee_id,
            before.name,
            before.email,
            before.unit,
            manager,
            before.starts_on,
            before.ends_on,
            before.language,
        )
        is_now = (
            *(after.employee_id, after.name, after.email, after.unit, after.manager_key),
            *(after.starts_on, after.ends_on, after.language),
        )
        if was == is_now:
            return ()
        return tuple(each for each, old, new in zip(_COMPARED, was, is_now, strict=True) if old != new)

    def _missing(self) -> Iterator[Change]:
        """Those who have access and are not in the file, by their numbers."""
        kind = Kind.MISSING if self._reports_only else Kind.LEFT
        in_file = set(self._in_file.values())
        for employee_id, person in sorted(self._known.items()):
            if person.active and employee_id not in in_file:
                yield Change(kind, 0, employee_id, person, None)


_COMPARED = (Field.ID, Field.NAME, Field.EMAIL, Field.UNIT, Field.MANAGER, Field.START, Field.END, Field.LANGUAGE)


def _is_here(ends_on: date | None, today: date) -> bool:
    return ends_on is None or ends_on >= today


# The transaction


MANY = 20_000
"""Newcomers from whom on the indexes are made anew."""
CACHE = 32_000
"""KiB of pages that SQLite keeps for an import: it has six indexes, and rows come in no order of theirs."""


def _write(
    connection: Connection,
    planned: Plan,
    key_of: dict[str, str],
    today: date,
    on_progress: Callable[[int], None],
) -> None:
    added = {change.employee_id: change.after for change in planned.of(Kind.ADDED) if change.after}
    key_of |= zip(added, _new_keys(len(added)), strict=True)

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE}")
    with _indexed_afterwards(connection, len(added)):
        for piece in _pieces(list(_managers_first(added))):
            _insert(connection, piece, key_of)
            on_progress(len(piece))
    known = [change.after for change in planned.changes if change.before and change.after]
    for piece in _pieces(known):
        connection.execute(_UPDATE, [_as_parameters(person, key_of) for person in piece])
        on_progress(len(piece))
    missing = [change.before for change in planned.of(Kind.LEFT) if change.before and not change.after]
    for piece in _pieces(missing):
        connection.execute(_LEAVE, [{"of_key": each.key, "to_ends_on": _last_day(each, today)} for each in piece])
        on_progress(len(piece))
    accounts.end_sessions(connection, [change.before.key for change in planned.of(Kind.LEFT) if change.before])


def _new_keys(n: int) -> Iterator[str]:
    """Not derived from anything: whoever has the record alone cannot tell whose it is."""
    digits = secrets.token_hex(KEY_BYTES * n)
    return (digits[at : at + 2 * KEY_BYTES] for at in range(0, len(digits), 2 * KEY_BYTES))


def _kept_otherwise(connection: Connection, planned: Plan, key_of: Mapping[str, str], today: date) -> int:
    """Of how many people the directory has something else than what was written."""
    written: dict[str, tuple[object, ...]] = {}
    for change in planned.changes:
        if change.after:
            written[key_of[change.employee_id]] = _as_row(change.after, key_of)
        elif change.before and change.kind is Kind.LEFT:
            left = dataclasses.replace(change.before, active=False, ends_on=_last_day(change.before, today))
            written[left.key] = tuple(getattr(left, name) for name in _FROM_FILE)
    asked = select(people.c.person_key, *(people.c[name] for name in _FROM_FILE))
    for piece in connection.execute(asked, execution_options={"yield_per": PIECE}).partitions():
        for row in piece:
            if written.get(row[0]) == row[1:]:
                del written[row[0]]
    return len(written)


def _last_day(person: Person, today: date) -> date:
    return today if person.ends_on is None else min(person.ends_on, today)


_FROM_FILE = ("employee_id", "name", "email", "unit", "manager_key", "language", "active", "starts_on", "ends_on")
_UPDATE = (
    update(people)
    .where(people.c.person_key == bindparam("of_key"))
    .values({name: bindparam(f"to_{name}", type_=people.c[name].type) for name in _FROM_FILE})
)
_LEAVE = (
    update(people)
    .where(people.c.person_key == bindparam("of_key"))
    .values(active=False, ends_on=bindparam("to_ends_on", type_=people.c.ends_on.type))
)


@contextmanager
def _indexed_afterwards(connection: Connection, newcomers: int) -> Iterator[None]:
    """An index over many rows is made faster at once than row by row. In SQLite nobody waits for it: readers go on
    with what was committed before."""
    indexes = people.indexes if connection.dialect.name == "sqlite" and newcomers > MANY else frozenset()
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def _as_row(person: Person, key_of: Mapping[str, str]) -> tuple[object, ...]:
    """`_FROM_FILE` of somebody, with a key in the place of their manager's employee number."""
    manager = key_of[person.manager_key] if person.manager_key else None
    where = (person.employee_id, person.name, person.email, person.unit, manager, person.language)
    return (*where, person.active, person.starts_on, person.ends_on)


def _as_parameters(person: Person, key_of: Mapping[str, str]) -> dict[str, object]:
    said = zip(_FROM_FILE, _as_row(person, key_of), strict=True)
    return {"of_key": key_of[person.employee_id], **{f"to_{name}": value for name, value in said}}


def _insert(connection: Connection, persons: Sequence[Person], key_of: Mapping[str, str]) -> None:
    """Given to the driver as it is: SQLAlchemy takes longer for the parameters than the database for the rows."""
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
    """As SQLite keeps a day."""
    return value.isoformat() if isinstance(value, date) else None


def _managers_first(added: Mapping[str, Person]) -> Iterator[Person]:
    """The database takes nobody whose manager it does not have yet."""
    done: set[str] = set()
    for person in added.values():
        line = []
        at: Person | None = person
        while at is not None and at.employee_id not in done:
            done.add(at.employee_id)
            line.append(at)
            at = added.get(at.manager_key or "")
        yield from reversed(line)


def _pieces(items: Sequence[Person]) -> Iterator[Sequence[Person]]:
    for begin in range(0, len(items), PIECE):
        yield items[begin : begin + PIECE]
