"""One spelling of texts that people write in several ways, to compare them by."""

import unicodedata
from collections.abc import Iterator


def fold(text: str) -> str:
    """`text` in small letters without diacritics: how people search, and how names are put in order. Without NUL,
    which PostgreSQL takes in no text."""
    return text.lower().translate(_PLAIN)


def identifier(text: str) -> str:
    """The one spelling of an employee number or an address, however it was typed: wide letters, capitals, an ß or a
    dotless i for what they stand for, and spaces around it."""
    if text.isascii():
        return text.strip().casefold()
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())
    return plain.translate(_DOTLESS)


_DOTLESS = str.maketrans({"ı": "i", "\N{COMBINING DOT ABOVE}": None})


def plain_letters() -> Iterator[tuple[str, str]]:
    """Small Latin letters with diacritics, each with the letter it is without them."""
    for code in (*range(0x00E0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.islower():
            yield chr(code), base
    yield from {"ł": "l", "ø": "o", "đ": "d", "ı": "i"}.items()


_PLAIN = str.maketrans(dict(plain_letters()) | {"\0": None})
