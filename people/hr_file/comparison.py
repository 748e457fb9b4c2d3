"""HR's file compared with the directory: who is who, what is wrong between the rows, and what would change."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from people import garbage
from people.directory import Person
from people.hr_file import identities
from people.hr_file.columns import Field
from people.hr_file.files import FileFault
from people.hr_file.identities import Pair, Verdict, Verdicts
from people.hr_file.plan import Change, ChangeKind, ImportOptions, ImportPlan, Leavers
from people.hr_file.roster import FileEntry, Roster
from words import SaidError, Sentence, chosen, quoted, sentence
from words.spelling import identifier

LONGEST_CIRCLE = 6
"""People of a circle of managers who are named."""


class NotImportedError(SaidError):
    """The file was not imported; nothing was changed."""


def plan(roster: Roster, staff: Sequence[Person], options: ImportOptions) -> ImportPlan:
    """Return what the file would change for the people of the directory.

    Raises `NotImportedError` if a verdict is about people who are not there.
    """
    if not roster.rows:
        return ImportPlan([], 0, roster.faults, 0, held_back=False)
    with garbage.paused():
        return _Comparison(roster, staff, options).plan()


@dataclass(frozen=True)
class _Matching:
    """The people of the directory matched with the rows of the file, by employee number."""

    known: Mapping[str, Person]
    """The people of the directory by the numbers that they have from now on."""
    number_now: Mapping[str, str]
    """The new numbers by the old ones of people whose number changes."""
    maybe_now: Mapping[str, str]
    """The same of people HR has not decided on."""
    pairs: Sequence[Pair]
    undecided: Sequence[Pair]


def _matched(
    entries: Mapping[str, FileEntry], in_file: Mapping[str, str], staff: Sequence[Person], verdicts: Verdicts
) -> _Matching:
    """Match by number, whatever its spelling, and by HR's verdicts. `in_file` holds the numbers by identifier."""
    pairs = identities.pairs(entries.values(), staff, frozenset(in_file))
    numbers = {person.employee_id for person in staff}
    now = {
        number: spelled
        for number in numbers
        if (spelled := in_file.get(identifier(number), number)) != number and spelled not in numbers
    }
    for old, new in verdicts.same:
        if old not in numbers or new not in entries or old in entries or new in numbers:
            raise NotImportedError(
                sentence(
                    "“{old}” has to be in the directory and not in the file, and “{new}” the other way round.",
                    old=quoted(old),
                    new=quoted(new),
                )
            )
        now[old] = new
    now |= {pair.numbers[0]: pair.numbers[1] for pair in pairs if verdicts.on(pair) is Verdict.SAME}
    decided = {*now.keys(), *now.values()}
    undecided = [pair for pair in pairs if verdicts.on(pair) is None and decided.isdisjoint(pair.numbers)]
    known = {now.get(person.employee_id, person.employee_id): person for person in staff}
    return _Matching(known, now, dict(pair.numbers for pair in undecided), pairs, undecided)


class _Comparison:
    """The faults between rows, and the changes from the sound ones."""

    def __init__(self, roster: Roster, staff: Sequence[Person], options: ImportOptions) -> None:
        self._roster = roster
        self._skip_bad = options.skip_bad
        self._faults = list(roster.faults)
        self._entries = {entry.employee_id: entry for entry in roster.entries}
        self._spoilt = {entry.employee_id: entry for entry in roster.spoilt if entry.employee_id}
        in_file = {identifier(number): number for number in (*self._spoilt, *self._entries)}
        self._matching = _matched(self._entries, in_file, staff, options.verdicts)
        self._known = self._matching.known
        held_back = options.skip_bad and roster.spoilt_without_id
        self._changes = _Changes(roster, self._known, frozenset(in_file.values()), options.today)
        self._missing_are = ChangeKind.MISSING if options.leavers is Leavers.REPORT or held_back else ChangeKind.LEFT
        self._held_back = held_back
        self._staying = {
            number: person
            for number, person in self._known.items()
            if number not in self._entries
            and (number in self._spoilt or (self._missing_are is ChangeKind.MISSING and person.active))
        }
        """People who stay as they are."""
        self._by_email = {person.email: number for number, person in self._staying.items()}
        self._by_email |= {entry.email: number for number, entry in (*self._spoilt.items(), *self._entries.items())}
        self._manager: dict[str, str | None] = {}
        """The manager's employee number by that of everybody in the file."""

    def plan(self) -> ImportPlan:
        self._find_moved()
        self._find_doubles()
        self._find_managers()
        self._find_circles()
        if self._skip_bad:
            while self._skip_who_builds_on_a_skipped_one():
                self._find_circles()
        faults = sorted(self._faults, key=lambda fault: fault.line or math.inf)
        if not self._roster.is_usable:
            return ImportPlan([], 0, faults, 0, held_back=False)
        found = [self._changes.of(entry, self._manager[entry.employee_id]) for entry in self._entries.values()]
        changes = [change for change in found if change]
        unchanged = len(found) - len(changes)
        changes += self._changes.of_missing(self._missing_are)
        skipped = self._roster.rows - len(self._entries)
        pairs, undecided = self._matching.pairs, self._matching.undecided
        return ImportPlan(changes, unchanged, faults, skipped, self._held_back, pairs, undecided)

    def _spoil(self, entry: FileEntry, each: Field, what: Sentence) -> None:
        column = self._roster.columns.get(each, "")
        self._faults.append(FileFault(entry.line, column, what, self._roster.origin.sheet))
        if self._skip_bad:
            self._skip(entry)

    def _skip(self, entry: FileEntry) -> None:
        """Leave the person as the directory has them."""
        self._entries.pop(entry.employee_id, None)
        if person := self._known.get(entry.employee_id):
            self._staying[entry.employee_id] = person

    def _all_rows(self) -> list[FileEntry]:
        """Return the spoilt rows, too, so that all faults are reported at once."""
        return [*self._entries.values(), *self._roster.spoilt]

    def _find_moved(self) -> None:
        """Find numbers in the rows of other people than before: records would pass to them."""
        for entry, other in identities.moved(self._all_rows(), self._known):
            what = sentence(
                "in the directory, {name} has the number {id}; a number is never given to somebody else",
                name=quoted(entry.name),
                id=quoted(other.employee_id),
            )
            self._spoil(entry, Field.ID, what)

    def _find_doubles(self) -> None:
        """Find addresses of people who are not in the file and keep access."""
        undecided = {pair.entry.employee_id for pair in self._matching.undecided}
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
                    self._manager[entry.employee_id] = self._changes.manager_before(person) if person else None
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
        """Return the numbers of the people whom the file may mean by a number, an address or a name."""
        if "@" in manager:
            by_email = self._by_email.get(manager.lower())
            return [by_email] if by_email else []
        if manager in self._entries or manager in self._staying or manager in self._spoilt:
            return [manager]
        spelled = (
            self._matching.number_now.get(manager)
            or self._matching.maybe_now.get(manager)
            or self._there.get(identifier(manager))
        )
        return [spelled] if spelled else self._by_name.get(identities.words_of(manager), [])

    @cached_property
    def _there(self) -> dict[str, str]:
        """The numbers of everybody who is in the file or stays, by their identifiers."""
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
        """Skip people whose manager neither is in the directory nor comes into it; returns whether there were any."""
        reports: defaultdict[str, list[FileEntry]] = defaultdict(list)
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
        return self._changes.manager_before(person) if person else None

    def _find_circles(self) -> None:
        """Find everybody in the file whose managers lead back to them."""
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


class _Changes:
    """The changes that rows make to the people of the directory."""

    def __init__(self, roster: Roster, known: Mapping[str, Person], in_file: frozenset[str], today: date) -> None:
        self._known = known
        self._in_file = in_file
        self._today = today
        self._id_of = {person.key: number for number, person in known.items()}
        self._says_starts, self._says_ends = Field.START in roster.fields, Field.END in roster.fields

    def manager_before(self, person: Person) -> str | None:
        """Return the employee number of the manager whom the directory has."""
        return self._id_of.get(person.manager_key) if person.manager_key else None

    def of(self, entry: FileEntry, manager: str | None) -> Change | None:
        """Return what changes for a person in the file, whose manager has the employee number `manager`."""
        before = self._known.get(entry.employee_id)
        after = self._as_person(entry, manager, before)
        if before is None:
            return Change(ChangeKind.ADDED, entry.line, entry.employee_id, None, after)
        fields = self._differing(before, after)
        if before.active and not after.active:
            kind = ChangeKind.LEFT
        elif after.active and not before.has_access(self._today):
            kind = ChangeKind.RETURNED
        elif fields:
            kind = ChangeKind.CHANGED
        else:
            return None
        return Change(kind, entry.line, entry.employee_id, before, after, fields)

    def _as_person(self, entry: FileEntry, manager: str | None, before: Person | None) -> Person:
        """Return the person as the directory will have them; a column that is not in the file changes nothing."""
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
            manager,
            entry.language or (before.language if before else chosen()),
            _is_here(ends_on, self._today),
            invented=False,
            starts_on=starts_on,
            ends_on=ends_on,
            external_id=before.external_id if before else None,
            family_name=entry.family_name or (before.family_name if before and before.name == entry.name else ""),
        )

    def _differing(self, before: Person, after: Person) -> tuple[Field, ...]:
        was = _compared(before, self.manager_before(before))
        is_now = _compared(after, after.manager_key)
        if was == is_now:
            return ()
        return tuple(each for each, old, new in zip(_COMPARED, was, is_now, strict=True) if old != new)

    def of_missing(self, kind: ChangeKind) -> Iterator[Change]:
        """Yield a change for everybody who has access and is not in the file, by their numbers."""
        for employee_id, person in sorted(self._known.items()):
            if person.active and employee_id not in self._in_file:
                yield Change(kind, 0, employee_id, person, None)


_COMPARED = (Field.ID, Field.NAME, Field.EMAIL, Field.UNIT, Field.MANAGER, Field.START, Field.END, Field.LANGUAGE)


def _compared(person: Person, manager: str | None) -> tuple[object, ...]:
    """Return the values of `_COMPARED`."""
    said = (person.employee_id, person.name, person.email, person.unit, manager)
    return (*said, person.starts_on, person.ends_on, person.language)


def _is_here(ends_on: date | None, today: date) -> bool:
    return ends_on is None or ends_on >= today
