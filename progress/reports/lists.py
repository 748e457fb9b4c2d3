"""Lists of people with their progress, for a principal who may see them. They read enrolments, never the record.

People without an enrolment are included, as *nothing assigned*: a share without them would leave out the very people
who were forgotten.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from people import directory
from people.access import visible
from people.directory import by_name
from progress.completion.rules import HOLDS, Status, status_column, urgency_column
from progress.reports.as_of import View
from progress.reports.columns import course_of
from progress.reports.selection import Selection, narrowed

SMALLEST_CURVE = 5
"""Completions below which a curve would show individuals rather than a trend."""


@dataclass(frozen=True)
class ListEntry:
    """One enrolment as a list shows it, or a person to whom nothing is assigned."""

    person_key: str
    employee_id: str
    name: str
    unit: str
    course_id: str
    status: Status
    due_on: date | None
    started_at: datetime | None
    last_at: datetime | None
    cards_done: int
    attempts: int
    score: int | None
    """Percentage of the passed attempt."""
    completed_on: date | None
    valid_until: date | None
    certificate_no: str | None


@dataclass(frozen=True)
class UnitCount:
    unit: str
    people: int
    certified: int
    exempt: int = 0

    @property
    def share(self) -> float:
        return self.certified / self.people

    @property
    def missing(self) -> int:
        """People who are neither certified nor exempt."""
        return self.people - self.certified - self.exempt


@dataclass(frozen=True)
class Summary:
    """Numbers of people by status, in all and by unit."""

    by_status: Mapping[Status, int]
    units: tuple[UnitCount, ...]
    """The unit with the most people missing first."""

    @property
    def people(self) -> int:
        return sum(self.by_status.values())

    @property
    def certified(self) -> int:
        return sum(self.by_status.get(status, 0) for status in HOLDS)

    @property
    def wanted(self) -> int:
        """People of whom a certificate is wanted: all but the exempt."""
        return self.people - self.count(Status.EXEMPT)

    @property
    def missing(self) -> int:
        """People who are neither certified nor exempt."""
        return self.wanted - self.certified

    def count(self, status: Status) -> int:
        return self.by_status.get(status, 0)


PACE_DAYS = 14


@dataclass(frozen=True)
class Forecast:
    """The most people who can be certified on the due date unless the pace rises; completion slows down towards its
    end."""

    due_on: date
    at_most: int


def forecast(curve: Sequence[tuple[date, int]], people: int, due_on: date) -> Forecast | None:
    """`people` is the number of whom a certificate is wanted. None where there is too little data, where the due date
    has passed, where everybody could make it, which says nothing, and where the same forecast of two weeks ago turned
    out too low."""
    today, certified = curve[-1]
    if due_on <= today or len(curve) <= PACE_DAYS or certified < SMALLEST_CURVE:
        return None
    earlier = curve[:-PACE_DAYS]
    if len(earlier) > PACE_DAYS and _at_most(earlier, today) < certified:
        return None
    at_most = _at_most(curve, due_on)
    return Forecast(due_on, at_most) if at_most < people else None


def _at_most(curve: Sequence[tuple[date, int]], day: date) -> int:
    """The number certified on `day` at the faster of the last week's pace and the last two weeks'."""
    last, certified = curve[-1]
    pace = max((certified - curve[-1 - days][1]) / days for days in (PACE_DAYS // 2, PACE_DAYS))
    return math.ceil(certified + pace * (day - last).days)


def summary(view: View, selection: Selection) -> Summary:
    """Counts of enrolments: with no course selected, people with several count once for each."""
    unit = view.source.people.c.unit
    status = status_column(view.day, view.source.enrolments).label("status")
    counted = narrowed(select(unit, status, func.count().label("n")), view, selection).group_by(unit, status)
    return _summed((row.unit, Status(row.status), row.n) for row in view.connection.execute(counted))


def summary_of_people(view: View, selection: Selection) -> Summary:
    """Counts of people: each counts once, by the worst status among their courses."""
    if selection.course_id:
        return summary(view, selection)
    person = view.source.people.c
    rank = func.min(case(_RANKS, value=status_column(view.day, view.source.enrolments))).label("rank")
    ranked = narrowed(select(person.unit, rank), view, selection).group_by(person.person_key, person.unit).subquery()
    counted = select(ranked.c.unit, ranked.c.rank, func.count().label("n")).group_by(ranked.c.unit, ranked.c.rank)
    return _summed((row.unit, WORST_FIRST[row.rank], row.n) for row in view.connection.execute(counted))


_AT_BEST = (Status.EXPIRING, Status.CERTIFIED, Status.EXEMPT)
WORST_FIRST = (*(status for status in Status if status not in _AT_BEST), *_AT_BEST)
"""Nobody is certified in all their courses who is missing in one of them."""
_RANKS = {status.value: rank for rank, status in enumerate(WORST_FIRST)}


def _summed(rows: Iterable[tuple[str, Status, int]]) -> Summary:
    by_status: dict[Status, int] = {}
    by_unit: dict[str, list[int]] = {}
    for unit, status, n in rows:
        by_status[status] = by_status.get(status, 0) + n
        counts = by_unit.setdefault(unit, [0, 0, 0])
        counts[0] += n
        counts[1] += n if status in HOLDS else 0
        counts[2] += n if status is Status.EXEMPT else 0
    units = [UnitCount(unit, *counts) for unit, counts in by_unit.items()]
    return Summary(by_status, tuple(sorted(units, key=lambda unit: (-unit.missing, unit.share, unit.unit))))


def completion_by_day(view: View, selection: Selection) -> list[tuple[date, int]]:
    """(day, number of people certified when it ended), for every day from the first assignment to the view's. People
    whose certificate expired before it ended are not among them."""
    row = view.source.enrolments.c
    validity = (row.valid_from, row.valid_until)
    certified = narrowed(select(*validity, func.count().label("n")), view, selection)
    holds = (row.valid_from.is_not(None), row.revoked_at.is_(None))
    changed = Counter[date]()
    for begins, ends, n in view.connection.execute(certified.where(*holds).group_by(*validity)):
        changed[begins] += n
        changed[ends + timedelta(days=1)] -= n
    first = view.connection.execute(narrowed(select(func.min(row.assigned_at)), view, selection)).scalar_one()
    if first is None:
        return []
    day = min([first.date(), *changed])
    curve, total = [], 0
    while day <= view.day:
        total += changed[day]
        curve.append((day, total))
        day += timedelta(days=1)
    return curve


def due_days(view: View, selection: Selection) -> list[date]:
    """The due dates of those selected, the most common first."""
    due_on = view.source.enrolments.c.due_on
    query = narrowed(select(due_on, func.count().label("n")), view, selection).where(due_on.is_not(None))
    rows = view.connection.execute(query.group_by(due_on).order_by(func.count().desc(), due_on.desc()))
    return [row.due_on for row in rows]


def entries(view: View, selection: Selection, limit: int | None = None) -> list[ListEntry]:
    """The people selected, those who need attention first, then by name."""
    person, enrolment = view.source.people.c, view.source.enrolments.c
    columns = select(
        person.person_key,
        person.employee_id,
        person.name,
        person.unit,
        course_of(view.source.enrolments, selection).label("course_id"),
        status_column(view.day, view.source.enrolments).label("status"),
        enrolment.due_on,
        enrolment.started_at,
        enrolment.last_at,
        func.coalesce(enrolment.cards_done, 0).label("cards_done"),
        func.coalesce(enrolment.attempts, 0).label("attempts"),
        enrolment.score,
        enrolment.valid_from.label("completed_on"),
        enrolment.valid_until,
        enrolment.certificate_no,
    )
    urgency = urgency_column(view.day, view.source.enrolments)
    query = narrowed(columns, view, selection).order_by(
        urgency, enrolment.due_on, *by_name(view.principal.person.language, view.source.people)
    )
    rows = view.connection.execute(query.limit(limit) if limit else query)
    return [ListEntry(**{**row._mapping, "status": Status(row.status)}) for row in rows]


def units(view: View) -> list[str]:
    """The units of the people visible to the principal, by name."""
    people = view.source.people
    return directory.units(view.connection, visible(view.principal, view.act, people), people)
