"""What the columns of HR's file are called and how their cells are read: each row becomes one person, or faults."""

import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache, partial
from itertools import chain, islice
from typing import Any, NamedTuple, NoReturn, TypeVar

import yaml
from babel.dates import get_month_names

from people.characters import is_hidden
from people.hr_file import garbage
from people.hr_file.csv_file import CODE_PAGES
from people.hr_file.files import EMPTY, FIRST_DAY, Cell, Fault, Flaw, Origin, Row, Table, late
from words import LANGUAGES, LONGEST_QUOTED, Sentence, quoted, sentence
from words.spelling import identifier


class Field(StrEnum):
    """What the directory knows of a person; the keys of a mapping file."""

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
"""What HR systems call them. Case, diacritics, spaces and punctuation are forgiven; of several columns in a file
that could be the same field, the one that stands first here is read."""

NEEDED = {
    Field.ID: sentence("there is no column with the employee number (“osobní číslo”, “employee id”)"),
    Field.NAME: sentence("there is no column with the name (“jméno”, “name”, or first and last name)"),
    Field.EMAIL: sentence("there is no column with the e-mail address (“e-mail”)"),
    Field.UNIT: sentence("there is no column with the unit (“útvar”, “unit”)"),
}

TONGUES = {
    "cs": ("cs", "cz", "cze", "ces", "čeština", "česky", "český", "český jazyk", "czech"),
    "en": ("en", "eng", "angličtina", "anglicky", "anglický", "anglický jazyk", "english"),
}
"""What a language is called in a file. A region after it (cs-CZ) is forgiven."""

LONGEST = {Field.ID: 64, Field.NAME: 200, Field.EMAIL: 254, Field.UNIT: 200, Field.MANAGER: 254}
LARGEST_MAPPING = 20_000
"""Bytes."""
PIECE = 1000
"""Rows that are read at a time."""
FIRST_ROWS = 20
"""Those among which the names of the columns are looked for: a report begins with a title."""
MOST_ROWS = 250_000
"""People in a file."""
MOST_FAULTS = 10_000
"""How many are named. Further ones are counted: nobody reads them, and there may be millions."""
EXAMPLES = 3
"""Names that show whether the encoding is the right one."""


T = TypeVar("T")


class Entry(NamedTuple):
    """One person as the file has them."""

    line: int
    employee_id: str
    name: str
    email: str
    unit: str
    manager: str = ""
    """Their manager's number or address as the file gives it; empty when they have none."""
    starts_on: date | None = None
    ends_on: date | None = None
    language: str = ""
    """Empty when the file leaves it open."""


@dataclass(frozen=True)
class Roster:
    """What a file says: its people, and what is wrong with it as far as the file alone can tell."""

    fields: frozenset[Field] = frozenset()
    entries: Sequence[Entry] = ()
    faults: Sequence[Fault] = ()
    columns: Mapping[Field, str] = field(default_factory=dict)
    """What the columns that were read are called in this file."""
    not_read: tuple[str, ...] = ()
    """The columns that mean nothing here."""
    spoilt: Sequence[Entry] = ()
    """What could be read of rows that are faulty; nothing stands in the place of what could not."""
    spoilt_without_id: bool = False
    """Whether somebody's row is so faulty that it does not even say whose it is."""
    rows: int = 0
    is_usable: bool = False
    """Whether it has all columns that are needed, and somebody in it: faulty rows can be left out of it then."""
    origin: Origin = field(default_factory=Origin)
    head_line: int = 0
    """Where the names of the columns were found."""
    examples: tuple[str, ...] = ()
    """Names with letters by which somebody can tell whether the encoding is the right one."""

    @property
    def taken(self) -> Sentence:
        """What was taken for the table."""
        if self.origin.sheet:
            return sentence(
                "Read from the sheet “{sheet}”; the names of the columns are in line {line}.",
                sheet=self.origin.sheet,
                line=self.head_line,
            )
        return sentence(
            "Read as text in {encoding}, cut at each “{delimiter}”; the names of the columns are in line {line}.",
            encoding=self.origin.encoding,
            delimiter=self.origin.delimiter_said,
            line=self.head_line,
        )

    @property
    def is_doubtful(self) -> bool:
        """Whether names may be spelled wrong, because nothing says what encoding the file is in."""
        return self.origin.is_guessed and bool(self.examples)


class WrongMappingError(Exception):
    """The mapping file cannot be used; carries what is wrong with it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault.what))
        self.fault = fault


def mapping(data: bytes) -> dict[Field, str]:
    """A mapping file: lines of `field: column name`, in YAML. Read as events, so that it can hold nothing else."""
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
    return WrongMappingError(Fault(mark.line + 1 if mark else 0, "", what))


def _field(name: yaml.ScalarEvent) -> Field:
    try:
        return Field(name.value)
    except ValueError:
        fields = ", ".join(Field)
        what = sentence("“{name}” is not a field; there are: {fields}", name=quoted(name.value), fields=fields)
        line = name.start_mark.line + 1 if name.start_mark else 0
        raise WrongMappingError(Fault(line, "", what)) from None


def read(tables: Iterable[Table], mapped: Mapping[Field, str] | None = None) -> Roster:
    """Reads the first table that names all columns which are needed; where none does, the one that names the most."""
    found = head(tables, mapped or {})
    with garbage.at_rest():
        return _roster(found)


def roster(rows: Iterable[Row | Fault], mapped: Mapping[Field, str] | None = None) -> Roster:
    """Reads one table."""
    return read([Table(rows)], mapped)


def _roster(head: "Head") -> Roster:
    """Reads what stands under the head as people. It never stops at a fault."""
    origin = head.origin
    if not head.names:
        return Roster(faults=[_in_sheet(fault, origin) for fault in head.faults], origin=origin)
    names, places = head.names, head.places
    columns = {each: names[place] for each, place in places.items()}
    read_too = {names[place] for place in places.values()}
    reader = _Reader(places, columns, origin)
    reader.faults += head.faults
    while piece := list(islice(head.rows, PIECE)):
        reader.take(piece)
        if reader.rows > MOST_ROWS:
            too_many = sentence("the file has more than {n} rows", n=MOST_ROWS)
            return Roster(faults=[Fault(0, "", too_many)], origin=origin, head_line=head.line)
    if not reader.rows and not head.faults:
        reader.faults.append(Fault(0, "", sentence("there is nobody in the file")))
    entries, spoilt = reader.without_doubles()
    return Roster(
        frozenset(places),
        entries,
        [_in_sheet(fault, origin) for fault in reader.all_faults()],
        columns,
        tuple(name for name in names if name and name not in read_too),
        spoilt,
        reader.spoilt_without_id,
        reader.rows,
        bool(reader.rows and not head.faults),
        origin,
        head.line,
        _examples([*entries, *spoilt]) if origin.encoding in CODE_PAGES else (),
    )


def _in_sheet(fault: Fault, origin: Origin) -> Fault:
    return dataclasses.replace(fault, sheet=origin.sheet) if origin.sheet else fault


def _examples(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Names of people, and of units where there are too few."""
    texts = chain((entry.name for entry in entries), (entry.unit for entry in entries))
    foreign = dict.fromkeys(text for text in texts if not text.isascii())
    return tuple(quoted(text) for text in islice(foreign, EXAMPLES))


# Columns


def folded(text: str) -> str:
    """`text` without case, diacritics, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True)
class Head:
    """The row that names the columns, and the rows under it."""

    line: int
    names: list[str]
    places: dict[Field, int]
    faults: list[Fault]
    rows: Iterator[Row | Fault]
    origin: Origin

    @property
    def is_complete(self) -> bool:
        return bool(self.places) and not self.faults

    def names_more_than(self, other: "Head") -> bool:
        return len(self.places) > len(other.places) or (self.is_complete and not other.is_complete)


def head(tables: Iterable[Table], mapped: Mapping[Field, str]) -> Head:
    """The head of the first table that names all columns which are needed; where none does, of the one that names the
    most."""
    best = Head(0, [], {}, [Fault(0, "", EMPTY)], iter(()), Origin())
    for number, table in enumerate(tables):
        found = _head_of(table, mapped)
        if not number or found.names_more_than(best):
            best = found
        if found.is_complete:
            break
    return best


def _head_of(table: Table, mapped: Mapping[Field, str]) -> Head:
    """The row among the first ones that names the most columns; the upper one of those that name as many."""
    rows = iter(table.rows)
    first = list(islice(rows, FIRST_ROWS))
    best: Head | None = None
    for number, row in enumerate(first):
        if isinstance(row, Row):
            names = ["" if isinstance(cell, Flaw) else quoted(" ".join(str(cell).split())) for cell in row.cells]
            places, faults = _places(names, row.line, mapped)
            found = Head(row.line, names, places, faults, chain(first[number + 1 :], rows), table.origin)
            if best is None or found.names_more_than(best):
                best = found
    if best is None:
        faults = [row for row in first if isinstance(row, Fault)] or [Fault(0, "", EMPTY)]
        return Head(0, [], {}, faults, rows, table.origin)
    return best


def _places(names: list[str], line: int, mapped: Mapping[Field, str]) -> tuple[dict[Field, int], list[Fault]]:
    """Which column holds which field."""
    faults: list[Fault] = []
    plain = [folded(name) for name in names]
    for name, times in Counter(plain).items():
        if times > 1 and (name in _ALL_NAMES or name in map(folded, mapped.values())):
            column = names[plain.index(name)]
            faults.append(Fault(line, column, sentence("there are {n} columns of this name; keep one", n=times)))
    places: dict[Field, int] = {}
    for each, column in mapped.items():
        if folded(column) in plain:
            places[each] = plain.index(folded(column))
        else:
            what = sentence("there is no column “{column}”, which the mapping file names", column=quoted(column))
            faults.append(Fault(line, "", what))
    free = {name: place for place, name in enumerate(plain) if place not in places.values()}
    for each, known_as in KNOWN_AS.items():
        found = next((free[folded(name)] for name in known_as if folded(name) in free), None)
        if found is not None and each not in places:
            places[each] = found
    for each in _superfluous(places, mapped):
        places.pop(each, None)
    named = places.keys() | ({Field.NAME} if Field.LAST_NAME in places else set())
    faults += [Fault(line, "", what) for each, what in NEEDED.items() if each not in named]
    return places, faults


def _superfluous(places: Mapping[Field, int], mapped: Mapping[Field, str]) -> set[Field]:
    """The name is in one column or in two. “Jméno” alone is all of it; beside “příjmení” it is the first name."""
    parts = {Field.FIRST_NAME, Field.LAST_NAME}
    if Field.NAME in mapped:
        return parts
    if Field.LAST_NAME in mapped or parts <= places.keys() or Field.NAME not in places:
        return {Field.NAME}
    return parts


_ALL_NAMES = frozenset(map(folded, chain.from_iterable(KNOWN_AS.values())))


# Cells


class _WrongCellError(Exception):
    def __init__(self, what: Sentence) -> None:
        super().__init__(str(what))
        self.what = what


class _Reader:
    """Takes rows, many at a time and column by column, and remembers what has been seen."""

    def __init__(self, places: Mapping[Field, int], columns: Mapping[Field, str], origin: Origin) -> None:
        self._places = places
        self._columns = columns
        self._read_date = partial(_date, first_day=origin.first_day)
        self._entries: list[Entry] = []
        self._seen: dict[Field, dict[str, int]] = {Field.ID: {}, Field.EMAIL: {}}
        self._double: dict[Field, set[str]] = {Field.ID: set(), Field.EMAIL: set()}
        self._spoilt: list[Entry] = []
        self._faulty_lines: set[int] = set()
        self.faults: list[Fault] = []
        self.not_named = 0
        """Faults that there was no room for."""
        self.spoilt_without_id = False
        self.rows = 0

    def take(self, piece: Sequence[Row | Fault]) -> None:
        self.rows += len(piece)
        rows = [row for row in piece if isinstance(row, Row)]
        for fault in piece if len(rows) < len(piece) else ():
            if isinstance(fault, Fault):
                self._name(fault)
                self.spoilt_without_id = True
        self._faulty_lines.clear()
        entries = self._entries_of(rows)
        if not self._faulty_lines:
            self._entries += entries
            return
        for entry in entries:
            if entry.line in self._faulty_lines:
                self._spoil(entry)
            else:
                self._entries.append(entry)

    def _spoil(self, entry: Entry) -> None:
        self._spoilt.append(entry)
        self.spoilt_without_id = self.spoilt_without_id or not entry.employee_id

    def without_doubles(self) -> tuple[list[Entry], list[Entry]]:
        """The sound entries; of those with the same number or address none is: nobody can tell which is right."""
        ids, emails = self._double[Field.ID], self._double[Field.EMAIL]
        if not ids and not emails:
            return self._entries, self._spoilt
        sound = []
        for entry in self._entries:
            if identifier(entry.employee_id) in ids or entry.email in emails:
                self._spoilt.append(entry)
            else:
                sound.append(entry)
        return sound, self._spoilt

    def all_faults(self) -> list[Fault]:
        """By their lines; the last one says how many more there are."""
        named = sorted(self.faults, key=lambda fault: fault.line)
        if self.not_named:
            named.append(Fault(0, "", sentence("there are {n} more faults", n=self.not_named)))
        return named

    def _entries_of(self, rows: Sequence[Row]) -> list[Entry]:
        lines = [row.line for row in rows]
        ids = self._column(rows, Field.ID, _employee_id, "")
        emails = self._column(rows, Field.EMAIL, _email, "")
        names = self._names(rows)
        units = self._column(rows, Field.UNIT, _unit, "")
        managers = self._column(rows, Field.MANAGER, _manager, "")
        starts = self._column(rows, Field.START, self._read_date, None)
        ends = self._column(rows, Field.END, self._read_date, None)
        languages = self._column(rows, Field.LANGUAGE, _language, "")
        for line, starts_on, ends_on in zip(lines, starts, ends, strict=True):
            if ends_on and starts_on and ends_on < starts_on:
                self._fault(line, Field.END, sentence("the end is before the start"))
        self._see(lines, Field.ID, ids, list(map(identifier, ids)))
        self._see(lines, Field.EMAIL, emails, emails)
        return list(map(Entry, lines, ids, names, emails, units, managers, starts, ends, languages))

    def _names(self, rows: Sequence[Row]) -> list[str]:
        if Field.LAST_NAME not in self._places:
            return self._column(rows, Field.NAME, _name, "")
        firsts = self._column(rows, Field.FIRST_NAME, _part_of_name, None)
        lasts = self._column(rows, Field.LAST_NAME, _part_of_name, None)
        names = [f"{first or ''} {last or ''}".strip() for first, last in zip(firsts, lasts, strict=True)]
        for row, first, last, name in zip(rows, firsts, lasts, names, strict=True):
            if first is not None and last is not None and not _LETTER(name):
                self._fault(row.line, Field.LAST_NAME, NAMELESS)
        return names

    def _column(self, rows: Sequence[Row], each: Field, read: Callable[[Cell], T], otherwise: T) -> list[T]:
        """What is read in the cells of a column; `otherwise` where one is wrong, which is noted."""
        place = self._places.get(each)
        if place is None:
            return [otherwise] * len(rows)
        cells = [row.cells[place] if place < len(row.cells) else "" for row in rows]
        try:
            return list(map(read, cells))
        except _WrongCellError:
            return [self._cell(row.line, each, read, cell, otherwise) for row, cell in zip(rows, cells, strict=True)]

    def _cell(self, line: int, each: Field, read: Callable[[Cell], T], cell: Cell, otherwise: T) -> T:
        try:
            return read(cell)
        except _WrongCellError as error:
            self._fault(line, each, error.what)
            return otherwise

    def _see(self, lines: Sequence[int], each: Field, values: Sequence[str], compared: Sequence[str]) -> None:
        seen = self._seen[each]
        for line, value, key in zip(lines, values, compared, strict=True):
            if key and (first := seen.setdefault(key, line)) != line:
                self._double[each].add(key)
                what = sentence("“{value}” stands in line {line} too", value=quoted(value), line=first)
                self._fault(line, each, what)

    def _fault(self, line: int, each: Field, what: Sentence) -> None:
        self._faulty_lines.add(line)
        self._name(Fault(line, self._columns.get(each, ""), what))

    def _name(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.not_named += 1


NUMBERLESS = sentence("the employee number is missing")
NAMELESS = sentence("the name is missing")
UNITLESS = sentence("the unit is missing")


def _employee_id(cell: Cell) -> str:
    return _number(cell, LONGEST[Field.ID]) or _missing(NUMBERLESS)


@lru_cache(maxsize=20_000, typed=True)
def _manager(cell: Cell) -> str:
    return _number(cell, LONGEST[Field.MANAGER])


@lru_cache(maxsize=10_000, typed=True)
def _unit(cell: Cell) -> str:
    return _word(cell, LONGEST[Field.UNIT]) or _missing(UNITLESS)


@lru_cache(maxsize=10_000, typed=True)
def _part_of_name(cell: Cell) -> str | None:
    name = _text(cell, LONGEST[Field.NAME])
    if "?" in name and _LOST_LETTER(name):
        raise _WrongCellError(
            sentence("“{value}” has a “?” in the place of a letter; type it again", value=quoted(name))
        )
    if not name.isascii() and _was_respelled(name):
        raise _WrongCellError(
            sentence(
                "“{value}” was respelled by a wrong encoding before it came into the file; export it anew as XLSX",
                value=quoted(name),
            )
        )
    return name


def _was_respelled(name: str) -> bool:
    """Whether it is UTF-8 that a program took for a code page, such as “PÅ™emysl”: there are signs in it that are in
    nobody's name, and its bytes are UTF-8."""
    if all(letter.isalpha() or letter.isascii() for letter in name):
        return False
    for code_page in ("cp1252", "cp1250"):
        try:
            name.encode(code_page).decode()
        except UnicodeError:
            continue
        return True
    return False


def _name(cell: Cell) -> str:
    name = _word(cell, LONGEST[Field.NAME])
    return (_part_of_name(name) or "") if _LETTER(name) else _missing(NAMELESS)


def _email(cell: Cell) -> str:
    email = _text(cell, LONGEST[Field.EMAIL]).lower().lstrip("'")
    if email and not _EMAIL(email):
        raise _WrongCellError(sentence("“{value}” is not an e-mail address", value=quoted(email)))
    return email


def _missing(what: Sentence) -> NoReturn:
    raise _WrongCellError(what)


_DIGITS = re.compile(r"[0-9]*").fullmatch
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}|[0-9][.,][0-9]+[eE][0-9]{1,3}").fullmatch
_WITH_FRACTION = re.compile(r"[0-9]+[.,]0+").fullmatch
_DAY = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\. ?[0-9]{1,2}\. ?[0-9]{4}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})(?:[T ].*)?"
).fullmatch
_SHORT_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SHORT_DAY = re.compile(rf"[0-9]{{1,2}}-{_SHORT_MONTH}|{_SHORT_MONTH}-[0-9]{{2}}").fullmatch
"""As Excel shows what it has made of a code such as 1-10, and saves it as text."""
_QUOTATION_MARKS = "'\"‘’“”"


def _number(cell: Cell, longest: int) -> str:
    """An employee number as it is shown, without the signs by which programs keep a spreadsheet from changing it."""
    text = _text(cell, longest)
    if _DIGITS(text):
        return text
    if text[0] in _QUOTATION_MARKS:
        text = text.strip(f"{_QUOTATION_MARKS} ")
    for looks_so, what in (*_NO_WORD, *_CHANGED_BY_A_SPREADSHEET):
        if looks_so(text):
            raise _WrongCellError(dataclasses.replace(what, values=(("value", quoted(text)),)))
    return text


def _word(cell: Cell, longest: int) -> str:
    """A text that says something, and is not what a program writes for a date, a truth value or nothing."""
    text = _text(cell, longest)
    for looks_so, what in _NO_WORD:
        if looks_so(text):
            raise _WrongCellError(dataclasses.replace(what, values=(("value", quoted(text)),)))
    return text


_CODE_AS_DATE = sentence(
    "“{value}” is a date; if a spreadsheet has made it of a code, type that again in a column of text"
)
_TRUTH_VALUE = sentence("the cell holds a truth value, {value}")
_NO_WORD = (
    (_DAY, _CODE_AS_DATE),
    (re.compile("TRUE|True|true|FALSE|False|false|PRAVDA|NEPRAVDA").fullmatch, _TRUTH_VALUE),
    (
        re.compile("nan|<na>|nat|null|none|nil|undefined", re.IGNORECASE).fullmatch,
        sentence("“{value}” is what a program writes where there is nothing; write what belongs there"),
    ),
)
"""What a program has written in the place of a text."""
_CHANGED_BY_A_SPREADSHEET = (
    (
        _SHORTENED,
        sentence("“{value}” is a number that a spreadsheet has shortened; type it again in a column of text"),
    ),
    (
        _WITH_FRACTION,
        sentence("“{value}” is a number to which a program has added a fraction; write it without"),
    ),
    (_SHORT_DAY, _CODE_AS_DATE),
    (re.compile(r"=.*").fullmatch, sentence("“{value}” is a formula; write what it results in")),
)


_EMAIL = re.compile(
    r"(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
).fullmatch
_PLAIN = re.compile(r"(?:[!-~]+(?: [!-~]+)*)?").fullmatch
"""Nothing to compose, to refuse or to trim: most cells are such."""


_LETTER = re.compile(r"[^\W\d_]").search
_LOST_LETTER = re.compile(r"[^\W\d_]\?|\?[^\W\d_]").search


def _text(cell: Cell, longest: int) -> str:
    text = cell if isinstance(cell, str) else _as_text(cell)
    if text[:1] in {"=", "#", "E"}:
        text = _out_of_a_formula(text)
    if len(text) <= longest and _PLAIN(text):
        return text
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text.strip())
        if "\N{REPLACEMENT CHARACTER}" in text:
            raise _WrongCellError(NOT_ONE_ENCODING)
        for letter in "" if text.isprintable() else text:
            if "\udc80" <= letter <= "\udcff":
                raise _WrongCellError(NOT_ONE_ENCODING)
            if is_hidden(letter):
                name = f"U+{ord(letter):04X}"
                raise _WrongCellError(
                    sentence("the character {name} is not allowed; it hides, breaks or turns the text", name=name)
                )
    if "  " in text or text[:1] == " " or text[-1:] == " " or not text.isprintable():
        text = " ".join(text.split())
    if len(text) > longest:
        raise _WrongCellError(sentence("longer than {n} characters", n=longest))
    return text


NOT_ONE_ENCODING = sentence(
    "a letter is broken: the text was cut off in it, or comes from a file in another encoding; type it again"
)


def _as_text(cell: Cell) -> str:
    """A number as it is shown; all else that is no text does not belong where text belongs."""
    if isinstance(cell, Flaw):
        raise _WrongCellError(cell.what)
    if isinstance(cell, bool):
        raise _WrongCellError(dataclasses.replace(_TRUTH_VALUE, values=(("value", str(cell).upper()),)))
    if isinstance(cell, date):
        raise _WrongCellError(dataclasses.replace(_CODE_AS_DATE, values=(("value", cell.isoformat()),)))
    if isinstance(cell, float):
        raise _WrongCellError(sentence("the cell holds a number with a fraction, {value}", value=str(cell)))
    return str(cell)


_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"').fullmatch
_ERROR = re.compile(
    r"#\S+[!?]|#(?:N/A|N/D|NV|N/B|I/T|Н/Д|HIÁNYZIK|NEDOSTUPNÝ|NENÍ_K_DISPOZICI|GETTING_DATA|NULL)|##+|Err:[0-9]{3}",
    re.IGNORECASE,
).fullmatch
"""As spreadsheets write an error in the languages of their users, and a value for which a column is too narrow."""


def _out_of_a_formula(text: str) -> str:
    """The text in `="0010"`, by which programs keep a spreadsheet from taking it for a number."""
    if found := _AS_FORMULA(text.strip()):
        return found[1].replace('""', '"')
    if _ERROR(text.strip()):
        raise _WrongCellError(sentence("the cell shows the error {value}; correct its formula", value=quoted(text)))
    return text


_CZECH = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9:.]{5,15}))?")
_WITH_MONTH = re.compile(r"([0-9]{1,2})[. -]{1,2}([^\W\d]{3,9})\.?[, -]{1,2}([0-9]{4})")
_EIGHT_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
"""As SAP writes a day."""
_SERIAL = re.compile(r"[0-9]{5}")
_IN_A_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*(?:Z|[+-][0-9]{2}:?[0-9]{2})").fullmatch
SERIALS = range(10_000, 100_000)
"""Those that are taken for a date: 1927 to 2173."""
YEARS = {*range(1900, 2200), 9999}
"""Those of eight digits that are taken for a date; the last one says that an employment has no end."""


@lru_cache(maxsize=10_000, typed=True)
def _date(cell: Cell, first_day: date = FIRST_DAY) -> date | None:
    """A day. A number counts from `first_day`, which only a workbook sets otherwise than Excel does today."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, Flaw | bool):
        _as_text(cell)
    text = str(int(cell)) if isinstance(cell, float) else " ".join(str(cell).split())
    if text[:1] in {"=", "#", "'", "E"}:
        text = _out_of_a_formula(text).removeprefix("'").strip()
    if not text:
        return None
    try:
        if found := _CZECH.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _ISO.fullmatch(text):
            if flaw := late(cell, found[4] or ""):
                raise _WrongCellError(flaw.what)
            return date(int(found[1]), int(found[2]), int(found[3]))
        if (found := _EIGHT_DIGITS.fullmatch(text)) and int(found[1]) in YEARS:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if (found := _WITH_MONTH.fullmatch(text)) and (month := _months().get(folded(found[2]))):
            return date(int(found[3]), month, int(found[1]))
    except ValueError:
        pass
    if _SERIAL.fullmatch(text) and int(text) in SERIALS:
        return first_day + timedelta(int(text))
    if _IN_A_ZONE(text):
        raise _WrongCellError(
            sentence(
                "“{value}” is a moment in a time zone, and may be another day here; write the day alone",
                value=quoted(cell),
            )
        )
    raise _WrongCellError(
        sentence("“{value}” is not a date; write it as 31. 12. 2026 or 2026-12-31", value=quoted(cell))
    )


@cache
def _months() -> dict[str, int]:
    """Their numbers by their names, whole and shortened, in the languages of the interface."""
    return {
        folded(name): number
        for language in LANGUAGES
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, form, language).items()
    }


@lru_cache(maxsize=1000, typed=True)
def _language(cell: Cell) -> str:
    """The language that is meant; empty when none is named."""
    said = _text(cell, LONGEST_QUOTED) if isinstance(cell, str) else _as_text(cell)
    if not said.strip():
        return ""
    wishes = (folded(said), folded(re.split(r"[-_ (]", said.strip())[0]))
    for wish in wishes:
        for name, known_as in TONGUES.items():
            if wish in map(folded, known_as):
                return name
    there_are = ", ".join(LANGUAGES)
    raise _WrongCellError(
        sentence("the language “{value}” is unknown; use {languages}", value=quoted(cell), languages=there_are)
    )
