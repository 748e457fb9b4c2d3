"""Which people and enrolments a report is about: a selection, in an address and in a query."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import ColumnElement, FromClause, Select, and_, or_, select

from people.access import Act, is_visible
from people.directory import has_access, matches
from progress.completion.rules import Status, status_column
from progress.reports.as_of import View

COURSE = "course"
"""The name of `course_id` in an address."""
ON = "1"


@dataclass(frozen=True)
class Selection:
    """Filters; None does not filter. People with nothing assigned have no days, so a filter by days excludes them."""

    course_id: str | None = None
    """With it, people without an enrolment in that course have nothing assigned; without it, people without any."""
    unit: str | None = None
    status: Status | None = None
    search: str | None = None
    """Words, each of them a part of a name, an employee number, an e-mail address or a certificate number."""
    due_from: date | None = None
    due_to: date | None = None
    completed_from: date | None = None
    completed_to: date | None = None
    every_cycle: bool = False
    """Earlier cycles too, not only each person's latest."""
    leavers: bool = False
    """People who have left too, if they have a record; for HR and auditors only."""

    def as_query(self) -> dict[str, str]:
        """The parameters of an address from which `from_query` returns the same selection."""
        names = {"course_id": COURSE}
        given = {names.get(name, name): value for name, value in vars(self).items() if value}
        return {name: ON if value is True else str(value) for name, value in given.items()}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Raises `ValueError` for a status or a day that does not exist, and for text that no database accepts."""
        if any("\0" in value for value in query.values()):
            raise ValueError("NUL")
        status = query.get("status")
        return cls(
            course_id=query.get(COURSE) or None,
            unit=query.get("unit") or None,
            status=Status(status) if status else None,
            search=query.get("search") or None,
            due_from=day_in(query, "due_from"),
            due_to=day_in(query, "due_to"),
            completed_from=day_in(query, "completed_from"),
            completed_to=day_in(query, "completed_to"),
            every_cycle=query.get("every_cycle") == ON,
            leavers=query.get("leavers") == ON,
        )


def day_in(query: Mapping[str, str], name: str) -> date | None:
    """Raises `ValueError` where the parameter is not a day."""
    text = query.get(name)
    return date.fromisoformat(text) if text else None


def narrowed(query: Select[Any], view: View, selection: Selection) -> Select[Any]:
    """`query` over people and their enrolments, limited to the selection and to what the principal may see."""
    people, enrolments = view.source.people, view.source.enrolments
    theirs = enrolments.c.person_key == people.c.person_key
    if selection.course_id:
        theirs = and_(theirs, enrolments.c.course_id == selection.course_id)
    return (
        query.select_from(people)
        .outerjoin(enrolments, theirs)
        .where(is_visible(people.c.person_key, view.principal, view.act, people), _is_counted(view, selection))
        .where(*_conditions(view, selection))
    )


def _is_counted(view: View, selection: Selection) -> ColumnElement[bool]:
    """True for people with the company, and for leavers with a record where those are selected."""
    is_with_company = has_access(view.day, view.source.people)
    if selection.leavers and view.act is Act.SEE_CERTIFICATIONS:
        return or_(is_with_company, view.source.enrolments.c.person_key.is_not(None))
    return is_with_company


def _conditions(view: View, selection: Selection) -> Iterator[ColumnElement[bool]]:
    person, row = view.source.people.c, view.source.enrolments.c
    if not selection.every_cycle:
        yield _is_latest(view.source.enrolments)
    if selection.unit:
        yield person.unit == selection.unit
    if selection.status:
        yield status_column(view.day, view.source.enrolments) == selection.status.value
    if selection.search:
        yield matches(selection.search, person.name, person.employee_id, person.email, row.certificate_no)
    if selection.due_from:
        yield row.due_on >= selection.due_from
    if selection.due_to:
        yield row.due_on <= selection.due_to
    if selection.completed_from:
        yield row.valid_from >= selection.completed_from
    if selection.completed_to:
        yield row.valid_from <= selection.completed_to


def _is_latest(enrolments: FromClause) -> ColumnElement[bool]:
    row, later = enrolments.c, enrolments.alias("later")
    of_same = (later.c.person_key == row.person_key, later.c.course_id == row.course_id)
    return ~select(later.c.cycle).where(*of_same, later.c.cycle > row.cycle).exists()
