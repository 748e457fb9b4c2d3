"""HR's file as a roster: each row becomes one person, or faults."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from people import garbage
from people.hr_file import cells
from people.hr_file.cells import WrongCellError
from people.hr_file.columns import Field, HeaderRow, head
from people.hr_file.csv_file import CODE_PAGES
from people.hr_file.files import Cell, FileFault, Origin, Row, Table
from words import Sentence, quoted, sentence
from words.spelling import identifier

ROWS_AT_A_TIME = 1000
"""Rows that are read at a time."""
MOST_ROWS = 250_000
"""People in a file."""
MOST_FAULTS = 10_000
"""Faults that are reported one by one. The others are counted: there may be millions."""
EXAMPLES = 3
"""Names that show whether the encoding is right."""

T = TypeVar("T")


class FileEntry(NamedTuple):
    """One person as the file has them."""

    line: int
    employee_id: str
    name: str
    email: str
    unit: str
    manager: str = ""
    """Their manager's number, address or name as in the file; empty if they have none."""
    starts_on: date | None = None
    ends_on: date | None = None
    language: str = ""
    """Empty when the file leaves it open."""
    family_name: str = ""
    """Empty when the file has the whole name in one column."""


@dataclass(frozen=True)
class Roster:
    """The content of a file: its people, and its faults as far as the file alone shows them."""

    fields: frozenset[Field] = frozenset()
    entries: Sequence[FileEntry] = ()
    faults: Sequence[FileFault] = ()
    columns: Mapping[Field, str] = field(default_factory=dict)
    """The names in this file of the columns that were read."""
    not_read: tuple[str, ...] = ()
    """The columns that mean nothing here."""
    spoilt: Sequence[FileEntry] = ()
    """The readable values of faulty rows; unreadable ones are empty."""
    spoilt_without_id: bool = False
    """True if a faulty row does not even have an employee number."""
    rows: int = 0
    is_usable: bool = False
    """True if the file has all required columns and at least one row, so that faulty rows can be left out."""
    origin: Origin = field(default_factory=Origin)
    head_line: int = 0
    """The line that names the columns."""
    examples: tuple[str, ...] = ()
    """Names with letters that show whether the encoding is right."""

    @property
    def taken(self) -> Sentence:
        """A sentence about the part of the file that was read as the table."""
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
        """True if names may be misspelled, because nothing says what encoding the file is in."""
        return self.origin.is_guessed and bool(self.examples)


def read(tables: Iterable[Table], mapped: Mapping[Field, str] | None = None) -> Roster:
    """Read the first table that has all required columns, or else the one with the most columns."""
    found = head(tables, mapped or {})
    with garbage.paused():
        return _roster(found)


def of_rows(rows: Iterable[Row | FileFault], mapped: Mapping[Field, str] | None = None) -> Roster:
    """Read one table."""
    return read([Table(rows)], mapped)


def _roster(head: "HeaderRow") -> Roster:
    """Read the rows under the head as people, and go on after faults."""
    origin = head.origin
    if not head.names:
        return Roster(faults=[_in_sheet(fault, origin) for fault in head.faults], origin=origin)
    names, places = head.names, head.places
    columns = {each: names[place] for each, place in places.items()}
    read_too = {names[place] for place in places.values()}
    reader = _RowReader(head, columns)
    reader.faults.add(*head.faults)
    while piece := list(islice(head.rows, ROWS_AT_A_TIME)):
        reader.take(piece)
        if reader.rows > MOST_ROWS:
            too_many = sentence("the file has more than {n} rows", n=MOST_ROWS)
            return Roster(faults=[FileFault(0, "", too_many)], origin=origin, head_line=head.line)
    if not reader.rows and not head.faults:
        reader.faults.add(FileFault(0, "", sentence("there is nobody in the file")))
    entries, spoilt = reader.without_doubles()
    return Roster(
        frozenset(places),
        entries,
        [_in_sheet(fault, origin) for fault in reader.faults.in_order()],
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


def _in_sheet(fault: FileFault, origin: Origin) -> FileFault:
    return dataclasses.replace(fault, sheet=origin.sheet) if origin.sheet else fault


def _examples(entries: Sequence[FileEntry]) -> tuple[str, ...]:
    """Return names of people, and of units if there are too few."""
    texts = chain((entry.name for entry in entries), (entry.unit for entry in entries))
    foreign = dict.fromkeys(text for text in texts if not text.isascii())
    return tuple(quoted(text) for text in islice(foreign, EXAMPLES))


class _Faults:
    """The first `MOST_FAULTS`, and the number of the others."""

    def __init__(self) -> None:
        self._first: list[FileFault] = []
        self._others = 0

    def add(self, *faults: FileFault) -> None:
        room = MOST_FAULTS - len(self._first)
        self._first += faults[:room]
        self._others += len(faults[room:])

    def in_order(self) -> list[FileFault]:
        """Return the faults by their lines; the last one says how many more there are."""
        faults = sorted(self._first, key=lambda fault: fault.line)
        if self._others:
            faults.append(FileFault(0, "", sentence("there are {n} more faults", n=self._others)))
        return faults


class _Doubles:
    """Values that are in several lines of a column."""

    def __init__(self) -> None:
        self._first_line: dict[str, int] = {}
        self.found: set[str] = set()

    def among(self, lines: Sequence[int], values: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Yield the position of each value that is in an earlier line too, and that line."""
        for position, (line, value) in enumerate(zip(lines, values, strict=True)):
            if value and (first := self._first_line.setdefault(value, line)) != line:
                self.found.add(value)
                yield position, first


class _RowReader:
    """Reader of rows, many at a time and column by column."""

    def __init__(self, head: HeaderRow, columns: Mapping[Field, str]) -> None:
        self._places = head.places
        self._columns = columns
        self._read_day = partial(cells.day, first_day=head.origin.first_day)
        self._ids, self._emails = _Doubles(), _Doubles()
        self._faulty_lines: set[int] = set()
        """Of the rows being read."""
        self._entries: list[FileEntry] = []
        self._spoilt: list[FileEntry] = []
        self.faults = _Faults()
        self.spoilt_without_id = False
        self.rows = 0

    def take(self, piece: Sequence[Row | FileFault]) -> None:
        self.rows += len(piece)
        rows = [row for row in piece if isinstance(row, Row)]
        if len(rows) < len(piece):
            self.faults.add(*(fault for fault in piece if isinstance(fault, FileFault)))
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

    def _spoil(self, entry: FileEntry) -> None:
        self._spoilt.append(entry)
        self.spoilt_without_id = self.spoilt_without_id or not entry.employee_id

    def without_doubles(self) -> tuple[list[FileEntry], list[FileEntry]]:
        """Return the sound entries and the spoilt ones: nobody can tell which of two with the same number or address
        is right."""
        if not self._ids.found and not self._emails.found:
            return self._entries, self._spoilt
        sound = []
        for entry in self._entries:
            if identifier(entry.employee_id) in self._ids.found or entry.email in self._emails.found:
                self._spoilt.append(entry)
            else:
                sound.append(entry)
        return sound, self._spoilt

    def _entries_of(self, rows: Sequence[Row]) -> list[FileEntry]:
        lines = [row.line for row in rows]
        ids = self._column(rows, Field.ID, cells.employee_id, "")
        emails = self._column(rows, Field.EMAIL, cells.email, "")
        names, family_names = self._names(rows)
        units = self._column(rows, Field.UNIT, cells.unit, "")
        managers = self._column(rows, Field.MANAGER, cells.manager, "")
        starts = self._column(rows, Field.START, self._read_day, None)
        ends = self._column(rows, Field.END, self._read_day, None)
        languages = self._column(rows, Field.LANGUAGE, cells.language, "")
        for line, starts_on, ends_on in zip(lines, starts, ends, strict=True):
            if ends_on and starts_on and ends_on < starts_on:
                self._fault(line, Field.END, sentence("the end is before the start"))
        for doubles, each, values, compared in (
            (self._ids, Field.ID, ids, map(identifier, ids)),
            (self._emails, Field.EMAIL, emails, emails),
        ):
            for position, first in doubles.among(lines, compared):
                what = sentence("“{value}” stands in line {line} too", value=quoted(values[position]), line=first)
                self._fault(lines[position], each, what)
        return list(map(FileEntry, lines, ids, names, emails, units, managers, starts, ends, languages, family_names))

    def _names(self, rows: Sequence[Row]) -> tuple[list[str], list[str]]:
        """Return whole names, and family names as far as the file has them apart."""
        if Field.LAST_NAME not in self._places:
            return self._column(rows, Field.NAME, cells.name, ""), [""] * len(rows)
        firsts = self._column(rows, Field.FIRST_NAME, cells.part_of_name, None)
        lasts = self._column(rows, Field.LAST_NAME, cells.part_of_name, None)
        names = [f"{first or ''} {last or ''}".strip() for first, last in zip(firsts, lasts, strict=True)]
        for row, first, last, name in zip(rows, firsts, lasts, names, strict=True):
            if first is not None and last is not None and not cells.has_letter(name):
                self._fault(row.line, Field.LAST_NAME, cells.NAMELESS)
        return names, [last or "" for last in lasts]

    def _column(self, rows: Sequence[Row], each: Field, read: Callable[[Cell], T], otherwise: T) -> list[T]:
        """Return the values of a column's cells, with `otherwise` for faulty ones, which are reported."""
        place = self._places.get(each)
        if place is None:
            return [otherwise] * len(rows)
        cells = [row.cells[place] if place < len(row.cells) else "" for row in rows]
        try:
            return list(map(read, cells))
        except WrongCellError:
            return [self._cell(row.line, each, read, cell, otherwise) for row, cell in zip(rows, cells, strict=True)]

    def _cell(self, line: int, each: Field, read: Callable[[Cell], T], cell: Cell, otherwise: T) -> T:
        try:
            return read(cell)
        except WrongCellError as error:
            self._fault(line, each, error.what)
            return otherwise

    def _fault(self, line: int, each: Field, what: Sentence) -> None:
        self._faulty_lines.add(line)
        self.faults.add(FileFault(line, self._columns.get(each, ""), what))
