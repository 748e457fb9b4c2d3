"""HR's file as text: its encoding, its delimiter, and its rows."""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

from people.hr_file.files import FileFault, Origin, Row, Table, unreadable
from words import sentence


class Encoding(StrEnum):
    """The encodings of a file, by the names that people know."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    WINDOWS_1250 = "windows-1250"
    WINDOWS_1252 = "windows-1252"
    ISO_8859_2 = "iso-8859-2"
    MAC_CENTRAL_EUROPE = "mac-central-europe"
    DOS_852 = "dos-852"


_CODECS = {Encoding.MAC_CENTRAL_EUROPE: "mac_latin2", Encoding.DOS_852: "cp852"}
"""Python's names of those that it does not know by ours."""
CODE_PAGES = (
    *(Encoding.WINDOWS_1250, Encoding.ISO_8859_2, Encoding.MAC_CENTRAL_EUROPE, Encoding.DOS_852),
    Encoding.WINDOWS_1252,
)
"""Encodings with one byte per letter: only the look of the words tells them apart. Of two that look equally good the
first is taken."""
DELIMITERS = ";,\t|"
FIRST_LINES = 20
"""Lines in which the delimiter is searched for."""
_SHARE_OF_UTF_8 = 0.2
"""The share of valid UTF-8 among non-ASCII characters from which a file with broken letters counts as damaged UTF-8.
By chance hardly any pair of letters in a code page is valid UTF-8."""


def table(data: bytes, encoding: Encoding | None = None) -> Table:
    """Return the rows of a CSV file; its encoding is detected unless it is given."""
    found, is_guessed = (encoding, False) if encoding else _encoding(data)
    wrong_at = _not_text_at(data, found)
    if wrong_at is not None:
        return unreadable(sentence("this is not text; save the file as “CSV UTF-8” or as XLSX"), wrong_at)
    delimiter, before = _delimiter(list(islice(_lines(data, found), FIRST_LINES)))
    origin = Origin(encoding=found, is_guessed=is_guessed, delimiter=delimiter)
    return Table(_rows(data, found, delimiter, before), origin)


def _encoding(data: bytes) -> tuple[Encoding, bool]:
    """Return the encoding, and whether it is only a guess."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return Encoding.UTF_16, False
    if data.startswith(BOM_UTF8) or _is_mostly_utf_8(data):
        return Encoding.UTF_8, False
    return max(CODE_PAGES, key=lambda each: _likeness(data, each)), True


def _is_mostly_utf_8(data: bytes) -> bool:
    """True for UTF-8, even with letters that were cut, or pasted in from elsewhere: those are faults of their cells.
    Reading all of it in another encoding would misspell everybody."""
    text = data.decode(errors="surrogateescape")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    broken = len(text) - len(text.encode("utf-8", "ignore").decode())
    return not broken or foreign - broken >= _SHARE_OF_UTF_8 * foreign


_CZECH_AND_SLOVAK = frozenset("áäčďéěíĺľňóôöřŕšťúůüýž")
_OTHERS = frozenset("ąćęłńśźżőűăâîșțşţđëçåæøñàèêìïòõùûßãœ")
_WORD = re.compile(r"[^\W\d_]+")


def _likeness(data: bytes, encoding: Encoding) -> int:
    """Return a score of how much a text looks like names decoded with the right code page: letters that occur in
    names, in words that are lower case, upper case or capitalised."""
    text = data.decode(_codec(encoding), "replace")
    points = 0
    for letter, times in Counter(text).items():
        if letter.isascii():
            continue
        small = letter.lower()
        points += times * (4 if small in _CZECH_AND_SLOVAK else 3 if small in _OTHERS else -8)
    for word in _WORD.findall(text):
        if not word.isascii() and not (word.islower() or word.isupper() or word.istitle()):
            points -= 8
    return points


def _codec(encoding: Encoding) -> str:
    return _CODECS.get(encoding, encoding)


def _not_text_at(data: bytes, encoding: Encoding) -> int | None:
    """Return the line from which on the file is no text, or None."""
    errors = "strict" if encoding is Encoding.UTF_16 else "replace"
    try:
        before, null, _ = data.decode(_codec(encoding), errors).partition("\0")
    except UnicodeDecodeError as error:
        before, null = error.object[: error.start].decode(_codec(encoding), "replace"), "\0"
    return before.count("\n") + 1 if null else None


def _lines(data: bytes, encoding: Encoding) -> Iterator[str]:
    codec = "utf-8-sig" if encoding is Encoding.UTF_8 else _codec(encoding)
    return io.TextIOWrapper(io.BytesIO(data), codec, errors="surrogateescape", newline="")


def _rows(data: bytes, encoding: Encoding, delimiter: str, before: int) -> Iterator[Row | FileFault]:
    lines = _lines(data, encoding)
    for _ in range(before):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield FileFault(line, "", sentence("a quotation mark opens or closes in the wrong place"))
            continue
        if "".join(cells).strip():
            yield Row(line, cells)


_DELIMITER_LINE = re.compile(r'"?sep=([;,\t|])"?[;,\t|]*\s*').fullmatch
"""Excel's own way to say it."""


def _delimiter(lines: list[str]) -> tuple[str, int]:
    """Return the delimiter, and the number of lines before the table."""
    for before, line in enumerate(lines):
        if found := _DELIMITER_LINE(line):
            return found[1], before + 1
        if line.strip():
            break
    unquoted = re.sub(r'"[^"]*"', "", "".join(lines)).splitlines()
    return max(DELIMITERS, key=lambda each: _regularity(unquoted, each)), 0


def _regularity(lines: list[str], delimiter: str) -> int:
    """Return a score of how evenly `delimiter` cuts the lines into columns."""
    times = Counter(found for line in lines if (found := line.count(delimiter)))
    return max((columns * lines_of_it for columns, lines_of_it in times.items()), default=0)
