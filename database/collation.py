"""Text in a language's alphabetical order, in Python and in both databases alike.

Folding leaves accents out, as is right for á or ů; Czech č, ch, ř, š and ž are letters of their own.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from database.letters import folded
from words.collation import respellings
from words.spelling import fold


def sort_key(text: str, language: str) -> str:
    key = text.lower()
    for letter, spelling in respellings(language):
        key = key.replace(letter, spelling)
    return fold(key)


def collated(column: ColumnElement[str], language: str) -> ColumnElement[str]:
    """Return the expression that orders rows as `sort_key` of `column` would."""
    key: ColumnElement[str] = func.lower(column)
    for letter, spelling in respellings(language):
        key = func.replace(key, letter, spelling)
    return _by_code_point(folded(key))


class _by_code_point(FunctionElement[str]):  # noqa: N801, it stands in statements like a function
    """Text compared as SQLite does by default; PostgreSQL would use the collation of the database."""

    type = Text()
    inherit_cache = True


@compiles(_by_code_point)
def _in_sqlite(element: _by_code_point, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)


@compiles(_by_code_point, "postgresql")
def _in_postgresql(element: _by_code_point, compiler: SQLCompiler, **how: Any) -> str:
    return f'{compiler.process(element.clauses, **how)} COLLATE "C"'
