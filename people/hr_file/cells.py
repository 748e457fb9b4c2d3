"""The cells of HR's file, each read as its column requires; one that cannot be read raises `WrongCellError`."""

import dataclasses
import re
import unicodedata
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NoReturn

from babel.dates import get_month_names

from people.characters import is_hidden
from people.hr_file.columns import Field, folded
from people.hr_file.files import FIRST_DAY, Cell, Flaw, late
from words import LANGUAGES, LONGEST_QUOTED, Sentence, Words, quoted, sentence

FURTHER_NAMES = {
    "cs": ("cz", "cze", "ces", "česky", "český", "český jazyk"),
    "en": ("eng", "anglicky", "anglický", "anglický jazyk"),
}
"""Names of languages in HR systems, besides their codes and their names in each language of the interface."""

LONGEST_CELLS = {Field.ID: 64, Field.NAME: 200, Field.EMAIL: 254, Field.UNIT: 200, Field.MANAGER: 254}


class WrongCellError(Exception):
    def __init__(self, what: Sentence) -> None:
        super().__init__(str(what))
        self.what = what


NUMBERLESS = sentence("the employee number is missing")
NAMELESS = sentence("the name is missing")
UNITLESS = sentence("the unit is missing")


def employee_id(cell: Cell) -> str:
    return _number(cell, LONGEST_CELLS[Field.ID]) or _missing(NUMBERLESS)


@lru_cache(maxsize=20_000, typed=True)
def manager(cell: Cell) -> str:
    return _number(cell, LONGEST_CELLS[Field.MANAGER])


@lru_cache(maxsize=10_000, typed=True)
def unit(cell: Cell) -> str:
    return _word(cell, LONGEST_CELLS[Field.UNIT]) or _missing(UNITLESS)


@lru_cache(maxsize=10_000, typed=True)
def part_of_name(cell: Cell) -> str | None:
    name = _text(cell, LONGEST_CELLS[Field.NAME])
    if "?" in name and _LOST_LETTER(name):
        raise WrongCellError(sentence("“{value}” has a “?” instead of a letter; type it again", value=quoted(name)))
    if not name.isascii() and _was_respelled(name):
        raise WrongCellError(
            sentence(
                "“{value}” was garbled by a wrong encoding before it came into the file; export it again as XLSX",
                value=quoted(name),
            )
        )
    return name


def _was_respelled(name: str) -> bool:
    """True for UTF-8 that a program decoded with a code page, such as “PÅ™emysl”: it contains signs that are in
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


def name(cell: Cell) -> str:
    name = _word(cell, LONGEST_CELLS[Field.NAME])
    return (part_of_name(name) or "") if has_letter(name) else _missing(NAMELESS)


def email(cell: Cell) -> str:
    email = _text(cell, LONGEST_CELLS[Field.EMAIL]).lower().lstrip("'")
    if email and not _EMAIL(email):
        raise WrongCellError(sentence("“{value}” is not an e-mail address", value=quoted(email)))
    return email


def _missing(what: Sentence) -> NoReturn:
    raise WrongCellError(what)


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
    """Return an employee number as displayed, without the signs that keep a spreadsheet from changing it."""
    text = _text(cell, longest)
    if _DIGITS(text):
        return text
    if text[0] in _QUOTATION_MARKS:
        text = text.strip(f"{_QUOTATION_MARKS} ")
    for looks_so, what in (*_NO_WORD, *_CHANGED_BY_A_SPREADSHEET):
        if looks_so(text):
            raise WrongCellError(dataclasses.replace(what, values=(("value", quoted(text)),)))
    return text


def _word(cell: Cell, longest: int) -> str:
    """Return a text that is not what a program writes for a date, a truth value or nothing."""
    text = _text(cell, longest)
    for looks_so, what in _NO_WORD:
        if looks_so(text):
            raise WrongCellError(dataclasses.replace(what, values=(("value", quoted(text)),)))
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
        sentence("“{value}” is what programs write for an empty value; write the right one"),
    ),
)
"""Values that a program has written in place of a text."""
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
"""True of most cells: there is nothing to compose, refuse or trim."""


has_letter = re.compile(r"[^\W\d_]").search
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
            raise WrongCellError(NOT_ONE_ENCODING)
        for letter in "" if text.isprintable() else text:
            if "\udc80" <= letter <= "\udcff":
                raise WrongCellError(NOT_ONE_ENCODING)
            if is_hidden(letter):
                name = f"U+{ord(letter):04X}"
                raise WrongCellError(
                    sentence("the character {name} is not allowed; it hides, breaks or turns the text", name=name)
                )
    if "  " in text or text[:1] == " " or text[-1:] == " " or not text.isprintable():
        text = " ".join(text.split())
    if len(text) > longest:
        raise WrongCellError(sentence("longer than {n} characters", n=longest))
    return text


NOT_ONE_ENCODING = sentence(
    "a letter is broken: the text was cut off in it, or comes from a file in another encoding; type it again"
)


def _as_text(cell: Cell) -> str:
    """Return a number as displayed. Raises `WrongCellError` for anything else that is no text."""
    if isinstance(cell, Flaw):
        raise WrongCellError(cell.what)
    if isinstance(cell, bool):
        raise WrongCellError(dataclasses.replace(_TRUTH_VALUE, values=(("value", str(cell).upper()),)))
    if isinstance(cell, date):
        raise WrongCellError(dataclasses.replace(_CODE_AS_DATE, values=(("value", cell.isoformat()),)))
    if isinstance(cell, float):
        raise WrongCellError(sentence("the cell holds a number with a fraction, {value}", value=str(cell)))
    return str(cell)


_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"').fullmatch
_ERROR = re.compile(
    r"#\S+[!?]|#(?:N/A|N/D|NV|N/B|I/T|Н/Д|HIÁNYZIK|NEDOSTUPNÝ|NENÍ_K_DISPOZICI|GETTING_DATA|NULL)|##+|Err:[0-9]{3}",
    re.IGNORECASE,
).fullmatch
"""As spreadsheets write an error in the languages of their users, and a value for which a column is too narrow."""


def _out_of_a_formula(text: str) -> str:
    """Return the text in `="0010"`, a form in which programs keep a spreadsheet from reading it as a number."""
    if found := _AS_FORMULA(text.strip()):
        return found[1].replace('""', '"')
    if _ERROR(text.strip()):
        raise WrongCellError(sentence("the cell shows the error {value}; correct its formula", value=quoted(text)))
    return text


_CZECH = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9:.]{5,15}))?")
_WITH_MONTH = re.compile(r"([0-9]{1,2})[. -]{1,2}([^\W\d]{3,9})\.?[, -]{1,2}([0-9]{4})")
_EIGHT_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
"""As SAP writes a day."""
_SERIAL = re.compile(r"[0-9]{5}")
_IN_A_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*(?:Z|[+-][0-9]{2}:?[0-9]{2})").fullmatch
SERIALS = range(10_000, 100_000)
"""Numbers that are read as dates: 1927 to 2173."""
YEARS = {*range(1900, 2200), 9999}
"""Years for which eight digits are read as a date; 9999 means that an employment has no end."""


@lru_cache(maxsize=10_000, typed=True)
def day(cell: Cell, first_day: date = FIRST_DAY) -> date | None:
    """Return the day, or None for an empty cell. A number counts from `first_day`, which only a workbook changes."""
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
                raise WrongCellError(flaw.what)
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
        raise WrongCellError(
            sentence(
                "“{value}” is a moment in a time zone, and may be another day here; write the day alone",
                value=quoted(cell),
            )
        )
    raise WrongCellError(
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


@cache
def _languages() -> dict[str, str]:
    """Return the languages by their names in a file. A region after a name (cs-CZ) is ignored."""
    return {
        folded(name): language
        for language in LANGUAGES
        for name in (
            language,
            *(Words.of(each).language_name(language) for each in LANGUAGES),
            *FURTHER_NAMES.get(language, ()),
        )
    }


@lru_cache(maxsize=1000, typed=True)
def language(cell: Cell) -> str:
    """Return the code of the language; empty if the cell is."""
    said = _text(cell, LONGEST_QUOTED) if isinstance(cell, str) else _as_text(cell)
    if not said.strip():
        return ""
    wishes = (folded(said), folded(re.split(r"[-_ (]", said.strip())[0]))
    for wish in wishes:
        if wish in _languages():
            return _languages()[wish]
    there_are = ", ".join(LANGUAGES)
    raise WrongCellError(
        sentence("the language “{value}” is unknown; use {languages}", value=quoted(cell), languages=there_are)
    )
