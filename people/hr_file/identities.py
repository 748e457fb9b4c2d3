"""Whether somebody new in HR's file is somebody who would leave, under another number: HR says so, person by person.

A lost zero or a new payroll system gives everybody a new number. Whoever took them for other people would part each
record from the person it is about.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from people.directory import Person
from people.hr_file.columns import Entry, Field, folded
from words import sentence
from words.spelling import identifier


class Verdict(StrEnum):
    SAME = "same"
    """One person, who has a new number: the record goes on."""
    TWO = "two"
    """One leaves and another comes."""


SAME_BY = {Field.EMAIL: sentence("the same e-mail address"), Field.NAME: sentence("the same name and unit")}
"""What two have in common."""


class Pair(NamedTuple):
    """Somebody who is not in the file, and somebody new in it who may be the same person."""

    before: Person
    entry: Entry
    by: Field
    """What is the same: the e-mail address, or the name in the same unit."""

    @property
    def numbers(self) -> tuple[str, str]:
        return self.before.employee_id, self.entry.employee_id


@dataclass(frozen=True)
class Verdicts:
    """What HR has said: of pairs of an old and a new number, and of all others."""

    of: Mapping[tuple[str, str], Verdict]
    of_others: Verdict | None = None

    def on(self, pair: Pair) -> Verdict | None:
        return self.of.get(pair.numbers, self.of_others)

    @property
    def same(self) -> list[tuple[str, str]]:
        return [numbers for numbers, verdict in self.of.items() if verdict is Verdict.SAME]


NONE_SAID = Verdicts({})


def pairs(entries: Iterable[Entry], known: Sequence[Person], in_file: frozenset[str]) -> list[Pair]:
    """Those who may be the same person. `in_file` holds the numbers in the file, as they are compared."""
    numbers = {identifier(person.employee_id) for person in known}
    new = [entry for entry in entries if identifier(entry.employee_id) not in numbers]
    gone = [person for person in known if person.active and identifier(person.employee_id) not in in_file]
    if not new or not gone:
        return []
    by_email = {person.email: person for person in gone if person.email}
    found = [Pair(by_email[entry.email], entry, Field.EMAIL) for entry in new if entry.email in by_email]
    paired = {number for pair in found for number in pair.numbers}
    gone_as: defaultdict[tuple[str, ...], list[Person]] = defaultdict(list)
    new_as: defaultdict[tuple[str, ...], list[Entry]] = defaultdict(list)
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


def words_of(name: str) -> tuple[str, ...]:
    """A name as it is compared: “Novák, Jan” is “Jan Novák”."""
    return tuple(sorted(filter(None, map(folded, name.replace(",", " ").split()))))


def _called(name: str, unit: str) -> tuple[str, ...]:
    return (folded(unit), *words_of(name))
