"""What a workbook says of its cells beside their values: errors, formulas without a result, how numbers are shown.

Read as a stream, sheet by sheet, so that no more of a workbook is in memory than what is said of it here.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from posixpath import dirname, join, normpath
from typing import Protocol
from xml.parsers import expat

from people.hr_file.files import FIRST_DAY, FIRST_DAY_OF_1904, Cell, Flaw
from words import quoted, sentence

Place = tuple[int, int]
"""The line, from 1, and the column, from 0."""
Attributes = dict[str, str]
_PIECE = 1 << 16
"""Bytes that are parsed at a time."""
_SIGNS_OF_MARKS = (b"<f>", b"<f ", b"<f/", b"<f\n", b":f>", b":f ", b":f/", b'"e"', b"'e'")
"""In a sheet of XLSX with neither a formula nor an error there is none, and it need not be parsed once more."""
_LONGEST_SIGN = 3


class Mark(Protocol):
    def on(self, cell: Cell) -> Cell:
        """What stands in the place of `cell`, as its value was read."""


@dataclass(frozen=True)
class Spoilt:
    """A cell whose value is none."""

    flaw: Flaw

    def on(self, cell: Cell) -> Cell:  # noqa: ARG002
        return self.flaw


@dataclass(frozen=True)
class Shown:
    """A number with a format that adds something to its digits, such as zeros before them."""

    as_text: Callable[[int], str | None]

    def on(self, cell: Cell) -> Cell:
        if isinstance(cell, int) and not isinstance(cell, bool) and cell >= 0:
            return self.as_text(cell) or cell
        return cell


WITHOUT_RESULT = Spoilt(
    Flaw(sentence("the cell holds a formula whose result was not saved; open the file in Excel and save it again"))
)


def error(shown: str) -> Spoilt:
    """The mark of a cell that shows an error such as #N/A."""
    return _error(quoted(shown or "#N/A"))


@lru_cache(maxsize=1000)
def _error(shown: str) -> Spoilt:
    return Spoilt(Flaw(sentence("the cell shows the error {value}; correct its formula", value=shown)))


class Book(Protocol):
    @property
    def first_day(self) -> date:
        """What the numbers of days are counted from."""

    def marks(self, sheet: str) -> dict[Place, Mark]:
        """The marks of the cells of a sheet; raises `ExpatError`, `KeyError`, or what `zipfile` does."""


def opened(data: bytes) -> Book:
    """What a workbook says; raises what `Book.marks` does."""
    packed = zipfile.ZipFile(io.BytesIO(data))
    return _Ods(packed) if "content.xml" in packed.namelist() else _Xlsx(packed)


class _Parser:
    """Reads XML without its namespaces: OOXML has two editions of them, and each writer prefixes of its own."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._names = {normpath(name.replace("\\", "/")).lstrip("/").lower(): name for name in packed.namelist()}

    def parse(
        self,
        part: str,
        on_start: Callable[[str, Attributes], None],
        on_end: Callable[[str], None] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        parser = _new_parser()
        parser.StartElementHandler = on_start
        parser.EndElementHandler = on_end
        parser.CharacterDataHandler = on_text
        self.feed(part, parser)

    def feed(self, part: str, parser: expat.XMLParserType) -> None:
        for piece in self._pieces(part):
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def holds(self, part: str, *signs: bytes) -> bool:
        """Whether any of the signs stands in a part, or may: one in UTF-16 is not searched."""
        tail = b""
        for piece in self._pieces(part):
            if any(sign in piece or sign in tail + piece[:_LONGEST_SIGN] for sign in signs) or b"\0" in piece:
                return True
            tail = piece[-_LONGEST_SIGN:]
        return False

    def _pieces(self, part: str) -> Iterator[bytes]:
        with self._packed.open(self._names[part.lower()]) as file:
            while piece := file.read(_PIECE):
                yield piece


def _new_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    return parser


@lru_cache(maxsize=1000)
def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _plain(attributes: Attributes) -> Attributes:
    return {_local(name): value for name, value in attributes.items()}


# XLSX


class _Xlsx:
    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._parser = _Parser(packed)
        self.first_day = FIRST_DAY
        self._relation_of: dict[str, str] = {}
        """By the name of a sheet."""
        root = next((part for kind, part in self._relations("").values() if kind == "officeDocument"), "")
        self._parser.parse(root, self._on_workbook)
        relations = self._relations(root)
        self._part_of = {name: relations[relation][1] for name, relation in self._relation_of.items()}
        styles = next((part for kind, part in relations.values() if kind == "styles"), None)
        self._styles = _styles(self._parser, styles) if styles else []

    def _on_workbook(self, name: str, attributes: Attributes) -> None:
        match _local(name):
            case "workbookPr" if _plain(attributes).get("date1904") in {"1", "true"}:
                self.first_day = FIRST_DAY_OF_1904
            case "sheet":
                said = _plain(attributes)
                self._relation_of[said["name"]] = said["id"]

    def _relations(self, of: str) -> dict[str, tuple[str, str]]:
        """What a part is related to, by the id of the relation: its kind, and which part it is."""
        found = {}

        def on_start(name: str, attributes: Attributes) -> None:
            if _local(name) == "Relationship":
                target = attributes["Target"].replace("\\", "/")
                part = normpath(join("/", dirname(of), target)).lstrip("/")
                found[attributes["Id"]] = attributes["Type"].rpartition("/")[2], part

        self._parser.parse(join(dirname(of), "_rels", f"{of.rpartition('/')[2]}.rels"), on_start)
        return found

    def marks(self, sheet: str) -> dict[Place, Mark]:
        part, parser = self._part_of[sheet], _new_parser()
        scan = _XlsxSheet(self._styles, parser)
        if any(self._styles) or self._parser.holds(part, *_SIGNS_OF_MARKS):
            parser.StartElementHandler = scan.on_start
            self._parser.feed(part, parser)
        return scan.marks


def _styles(parser: _Parser, part: str) -> list[Shown | None]:
    """How numbers are shown, by the number of a cell's style; none where it adds nothing to their digits."""
    formats: dict[str, str] = {}
    styles: list[Shown | None] = []
    within: list[str] = []

    def on_start(name: str, attributes: Attributes) -> None:
        within.append(_local(name))
        if within[-1] == "numFmt":
            formats[attributes["numFmtId"]] = attributes["formatCode"]
        if within[-2:] == ["cellXfs", "xf"]:
            styles.append(_shown(formats.get(attributes.get("numFmtId", ""), "")))

    def on_end(_: str) -> None:
        within.pop()

    parser.parse(part, on_start, on_end)
    return styles


LONGEST_FORMAT = 255
"""Characters: a spreadsheet takes no longer one."""
_LITERAL = r'"[^"]*"|\\.|[-/() ]'
_DIGITS_AND_LITERALS = re.compile(rf"(?:{_LITERAL}|[0#?])+")


@lru_cache(maxsize=1000)
def _shown(code: str) -> Shown | None:
    """What a number format such as `0000` or `"CZ"000-000` does to a whole number."""
    if len(code) > LONGEST_FORMAT:
        return None
    positive = re.sub(r"\[[^\]]*\]|_.|\*.", "", code.split(";")[0])
    if not _DIGITS_AND_LITERALS.fullmatch(positive):
        return None
    pieces = re.findall(rf"{_LITERAL}|[0#?]", positive)
    places = [piece for piece in pieces if piece in "0#?"]
    letters = [piece for piece in pieces if piece not in "0#?" and piece.strip('"\\').strip()]
    return Shown(partial(_in_format, pieces)) if places and (places.count("0") > 1 or letters) else None


def _in_format(pieces: Sequence[str], number: int) -> str:
    digits = list(str(number))
    shown: list[str] = []
    places = sum(piece in "0#?" for piece in pieces)
    for piece in reversed(pieces):
        if piece not in "0#?":
            shown.append(piece.strip('"') if piece.startswith('"') else piece[-1])
            continue
        places -= 1
        if digits:
            shown.append(digits.pop() if places else "".join(digits))
        elif piece == "0":
            shown.append("0")
    return "".join(reversed(shown)).strip()


class _XlsxSheet:
    """Goes through the cells of a sheet. Of most of them it hears no more than that they begin: a sheet may have a
    million, of which few have a formula or an error."""

    def __init__(self, styles: list[Shown | None], parser: expat.XMLParserType) -> None:
        self._parser = parser
        self.marks: dict[Place, Mark] = {}
        self._shown = {str(number): shown for number, shown in enumerate(styles) if shown}
        self._line = 0
        self._column = -1
        self._cell: Attributes = {}
        self._is_watched = self._has_value = self._is_within_value = False
        self._text = ""

    def on_start(self, name: str, attributes: Attributes) -> None:
        kind = _local(name)
        if kind == "c":
            self._cell = attributes
            if "r" not in attributes:
                self._column += 1
            said = attributes.get("t", "n")
            if said == "e":
                self._watch()
            elif said == "n" and (shown := self._shown.get(attributes.get("s", "0"))):
                self.marks[self._place()] = shown
        elif kind == "f":
            self._watch()
        elif self._is_watched and kind in {"v", "is"}:
            self._has_value = self._is_within_value = True
        elif kind == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._column = -1

    def _place(self) -> Place:
        if place := self._cell.get("r"):
            self._column = _column(place)
        return self._line, self._column

    def _watch(self) -> None:
        parser = self._parser
        self._is_watched, self._has_value, self._text = True, False, ""

        def on_text(text: str) -> None:
            if self._is_within_value:
                self._text += text

        def on_end(name: str) -> None:
            kind = _local(name)
            if kind in {"v", "is"}:
                self._is_within_value = False
            elif kind == "c":
                self._mark()
                self._is_watched = False
                parser.CharacterDataHandler = parser.EndElementHandler = None

        parser.CharacterDataHandler, parser.EndElementHandler = on_text, on_end

    def _mark(self) -> None:
        if self._cell.get("t") == "e":
            self.marks[self._place()] = error(self._text)
        elif not self._text and not (self._cell.get("t") == "str" and self._has_value):
            self.marks[self._place()] = WITHOUT_RESULT


@lru_cache(maxsize=20_000)
def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _column(place: str) -> int:
    """The column of a place such as AB12, from 0."""
    return _column_of(place.rstrip("0123456789").upper())


# ODS


class _Ods:
    first_day = FIRST_DAY
    """Days are written out in it, whatever it counts them from."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._parser = _Parser(packed)

    def marks(self, sheet: str) -> dict[Place, Mark]:
        scan = _OdsSheet(sheet)
        self._parser.parse("content.xml", scan.on_start, scan.on_end, scan.on_text)
        return scan.marks


_ERROR = re.compile(r"#\S+|Err:[0-9]{3}")


class _OdsSheet:
    """Goes through the cells of the sheet that has this name."""

    def __init__(self, sheet: str) -> None:
        self.marks: dict[Place, Mark] = {}
        self._sheet = sheet
        self._is_within = self._is_noted = False
        self._line = self._column = 0
        self._rows = self._columns = 1
        self._cell: Attributes = {}
        self._is_error = False
        self._text = ""

    def on_start(self, name: str, attributes: Attributes) -> None:
        match _local(name):
            case "table":
                self._is_within = _plain(attributes).get("name") == self._sheet
            case "table-row":
                self._rows = int(_plain(attributes).get("number-rows-repeated", 1))
                self._column = 0
            case "table-cell" | "covered-table-cell":
                self._cell = {_local(name): value for name, value in attributes.items() if "calcext" not in name}
                self._is_error = "error" in attributes.values()
                self._columns = int(self._cell.get("number-columns-repeated", 1))
                self._text = ""
            case "annotation":
                self._is_noted = True

    def on_text(self, text: str) -> None:
        if self._is_within and not self._is_noted:
            self._text += text

    def on_end(self, name: str) -> None:
        match _local(name):
            case "annotation":
                self._is_noted = False
            case "table":
                self._is_within = False
            case "table-row" if self._is_within:
                self._line += self._rows
            case "table-cell" | "covered-table-cell" if self._is_within:
                if mark := self._mark():
                    for line in range(self._line + 1, self._line + self._rows + 1):
                        for column in range(self._column, self._column + self._columns):
                            self.marks[line, column] = mark
                self._column += self._columns

    def _mark(self) -> Mark | None:
        text = self._text.strip()
        is_formula, kind = "formula" in self._cell, self._cell.get("value-type")
        if self._is_error or (is_formula and _ERROR.fullmatch(text)):
            return error(text)
        if is_formula and kind is None:
            return WITHOUT_RESULT
        if kind == "float" and text and (text[0] == "0" or not text[0].isdigit()):
            return Shown(partial(_if_it_is, text))
        return None


def _if_it_is(shown: str, number: int) -> str | None:
    """What is shown of a number, where its digits are the number's."""
    digits = re.sub(r"[^0-9]", "", shown)
    return shown if len(shown) > 1 and digits and int(digits) == number else None
