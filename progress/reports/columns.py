"""The columns of an export. One is added by one entry in `TABLE`, and its line in docs/records.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, case, cast, func, literal, type_coerce
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from people.directory import ERASED
from progress.completion.rules import status_column
from progress.reports.as_of import View
from progress.reports.selection import Selection
from words import Sentence, sentence

NARROW, MEDIUM, WIDE, LONG = 14, 24, 28, 36
"""Widths in a workbook, in characters."""


@dataclass(frozen=True)
class InWords:
    """Words for codes, by code: the titles of courses, and the statuses."""

    titles: Mapping[str, str]
    statuses: Mapping[str, str]


CODES_ONLY = InWords({}, {})
_Row = ReadOnlyColumnCollection[str, Any]


@dataclass(frozen=True)
class Joined:
    """The joined rows and computed values from which the cells of a record are selected."""

    person: _Row
    manager: _Row
    enrolment: _Row
    course_id: ColumnElement[str]
    status: ColumnElement[str]
    day: date
    in_words: InWords

    @classmethod
    def of(cls, view: View, selection: Selection, managers: FromClause, in_words: InWords) -> "Joined":
        people, enrolments = view.source.people, view.source.enrolments
        status = status_column(view.day, enrolments)
        return cls(people.c, managers.c, enrolments.c, course_of(enrolments, selection), status, view.day, in_words)


def course_of(enrolments: FromClause, selection: Selection) -> ColumnElement[str]:
    """The course of an enrolment; where nothing is assigned, the selected course, if any."""
    return func.coalesce(enrolments.c.course_id, selection.course_id or "")


class CellType(Enum):
    """The kind of cells in a column, which decides how a workbook has them."""

    VALUE = "text or whole numbers"
    DIGITS = "text that may be all digits, which Excel would flag as an error"
    DAY = "days, as ISO 8601 text"
    MOMENT = "timestamps in UTC, as ISO 8601 text; in the company's time zone in a workbook, which knows none"


@dataclass(frozen=True)
class Column:
    """A column of an export. A cell is text, a whole number or None."""

    name: str
    """Never changed: programs read it."""
    head: Sentence
    """Its name in words."""
    cell: Callable[[Joined], ColumnElement[Any]]
    meaning: str
    """Its description in docs/records.md."""
    width: int = NARROW
    cells: CellType = CellType.VALUE
    in_words: "Column | None" = None
    """The column in words that follows this one of codes."""


def _moment(column: ColumnElement[Any]) -> ColumnElement[str]:
    return type_coerce(column, Text)


def _day(column: ColumnElement[Any]) -> ColumnElement[str]:
    """As text, because parsing and formatting each would take a fifth of the time of a large CSV."""
    return cast(column, Text)


COURSE_TITLE = Column(
    "course_title",
    sentence("Course"),
    lambda row: case(dict(row.in_words.titles), value=row.course_id, else_=row.course_id),
    "the title of the course in your language",
    width=40,
)
STATUS_IN_WORDS = Column(
    "status_in_words",
    sentence("Status"),
    lambda row: case(dict(row.in_words.statuses), value=row.status, else_=""),
    "the status in your language",
    width=26,
)
TABLE = (
    Column(
        "employee_id",
        sentence("Employee number"),
        lambda row: row.person.employee_id,
        "the person’s employee number, as in the directory today",
        cells=CellType.DIGITS,
    ),
    Column(
        "name",
        sentence("Name"),
        lambda row: case((row.person.erased_at.is_not(None), literal(ERASED)), else_=row.person.name),
        "the person’s name today; `erased` where it was erased",
        width=WIDE,
    ),
    Column("email", sentence("E-mail"), lambda row: row.person.email, "the person’s e-mail address today", width=34),
    Column("unit", sentence("Unit"), lambda row: row.person.unit, "the person’s unit on the day", width=MEDIUM),
    Column(
        "manager_id",
        sentence("Manager’s employee number"),
        lambda row: row.manager.employee_id,
        "the employee number of the person’s manager on the day",
        cells=CellType.DIGITS,
    ),
    Column(
        "course",
        sentence("Course (code)"),
        lambda row: row.course_id,
        "the course; where nothing is assigned, the course that was selected, or empty",
        width=22,
        in_words=COURSE_TITLE,
    ),
    Column(
        "course_version",
        sentence("Version of the course"),
        lambda row: row.enrolment.course_version,
        "the version of the course that was taught",
    ),
    Column(
        "content_sha256",
        sentence("SHA-256 of the content"),
        lambda row: row.enrolment.content_sha256,
        "the fingerprint of exactly the content that was taught",
        width=20,
    ),
    Column("language", sentence("Language"), lambda row: row.enrolment.language, "the language it was taught in"),
    Column(
        "assigned_at",
        sentence("Assigned"),
        lambda row: _moment(row.enrolment.assigned_at),
        "when the course was assigned",
        width=MEDIUM,
        cells=CellType.MOMENT,
    ),
    Column("due_at", sentence("Due"), lambda row: _day(row.enrolment.due_on), "the due date", cells=CellType.DAY),
    Column(
        "started_at",
        sentence("Started"),
        lambda row: _moment(row.enrolment.started_at),
        "when the first step was taken",
        width=MEDIUM,
        cells=CellType.MOMENT,
    ),
    Column(
        "completed_at",
        sentence("Completed"),
        lambda row: _moment(row.enrolment.completed_at),
        "when the certificate was issued",
        width=MEDIUM,
        cells=CellType.MOMENT,
    ),
    Column("attempts", sentence("Attempts"), lambda row: row.enrolment.attempts, "the number of attempts"),
    Column("score", sentence("Score (%)"), lambda row: row.enrolment.score, "the percentage of the passed attempt"),
    Column(
        "pass_mark", sentence("Pass mark (%)"), lambda row: row.enrolment.pass_mark, "the percentage needed to pass"
    ),
    Column(
        "result",
        sentence("Result (code)"),
        lambda row: case(
            (row.enrolment.passed_at.is_not(None), "passed"), (row.enrolment.failed_at.is_not(None), "not passed")
        ),
        "`passed`, `not passed` or empty",
    ),
    Column(
        "certificate_no",
        sentence("Certificate"),
        lambda row: row.enrolment.certificate_no,
        "the number of the certificate",
        width=LONG,
    ),
    Column(
        "valid_from",
        sentence("Valid from"),
        lambda row: _day(row.enrolment.valid_from),
        "the certificate’s first day",
        cells=CellType.DAY,
    ),
    Column(
        "valid_until",
        sentence("Valid until"),
        lambda row: _day(row.enrolment.valid_until),
        "the certificate’s last day",
        cells=CellType.DAY,
    ),
    Column(
        "status",
        sentence("Status (code)"),
        lambda row: row.status,
        "the status on the day, one of the table above",
        in_words=STATUS_IN_WORDS,
    ),
    Column(
        "as_of",
        sentence("As of"),
        lambda row: literal(row.day.isoformat()),
        "the day that all of this is about: today, or an earlier one",
        cells=CellType.DAY,
    ),
)
"""Of a certification record, in their order. Never the state of an enrolment, which holds responses."""

COLUMNS = tuple(column.name for column in TABLE)
TEAM_COLUMNS = (
    *("employee_id", "name", "email", "unit", "manager_id"),
    *("course", "status", "due_at", "completed_at", "valid_until", "as_of"),
)
"""Of a manager's file: the person, status and dates, never a score."""
BY_NAME = {column.name: column for column in (*TABLE, COURSE_TITLE, STATUS_IN_WORDS)}
