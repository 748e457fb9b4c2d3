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
"""The day from which Excel counts, with its 29 February 1900 included."""
FIRST_DAY_OF_1904 = date(1904, 1, 1)
"""The day from which a workbook from an old Macintosh counts."""


@dataclass(frozen=True)
class FileFault:
    """A fault of a file, and its place. Line 0 means the file as a whole; without a column, the whole line."""

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
    """The reason why a cell could not be read. It is never the same as an empty cell."""

    what: Sentence


Cell = str | bool | int | float | date | Flaw


class Row(NamedTuple):
    line: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Origin:
    """The place of a table, and how it was read."""

    sheet: str = ""
    encoding: str = ""
    """Of text; empty for a workbook."""
    is_guessed: bool = False
    """True if nothing in the file says that this is its encoding."""
    delimiter: str = ""
    first_day: date = FIRST_DAY
    """The day from which numbers of days are counted."""

    @property
    def delimiter_said(self) -> str:
        return "TAB" if self.delimiter == "\t" else self.delimiter


@dataclass(frozen=True)
class Table:
    """The rows that have anything in them, and what is wrong with those that cannot be read."""

    rows: Iterable[Row | FileFault]
    origin: Origin = Origin()


def unreadable(why: Sentence, line: int = 0) -> Table:
    """Return a table that consists of one fault."""
    return Table([FileFault(line, "", why)])


def late(moment: object, time: str) -> Flaw | None:
    """Return what is wrong with a timestamp in the evening that may be midnight of the next day: east of Greenwich,
    programs that write days in UTC move them to the evening before."""
    if not _LATE(time):
        return None
    what = sentence(
        "“{value}” is late in the evening and may be the next day in another time zone; write only the day",
        value=quoted(moment),
    )
    return Flaw(what)


_LATE = re.compile(r"2[0-3]:[03]0(?::00(?:\.0+)?)?").fullmatch
