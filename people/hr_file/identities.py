"""People who would leave and may be somebody new in HR's file, under another number. HR decides, person by person.

A lost zero or a new payroll system gives everybody a new number. Taking them for other people would part each record
from the person it is about.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from people.directory import Person
from people.hr_file.columns import Field, folded
from people.hr_file.roster import FileEntry
from words import sentence
from words.spelling import identifier


class Verdict(StrEnum):
    SAME = "same"
    """One person, who has a new number: the record goes on."""
    TWO = "two"
    """One leaves and another comes."""


SAME_BY = {Field.EMAIL: sentence("the same e-mail address"), Field.NAME: sentence("the same name and unit")}
"""The field that the two of a pair have in common."""


class Pair(NamedTuple):
    """A person who is not in the file, and somebody new in it who may be the same person."""

    before: Person
    entry: FileEntry
    by: Field
    """The field that is the same: the e-mail address, or the name in the same unit."""

    @property
    def numbers(self) -> tuple[str, str]:
        return self.before.employee_id, self.entry.employee_id


@dataclass(frozen=True)
class Verdicts:
    """HR's decisions: on pairs of an old and a new number, and on all other pairs."""

    of: Mapping[tuple[str, str], Verdict]
    of_others: Verdict | None = None

    def on(self, pair: Pair) -> Verdict | None:
        return self.of.get(pair.numbers, self.of_others)

    @property
    def same(self) -> list[tuple[str, str]]:
        return [numbers for numbers, verdict in self.of.items() if verdict is Verdict.SAME]


NONE_SAID = Verdicts({})


def pairs(entries: Iterable[FileEntry], known: Sequence[Person], in_file: frozenset[str]) -> list[Pair]:
    """Return people who may be the same person. `in_file` holds the identifiers of the numbers in the file."""
    numbers = {identifier(person.employee_id) for person in known}
    new = [entry for entry in entries if identifier(entry.employee_id) not in numbers]
    gone = [person for person in known if person.active and identifier(person.employee_id) not in in_file]
    if not new or not gone:
        return []
    by_email = {person.email: person for person in gone if person.email}
    found = [Pair(by_email[entry.email], entry, Field.EMAIL) for entry in new if entry.email in by_email]
    paired = {number for pair in found for number in pair.numbers}
    gone_as: defaultdict[tuple[str, ...], list[Person]] = defaultdict(list)
    new_as: defaultdict[tuple[str, ...], list[FileEntry]] = defaultdict(list)
    for person in gone:
        if person.employee_id not in paired:
            gone_as[_called(person.name, person.unit)].append(person)
    for entry in new:
        if entry.employee_id not in paired:
            new_as[_called(entry.name, entry.unit)].append(entry)
    for called, persons in gone_as.items():
        if len(persons) == len(new_as[called]) == 1:
            found.append(Pair(persons[0], new_as[called][0], Field.NAME))
    return sorted(found, key=lambda pair: pair.entry.line)


def moved(entries: Iterable[FileEntry], known: Mapping[str, Person]) -> list[tuple[FileEntry, Person]]:
    """Return entries under the number of one person in the directory that name another, each with that other person.

    The name and the address are those of the other person, or the name and the unit if either has no address. It
    happens when a program sorts the column of numbers alone, or a number is given away again. `known` holds the
    directory by employee number.
    """
    renamed = [
        entry
        for entry in entries
        if (before := known.get(entry.employee_id))
        and before.name != entry.name
        and words_of(before.name) != words_of(entry.name)
    ]
    if not renamed:
        return []
    by_email = {person.email: (number, person) for number, person in known.items() if person.email}
    called: defaultdict[tuple[str, ...], list[tuple[str, Person]]] = defaultdict(list)
    for number, person in known.items():
        called[_called(person.name, person.unit)].append((number, person))
    found = []
    for entry in renamed:
        likely = [by_email[entry.email]] if entry.email in by_email else called[_called(entry.name, entry.unit)]
        if len(likely) != 1:
            continue
        number, other = likely[0]
        has_another_address = entry.email != "" and other.email not in {"", entry.email}
        is_called_so = words_of(other.name) == words_of(entry.name)
        if number != entry.employee_id and is_called_so and not has_another_address:
            found.append((entry, other))
    return found


def words_of(name: str) -> tuple[str, ...]:
    """Return a name for comparison: “Novák, Jan” is “Jan Novák”."""
    return tuple(sorted(filter(None, map(folded, name.replace(",", " ").split()))))


def _called(name: str, unit: str) -> tuple[str, ...]:
    return (folded(unit), *words_of(name))
