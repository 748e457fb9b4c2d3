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
from babel.dates import format_date, format_datetime, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LOCALE = Path(__file__).resolve().parent / "locale"
LANGUAGES = {"cs": "Čeština", "en": "English"}
SOURCE_LANGUAGE = "en"
_LOCALES = {"cs": "cs_CZ", "en": "en_GB"}
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Sentence:
    """Words that are still to be said in somebody's language: an English text with named gaps."""

    text: str
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.text.format_map(dict(self.values))


def sentence(text: str, **values: Any) -> Sentence:
    """Marks `text` for translation; it is translated where it is shown."""
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
    """Says things in one language. `Words.of("cs")` is made once and kept."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = _LOCALES[language]
        self._catalogue = _catalogue(language)

    def __call__(self, text: str, **values: Any) -> str:
        said = self._catalogue.gettext(text)
        return self.set(said.format_map(values) if values else said)

    def plural(self, one: str, many: str, n: int, **values: Any) -> str:
        """The form that `n` asks for; `{n}` in the text is the number, set by locale."""
        said = self._catalogue.ngettext(one, many, n)
        return self.set(said.format_map({"n": self.number(n), **values}))

    def say(self, message: Sentence) -> str:
        values = {name: self.say(value) if isinstance(value, Sentence) else value for name, value in message.values}
        return self._catalogue.gettext(message.text).format_map(values)

    def set(self, text: str) -> str:
        """`text` as a typesetter leaves it: no one-letter word and no number alone at a line's end."""
        return _bound(text) if self.language == "cs" else text

    def number(self, value: float) -> str:
        return _number(value, self.locale)

    def out_of(self, total: int) -> str:
        """`total` as that which something is a part of: "of 7", and in Czech "ze 7" or "z 8"."""
        if self.language != "cs":
            return f"of {self.number(total)}"
        return f"{'ze' if _begins_hard(total) else 'z'}{NO_BREAK}{self.number(total)}"

    def percent(self, value: float) -> str:
        """A whole percentage, given in percent (88 gives "88 %")."""
        return format_percent(value / 100, format=None, locale=self.locale)

    def date(self, day: dt.date) -> str:
        return self.set(format_date(day, "long", locale=self.locale))

    def day(self, day: dt.date) -> str:
        """Day and month, without the year."""
        return self.set(format_skeleton("MMMMd", day, locale=self.locale))

    def short_day(self, day: dt.date) -> str:
        """Day and month, as short as they stay clear: 8/12 would be August to some and December to others."""
        if self.language == "cs":
            return f"{day.day}.{NO_BREAK}{day.month}."
        return str(format_skeleton("MMMd", day, locale=self.locale)).replace(" ", NO_BREAK)

    def short_date(self, day: dt.date) -> str:
        return str(format_date(day, "medium", locale=self.locale)).replace(" ", NO_BREAK)

    def moment(self, at: dt.datetime, zone: ZoneInfo) -> str:
        pattern = "d. MMMM y H:mm" if self.language == "cs" else "d MMMM y, H:mm"
        return self.set(format_datetime(at.astimezone(zone), pattern, locale=self.locale))

    def language_name(self, language: str) -> str:
        """What a language is called in this one."""
        return str(Locale.parse(self.locale).languages[language])

    def list(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.locale)

    @staticmethod
    @cache
    def of(language: str) -> "Words":
        return Words(language)


def chosen(*wishes: str | None) -> str:
    """The first wish that is a language of the interface; Czech when none is. A wish may be an
    Accept-Language header."""
    for wish in wishes:
        for part in (wish or "").split(","):
            language = part.split(";")[0].strip().lower().split("-")[0]
            if language in LANGUAGES:
                return language
    return "cs"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "kodex.po").open("rb") as file:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _begins_hard(number: int) -> bool:
    """Whether the Czech word for `number`, in the genitive, wants "ze" before it: dvou, tří, čtyř, šesti,
    sedmi, sta."""
    while number >= 1000:
        number //= 1000
        if number == 1:
            return False
    if 100 <= number < 200:
        return True
    first = number % 10 if 10 < number < 20 else int(str(number)[0])
    return first in {2, 3, 4, 6, 7}


_ONE_LETTER = re.compile(r"(?<!\w)([KkSsVvZzOoUuAaIi]) (?=\S)")
_NUMBER = re.compile(r"(\d\.?) (?=[\w%])")


@lru_cache(maxsize=4096)
def _number(value: float, locale: str) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=4096)
def _bound(text: str) -> str:
    return _NUMBER.sub(rf"\1{NO_BREAK}", _ONE_LETTER.sub(rf"\1{NO_BREAK}", text))
