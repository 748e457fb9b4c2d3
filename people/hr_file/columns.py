"""The columns of HR's file: what they are called, a mapping file for other names, and the row that names them."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from typing import Any

import yaml

from people.hr_file.files import EMPTY, FileFault, Flaw, Origin, Row, Table
from words import quoted, sentence


class Field(StrEnum):
    """The fields of a person in the directory; the keys of a mapping file."""

    ID = "id"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    UNIT = "unit"
    MANAGER = "manager"
    START = "start"
    END = "end"
    LANGUAGE = "language"


KNOWN_AS: dict[Field, tuple[str, ...]] = {
    Field.ID: (
        *("osobní číslo", "os. číslo", "osobní č.", "os. č.", "číslo zaměstnance", "ID zaměstnance"),
        *("zaměstnanecké číslo", "personální číslo", "employee id", "employee number", "employee no"),
        *("personnel number", "personnel no", "staff id", "staff number", "worker id", "person id", "emp id", "id"),
    ),
    Field.NAME: (
        *(
            "jméno a příjmení",
            "příjmení a jméno",
            "příjmení, jméno",
            "celé jméno",
            "zaměstnanec",
            "full name",
            "employee",
        ),
        *("employee name", "display name", "jméno", "name"),
    ),
    Field.FIRST_NAME: ("jméno", "křestní jméno", "first name", "given name", "forename", "name"),
    Field.LAST_NAME: ("příjmení", "last name", "surname", "family name"),
    Field.EMAIL: (
        *("e-mail", "e-mailová adresa", "pracovní e-mail", "firemní e-mail", "služební e-mail", "mail"),
        *("e-mail address", "work e-mail", "company e-mail"),
    ),
    Field.UNIT: (
        *("útvar", "název útvaru", "organizační útvar", "organizační jednotka", "org. jednotka", "oddělení"),
        *("odbor", "úsek", "středisko", "pracoviště", "unit", "organisational unit", "organizational unit"),
        *("org unit", "department", "division", "team"),
    ),
    Field.MANAGER: (
        *("osobní číslo nadřízeného", "os. číslo nadřízeného", "číslo nadřízeného", "ID nadřízeného"),
        *("nadřízený osobní číslo", "nadřízený", "přímý nadřízený", "nadřízený zaměstnanec", "vedoucí", "manažer"),
        *("e-mail nadřízeného", "nadřízený e-mail", "e-mail vedoucího", "manager id", "manager employee id"),
        *("manager number", "supervisor id", "manager", "line manager", "supervisor", "reports to"),
        *("manager e-mail", "supervisor e-mail"),
    ),
    Field.START: (
        *("nástup", "datum nástupu", "den nástupu", "začátek", "od", "platnost od", "vznik pracovního poměru"),
        *("začátek pracovního poměru", "start", "start date", "hire date", "entry date", "date of hire", "from"),
    ),
    Field.END: (
        *("konec", "datum ukončení", "ukončení", "odchod", "datum odchodu", "výstup", "datum výstupu", "do"),
        *("platnost do", "konec pracovního poměru", "ukončení pracovního poměru", "end", "end date", "last day"),
        *("termination date", "leaving date", "exit date", "to"),
    ),
    Field.LANGUAGE: ("jazyk", "preferovaný jazyk", "jazyk komunikace", "language", "preferred language", "lang"),
}
"""Names of columns in HR systems. Case, diacritics, spaces and punctuation are ignored; of several columns in a file
that could be the same field, the one listed first here is read."""

NEEDED = {
    Field.ID: sentence("there is no column with the employee number (“osobní číslo”, “employee id”)"),
    Field.NAME: sentence("there is no column with the name (“jméno”, “name”, or first and last name)"),
    Field.EMAIL: sentence("there is no column with the e-mail address (“e-mail”)"),
    Field.UNIT: sentence("there is no column with the unit (“útvar”, “unit”)"),
}

LARGEST_MAPPING = 20_000
"""Bytes."""
FIRST_ROWS = 20
"""Rows among which the names of the columns are searched for: a report begins with a title."""


class WrongMappingError(Exception):
    """The mapping file cannot be used; carries what is wrong with it."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(str(fault.what))
        self.fault = fault


def mapping(data: bytes) -> dict[Field, str]:
    """Read a mapping file: lines of `field: column name` in YAML. Raises `WrongMappingError`.

    It is read as events, so that nothing else in it is constructed.
    """
    if len(data) > LARGEST_MAPPING:
        raise _wrong_mapping()
    try:
        events = [event for event in yaml.parse(data, yaml.CSafeLoader) if not isinstance(event, _AROUND)]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _wrong_mapping(getattr(error, "problem_mark", None)) from error
    if len(events) < 2 or not isinstance(events[0], yaml.MappingStartEvent):
        raise _wrong_mapping()
    said: list[yaml.ScalarEvent] = []
    for event in events[1:-1]:
        if not isinstance(event, yaml.ScalarEvent):
            raise _wrong_mapping(event.start_mark)
        said.append(event)
    return {_field(name): column.value for name, column in zip(said[::2], said[1::2], strict=True)}


_AROUND = (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent, yaml.StreamEndEvent)


def _wrong_mapping(mark: Any = None) -> WrongMappingError:
    what = sentence("the mapping file holds lines such as “id: Pers. č.”, and nothing else")
    return WrongMappingError(FileFault(mark.line + 1 if mark else 0, "", what))


def _field(name: yaml.ScalarEvent) -> Field:
    try:
        return Field(name.value)
    except ValueError:
        fields = ", ".join(Field)
        what = sentence("“{name}” is not a field; there are: {fields}", name=quoted(name.value), fields=fields)
        line = name.start_mark.line + 1 if name.start_mark else 0
        raise WrongMappingError(FileFault(line, "", what)) from None


# The head


def folded(text: str) -> str:
    """`text` without case, diacritics, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True)
class HeaderRow:
    """The row that names the columns, and the rows under it."""

    line: int
    names: list[str]
    places: dict[Field, int]
    faults: list[FileFault]
    rows: Iterator[Row | FileFault]
    origin: Origin

    @property
    def is_complete(self) -> bool:
        return bool(self.places) and not self.faults

    def names_more_than(self, other: "HeaderRow") -> bool:
        return len(self.places) > len(other.places) or (self.is_complete and not other.is_complete)


def head(tables: Iterable[Table], mapped: Mapping[Field, str]) -> HeaderRow:
    """Return the head of the first table that has all required columns, or else of the one with the most columns."""
    best = HeaderRow(0, [], {}, [FileFault(0, "", EMPTY)], iter(()), Origin())
    for number, table in enumerate(tables):
        found = _head_of(table, mapped)
        if not number or found.names_more_than(best):
            best = found
        if found.is_complete:
            break
    return best


def _head_of(table: Table, mapped: Mapping[Field, str]) -> HeaderRow:
    """Return the first of the upper rows that names the most columns."""
    rows = iter(table.rows)
    first = list(islice(rows, FIRST_ROWS))
    best: HeaderRow | None = None
    for number, row in enumerate(first):
        if isinstance(row, Row):
            names = ["" if isinstance(cell, Flaw) else quoted(" ".join(str(cell).split())) for cell in row.cells]
            places, faults = _places(names, row.line, mapped)
            found = HeaderRow(row.line, names, places, faults, chain(first[number + 1 :], rows), table.origin)
            if best is None or found.names_more_than(best):
                best = found
    if best is None:
        faults = [row for row in first if isinstance(row, FileFault)] or [FileFault(0, "", EMPTY)]
        return HeaderRow(0, [], {}, faults, rows, table.origin)
    return best


def _places(names: list[str], line: int, mapped: Mapping[Field, str]) -> tuple[dict[Field, int], list[FileFault]]:
    """Return the index of each field's column, and the faults."""
    faults: list[FileFault] = []
    plain = [folded(name) for name in names]
    for name, times in Counter(plain).items():
        if times > 1 and (name in _ALL_NAMES or name in map(folded, mapped.values())):
            column = names[plain.index(name)]
            faults.append(FileFault(line, column, sentence("there are {n} columns of this name; keep one", n=times)))
    places: dict[Field, int] = {}
    for each, column in mapped.items():
        if folded(column) in plain:
            places[each] = plain.index(folded(column))
        else:
            what = sentence("there is no column “{column}”, which the mapping file names", column=quoted(column))
            faults.append(FileFault(line, "", what))
    free = {name: place for place, name in enumerate(plain) if place not in places.values()}
    for each, known_as in KNOWN_AS.items():
        found = next((free[folded(name)] for name in known_as if folded(name) in free), None)
        if found is not None and each not in places:
            places[each] = found
    for each in _superfluous(places, mapped):
        places.pop(each, None)
    named = places.keys() | ({Field.NAME} if Field.LAST_NAME in places else set())
    faults += [FileFault(line, "", what) for each, what in NEEDED.items() if each not in named]
    return places, faults


def _superfluous(places: Mapping[Field, int], mapped: Mapping[Field, str]) -> set[Field]:
    """Return the fields not to look for: the name is in one column or in two. “Jméno” alone is all of it; next to
    “příjmení” it is the first name."""
    parts = {Field.FIRST_NAME, Field.LAST_NAME}
    if Field.NAME in mapped:
        return parts
    if Field.LAST_NAME in mapped or parts <= places.keys() or Field.NAME not in places:
        return {Field.NAME}
    return parts


_ALL_NAMES = frozenset(map(folded, chain.from_iterable(KNOWN_AS.values())))
