"""The interface's words in the reader's language: sentences, plurals, dates, numbers and typographic care."""

import datetime as dt
import gettext
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LOCALE = Path(__file__).resolve().parent / "locale"
SOURCE_LANGUAGE = "en"
LOCALES = {"cs": "cs_CZ", "en": "en_GB"}
"""The interface's languages, the company's first, each with the locale that its dates and numbers follow.

A new language is one entry here, its `.po` file and the files of its content.
"""
LANGUAGES = {each: (Locale(each).get_language_name() or each).capitalize() for each in LOCALES}
"""The languages of the interface, each by the name that it has for itself."""
NO_BREAK = "\u00a0"
RECORDED_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
"""Form of timestamps in the record."""


@dataclass(frozen=True)
class Sentence:
    """Words to be said in the reader's language: an English text with named gaps, and their values.

    A value may be another sentence, or a timestamp: with a time zone, or as the text that the record has.
    """

    text: str
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.text.format_map(dict(self.values))


def sentence(text: str, **values: Any) -> Sentence:
    """Mark `text` for translation; it is translated where it is shown."""
    return Sentence(text, tuple(values.items()))


class SaidError(Exception):
    """An error that carries what is wrong, in sentences for the reader."""

    def __init__(self, reason: Sentence, *more: Sentence) -> None:
        self.reason = reason
        self.reasons = (reason, *more)
        super().__init__("\n".join(map(str, self.reasons)))

    def lines(self, words: "Words") -> list[str]:
        return [words.say(reason) for reason in self.reasons]


LONGEST_QUOTED = 60
"""Characters of what somebody typed that are repeated to them."""


def quoted(text: object, longest: int = LONGEST_QUOTED) -> str:
    """Return `text` fit to be repeated in a sentence: short, on one line, and without control characters."""
    safe = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))
    return safe if len(safe) <= longest else f"{safe[: longest - 1]}…"


class Words:
    """The interface in one language. `Words.of("cs")` is made once."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(LOCALES[language])
        self._catalogue = _catalogue(language)

    def __call__(self, text: str, **values: Any) -> str:
        said = self._catalogue.gettext(text)
        return self.set(said.format_map(values) if values else said)

    def plural(self, one: str, many: str, n: int, **values: Any) -> str:
        """Return the form that `n` asks for; `{n}` in the text is the number, set by locale."""
        said = self._catalogue.ngettext(one, many, n)
        return self.set(said.format_map({"n": self.number(n), **values}))

    def say(self, message: Sentence, zone: ZoneInfo | None = None) -> str:
        """Return the sentence, its dates as people write them, its timestamps as people in `zone` do; without a zone
        in ISO 8601, in UTC."""
        values = {name: self._value(value, zone) for name, value in message.values}
        return self.set(self._catalogue.gettext(message.text).format_map(values))

    def _value(self, value: Any, zone: ZoneInfo | None) -> Any:
        if isinstance(value, Sentence):
            return self.say(value, zone)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return self.date(value)
        at = value if isinstance(value, dt.datetime) else _recorded(value)
        if at is None:
            return value
        return self.moment(at, zone) if zone else at.astimezone(dt.UTC).strftime(RECORDED_FORM)

    def set(self, text: str) -> str:
        """Return `text` as a typesetter leaves it: no one-letter word and no number alone at a line's end."""
        return _bound(text) if self.language in _BOUND else text

    def number(self, value: float) -> str:
        return _number(value, self.locale)

    def out_of(self, total: int) -> str:
        """Return `total` as the whole that something is a part of: "of 7", in Czech "ze 7" but "z 8"."""
        number = self.number(total)
        return self.set(_PARTITIVE[self.language](total, number) if self.language in _PARTITIVE else self._of(number))

    def _of(self, number: str) -> str:
        return self.say(sentence("of {total}", total=number))

    def percent(self, value: float) -> str:
        """Return a whole percentage; `value` is in percent (88 becomes "88 %")."""
        return format_percent(value / 100, format=None, locale=self.locale)

    def date(self, day: dt.date) -> str:
        return self.set(format_date(day, "long", locale=self.locale))

    def day(self, day: dt.date) -> str:
        """Return day and month, without the year."""
        return self.set(format_skeleton("MMMMd", day, locale=self.locale))

    def weekday(self, day: dt.date) -> str:
        """Return the day in full, with its name."""
        return self.set(format_date(day, "full", locale=self.locale))

    def short_day(self, day: dt.date) -> str:
        """Return day and month, as short as they stay clear: 8/12 would be August to some and December to others."""
        return str(format_skeleton("MMMd", day, locale=self.locale)).replace(" ", NO_BREAK)

    def short_date(self, day: dt.date) -> str:
        return str(format_date(day, "medium", locale=self.locale)).replace(" ", NO_BREAK)

    def moment(self, at: dt.datetime, zone: ZoneInfo) -> str:
        time = format_time(at, "short", tzinfo=zone, locale=self.locale)
        return self.set(f"{format_date(at.astimezone(zone).date(), 'long', locale=self.locale)}, {time}")

    @property
    def date_field(self) -> str:
        """The pattern of fields for dates, by which Streamlit knows it: "DD.MM.YYYY"."""
        parts = re.split(r"([^a-zA-Z]+)", self.locale.date_formats["short"].pattern)
        letters = {"d": "DD", "M": "MM", "y": "YYYY"}
        return parts[1].strip().join(letters[part[0]] for part in parts[::2])

    def language_name(self, language: str) -> str:
        """Return what a language is called in this one."""
        return str(self.locale.languages[language])

    def list(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.locale)

    @staticmethod
    @cache
    def of(language: str) -> "Words":
        return Words(language)


def chosen(*wishes: str | None) -> str:
    """Return the first wish that is a language of the interface, or else the company's language.

    A wish may be an Accept-Language header.
    """
    for wish in wishes:
        for part in (wish or "").split(","):
            language = part.split(";")[0].strip().lower().split("-")[0]
            if language in LANGUAGES:
                return language
    return next(iter(LANGUAGES))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "kodex.po").open("rb") as file:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _czech_partitive(total: int, number: str) -> str:
    """Babel has no prepositions: "ze" before dvou, tří, čtyř, šesti, sedmi and sta, "z" before all others."""
    return f"{'ze' if _begins_hard(total) else 'z'} {number}"


_PARTITIVE = {"cs": _czech_partitive}
"""By language: "of {total}", where the preposition depends on the number."""


def _begins_hard(number: int) -> bool:
    while number >= 1000:
        number //= 1000
        if number == 1:
            return False
    if 100 <= number < 200:
        return True
    first = number % 10 if 10 < number < 20 else int(str(number)[0])
    return first in {2, 3, 4, 6, 7}


_BOUND = frozenset({"cs"})
"""Languages whose typesetters bind one-letter words and numbers to the next word. Babel knows nothing of it."""


def _recorded(value: Any) -> dt.datetime | None:
    """Return the timestamp that the record has as `value`, or None: what was tampered with may be anything."""
    try:
        return dt.datetime.strptime(value, RECORDED_FORM).replace(tzinfo=dt.UTC)
    except (TypeError, ValueError):
        return None


_ONE_LETTER = re.compile(r"(?<!\w)([KkSsVvZzOoUuAaIi]) (?=\S)")
_NUMBER = re.compile(r"(\d\.?) (?=[\w%])")


@lru_cache(maxsize=4096)
def _number(value: float, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=4096)
def _bound(text: str) -> str:
    return _NUMBER.sub(rf"\1{NO_BREAK}", _ONE_LETTER.sub(rf"\1{NO_BREAK}", text))
