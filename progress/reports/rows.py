"""The rows of exports, streamed: certification records, and cycles for another system."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import FromClause, Row, Select, Text, select, type_coerce

from database import streamed
from progress.reports.as_of import View
from progress.reports.columns import BY_NAME, CODES_ONLY, COLUMNS, InWords, Joined
from progress.reports.selection import Selection, narrowed

ROWS_AT_A_TIME = 1000


def records(
    view: View, selection: Selection, columns: Sequence[str] = COLUMNS, in_words: InWords = CODES_ONLY
) -> Iterator[Row[Any]]:
    """The certification records selected, by employee number: a cell for each of `columns`, in their order."""
    managers = view.source.people.alias("managers")
    joined = Joined.of(view, selection, managers, in_words)
    query = narrowed(select(*(BY_NAME[name].cell(joined).label(name) for name in columns)), view, selection)
    query = query.outerjoin(managers, managers.c.person_key == view.source.people.c.manager_key)
    return _read(view, query)


def cycles(view: View, selection: Selection) -> Iterator[Row[Any]]:
    """The enrolments selected, by employee number, with what xAPI statements need of each. People who were erased or
    have no enrolment are left out."""
    person, row = view.source.people.c, view.source.enrolments.c
    query = select(person.person_key, person.employee_id, *_of_cycle(view.source.enrolments)).where(
        person.erased_at.is_(None), row.person_key.is_not(None)
    )
    return _read(view, narrowed(query, view, selection))


def _of_cycle(enrolments: FromClause) -> Iterator[Any]:
    for name in ("course_id", "cycle", "course_version", "content_sha256", "language", "score", "pass_mark"):
        yield enrolments.c[name]
    for name in ("valid_until", "exempted_as", "exempted_until", "revoked_at"):
        yield enrolments.c[name]
    for name in ("passed_at", "committed_at", "completed_at", "exempted_at"):
        yield type_coerce(enrolments.c[name], Text).label(name)


def _read(view: View, query: Select[Any]) -> Iterator[Row[Any]]:
    row = view.source.enrolments.c
    ordered = query.order_by(view.source.people.c.employee_id, row.course_id, row.cycle)
    for piece in streamed(view.connection, ordered, ROWS_AT_A_TIME):
        yield from piece
