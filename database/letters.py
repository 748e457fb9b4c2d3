"""Letters compared without case and diacritics, in both databases as `words.spelling` does in Python.

PostgreSQL's `unaccent` and SQLite's ICU would do it too, but are extensions that not every server has.
"""

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from words.spelling import plain_letters


class folded(FunctionElement[str]):  # noqa: N801, it is used in queries like a function
    """`words.spelling.fold` of a text column, computed by the database."""

    type = Text()
    inherit_cache = True


@compiles(folded)
def _folded_by_sqlite(element: folded, compiler: SQLCompiler, **how: Any) -> str:
    return f"folded({compiler.process(element.clauses, **how)})"


@compiles(folded, "postgresql")
def _folded_by_postgresql(element: folded, compiler: SQLCompiler, **how: Any) -> str:
    accented, plain = ("".join(letters) for letters in zip(*plain_letters(), strict=True))
    return f"translate(lower({compiler.process(element.clauses, **how)}), '{accented}', '{plain}')"


class identified(FunctionElement[str]):  # noqa: N801, it is used in queries like a function
    """`words.spelling.identifier` of a text column, computed by the database."""

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
