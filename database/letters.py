"""Letters compared without case and diacritics, in Python and in both databases alike.

PostgreSQL's `unaccent` and SQLite's ICU would do it too, but are extensions that not every server has.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def fold(text: str) -> str:
    """`text` in lower case without diacritics, for searching and for sorting names. NUL is dropped, because
    PostgreSQL accepts it in no text."""
    return text.lower().translate(_PLAIN)


def identifier(text: str) -> str:
    """The one spelling of an employee number or an address, however it was typed: without surrounding spaces, case
    and full-width forms, with ß as ss and a dotless i as i."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())
    return plain.translate(_DOTLESS)


_DOTLESS = str.maketrans({"ı": "i", "\N{COMBINING DOT ABOVE}": None})


def _plain_letters() -> Iterator[tuple[str, str]]:
    """Lower-case Latin letters with diacritics, each with its base letter."""
    for code in (*range(0x00E0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.islower():
            yield chr(code), base
    yield from {"ł": "l", "ø": "o", "đ": "d", "ı": "i"}.items()


_PLAIN = str.maketrans(dict(_plain_letters()) | {"\0": None})


class folded(FunctionElement[str]):  # noqa: N801, it is used in queries like a function
    """`fold` of a text column, computed by the database."""

    type = Text()
    inherit_cache = True


@compiles(folded)
def _folded_by_sqlite(element: folded, compiler: SQLCompiler, **how: Any) -> str:
    return f"folded({compiler.process(element.clauses, **how)})"


@compiles(folded, "postgresql")
def _folded_by_postgresql(element: folded, compiler: SQLCompiler, **how: Any) -> str:
    accented, plain = ("".join(letters) for letters in zip(*_plain_letters(), strict=True))
    return f"translate(lower({compiler.process(element.clauses, **how)}), '{accented}', '{plain}')"


class identified(FunctionElement[str]):  # noqa: N801, it is used in queries like a function
    """`identifier` of a text column, computed by the database."""

    type = Text()
    inherit_cache = True


@compiles(identified)
def _identified_by_sqlite(element: identified, compiler: SQLCompiler, **how: Any) -> str:
    return f"identifier({compiler.process(element.clauses, **how)})"


@compiles(identified, "postgresql")
def _identified_by_postgresql(element: identified, compiler: SQLCompiler, **how: Any) -> str:
    column = compiler.process(element.clauses, **how)
    plain = f"replace(lower(normalize(trim(normalize({column}, NFKC)), NFKC)), 'ß', 'ss')"
    return f"translate({plain}, 'ı\N{COMBINING DOT ABOVE}', 'i')"
