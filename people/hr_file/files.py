"""HR's file as tables of rows with their line numbers, whatever format it has, and what is wrong with it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from words import Sentence, Words, quoted, sentence

LARGEST_FILE = 10_000_000
"""Bytes."""
EMPTY = sentence("the file is empty")
FIRST_DAY = date(1899, 12, 30)
"""What Excel counts its days from, once its 29 February 1900 is counted in."""
FIRST_DAY_OF_1904 = date(1904, 1, 1)
"""What it counts them from in a workbook that comes from an old Macintosh."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, and where. The file as a whole has line 0; a whole line has no column."""

    line: int
    column: str
    what: Sentence
    sheet: str = ""

    def in_words(self, t: Words) -> str:
        where = [t("sheet “{sheet}”", sheet=self.sheet)] if self.sheet and self.line else []
        where += [t("line {line}", line=self.line)] if self.line else []
        where += [self.column] if self.column else []
        what = t.say(self.what)
        return f"{', '.join(where)}: {what}" if where else what


@dataclass(frozen=True)
class Flaw:
    """What stands in the place of a cell that could not be read: why not. It is never the same as an empty cell."""

    what: Sentence


Cell = str | bool | int | float | date | Flaw


class Row(NamedTuple):
    line: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Origin:
    """Where a table was found, and how it was read."""

    sheet: str = ""
    encoding: str = ""
    """Of text; a workbook has none."""
    is_guessed: bool = False
    """Whether nothing in the file says that this is its encoding."""
    delimiter: str = ""
    first_day: date = FIRST_DAY
    """What the numbers of days are counted from."""

    @property
    def delimiter_said(self) -> str:
        return "TAB" if self.delimiter == "\t" else self.delimiter


@dataclass(frozen=True)
class Table:
    """The rows that have anything in them, and what is wrong with those that cannot be read."""

    rows: Iterable[Row | Fault]
    origin: Origin = Origin()


def unreadable(why: Sentence, line: int = 0) -> Table:
    """A table of which a fault is all that there is."""
    return Table([Fault(line, "", why)])


def late(moment: object, time: str) -> Flaw | None:
    """Return what is wrong with a timestamp in the evening that may be midnight of the next day: east of Greenwich,
    programs that write days in UTC move them to the evening before."""
    if not _LATE(time):
        return None
    what = sentence(
        "“{value}” is late in the evening, and may be the next day in another time zone; write the day alone",
        value=quoted(moment),
    )
    return Flaw(what)


_LATE = re.compile(r"2[0-3]:[03]0(?::00(?:\.0+)?)?").fullmatch
