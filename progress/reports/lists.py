"""Reports: who is where, for the people that the principal may see. They read enrolments, never the record.

Whoever has no enrolment is in them too, as *nothing assigned*: a share without them would leave out the very people
whom nobody has thought of.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Label,
    Result,
    Row,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from database import streamed
from people.access import Act, Principal, is_visible
from people.directory import NAME_OR_ERASED, SEARCHED, by_name, has_access, matches, people
from progress.completion.enrolments import enrolments
from progress.completion.rules import HOLDS, Status, status_column, urgency_column

PIECE = 1000
"""Rows that are read at a time."""
SMALLEST_CURVE = 5
"""Completions below which a curve would show single people rather than a course of things."""


@dataclass(frozen=True)
class Selection:
    """Which people and enrolments are meant. What is None does not narrow. Where nothing is assigned there is no day,
    so that whoever has nothing assigned is in no selection by days."""

    course_id: str | None = None
    """With it, whoever has no enrolment in that course has nothing assigned; without it, whoever has none at all."""
    unit: str | None = None
    status: Status | None = None
    search: str | None = None
    """Words, each of them a part of a name, an employee id, an e-mail address or a certificate number."""
    due_from: date | None = None
    due_to: date | None = None
    completed_from: date | None = None
    completed_to: date | None = None
    every_cycle: bool = False
    """Earlier cycles too, not only each person's latest."""
    leavers: bool = False
    """People who have left too, if they have a record; it is for HR and auditors alone."""


@dataclass(frozen=True)
class Entry:
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
    """Of the attempt that was passed."""
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
        """Who is neither certified nor exempt."""
        return self.people - self.certified - self.exempt


@dataclass(frozen=True)
class Summary:
    """How many are where, in all and by unit."""

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
        """Of whom a certificate is wanted: all but the exempt."""
        return self.people - self.count(Status.EXEMPT)

    @property
    def missing(self) -> int:
        """Who is neither certified nor exempt."""
        return self.wanted - self.certified

    def count(self, status: Status) -> int:
        return self.by_status.get(status, 0)


PACE_DAYS = 14


@dataclass(frozen=True)
class Forecast:
    """How many can be certified on the due date unless the pace rises: at most so many, because completion slows down
    towards its end."""

    due_on: date
    at_most: int


def forecast(curve: Sequence[tuple[date, int]], people: int, due_on: date) -> Forecast | None:
    """`people` are those of whom a certificate is wanted. None where there is too little to go by, where the due date
    has passed, where all could make it, which would say nothing, and where the same forecast of two weeks ago has
    turned out too low."""
    today, certified = curve[-1]
    if due_on <= today or len(curve) <= PACE_DAYS or certified < SMALLEST_CURVE:
        return None
    earlier = curve[:-PACE_DAYS]
    if len(earlier) > PACE_DAYS and _at_most(earlier, today) < certified:
        return None
    at_most = _at_most(curve, due_on)
    return Forecast(due_on, at_most) if at_most < people else None


def _at_most(curve: Sequence[tuple[date, int]], day: date) -> int:
    """How many are certified on `day` at the faster of the last week's pace and the last two weeks'."""
    last, certified = curve[-1]
    pace = max((certified - curve[-1 - days][1]) / days for days in (PACE_DAYS // 2, PACE_DAYS))
    return math.ceil(certified + pace * (day - last).days)


def summary(connection: Connection, principal: Principal, act: Act, selection: Selection, today: date) -> Summary:
    """Of enrolments: with no course chosen, whoever has several counts once for each."""
    status = status_column(today).label("status")
    rows = connection.execute(
        _narrowed(select(people.c.unit, status, func.count().label("n")), principal, act, selection, today).group_by(
            people.c.unit, status
        )
    )
    return _summed((row.unit, Status(row.status), row.n) for row in rows)


def summary_of_people(
    connection: Connection, principal: Principal, act: Act, selection: Selection, today: date
) -> Summary:
    """Of people: each counts once, where they stand worst among their courses."""
    if selection.course_id:
        return summary(connection, principal, act, selection, today)
    rank = func.min(case(_RANKS, value=status_column(today))).label("rank")
    asked = _narrowed(select(people.c.unit, rank), principal, act, selection, today)
    each = asked.group_by(people.c.person_key, people.c.unit).subquery()
    rows = connection.execute(
        select(each.c.unit, each.c.rank, func.count().label("n")).group_by(each.c.unit, each.c.rank)
    )
    return _summed((row.unit, WORST_FIRST[row.rank], row.n) for row in rows)


_AT_BEST = (Status.EXPIRING, Status.CERTIFIED, Status.EXEMPT)
WORST_FIRST = (*(status for status in Status if status not in _AT_BEST), *_AT_BEST)
"""Nobody is certified in all their courses who is missing in one of them."""
_RANKS = {status.value: rank for rank, status in enumerate(WORST_FIRST)}


def _summed(counted_rows: Iterable[tuple[str, Status, int]]) -> Summary:
    by_status: dict[Status, int] = {}
    by_unit: dict[str, list[int]] = {}
    for unit, where, n in counted_rows:
        by_status[where] = by_status.get(where, 0) + n
        counted = by_unit.setdefault(unit, [0, 0, 0])
        counted[0] += n
        counted[1] += n if where in HOLDS else 0
        counted[2] += n if where is Status.EXEMPT else 0
    units = [UnitCount(unit, *counted) for unit, counted in by_unit.items()]
    return Summary(by_status, tuple(sorted(units, key=lambda unit: (-unit.missing, unit.share, unit.unit))))


def completion_by_day(
    connection: Connection, principal: Principal, act: Act, selection: Selection, today: date
) -> list[tuple[date, int]]:
    """(day, how many were certified when it ended), for every day from the first assignment to `today`. Whose
    certificate ran out before it ended is not among them."""
    validity = (enrolments.c.valid_from, enrolments.c.valid_until)
    narrowed = _narrowed(select(*validity, func.count().label("n")), principal, act, selection, today)
    holds = (enrolments.c.valid_from.is_not(None), enrolments.c.revoked_at.is_(None))
    changed = Counter[date]()
    for begins, ends, n in connection.execute(narrowed.where(*holds).group_by(*validity)):
        changed[begins] += n
        changed[ends + timedelta(days=1)] -= n
    first = connection.execute(
        _narrowed(select(func.min(enrolments.c.assigned_at)), principal, act, selection, today)
    ).scalar_one()
    if first is None:
        return []
    day = min([first.date(), *changed])
    curve, total = [], 0
    while day <= today:
        total += changed[day]
        curve.append((day, total))
        day += timedelta(days=1)
    return curve


def due_days(connection: Connection, principal: Principal, act: Act, selection: Selection, today: date) -> list[date]:
    """The due dates of those selected, the most common first."""
    rows = connection.execute(
        _narrowed(select(enrolments.c.due_on, func.count().label("n")), principal, act, selection, today)
        .where(enrolments.c.due_on.is_not(None))
        .group_by(enrolments.c.due_on)
        .order_by(func.count().desc(), enrolments.c.due_on.desc())
    )
    return [row.due_on for row in rows]


def entries(
    connection: Connection,
    principal: Principal,
    act: Act,
    selection: Selection,
    today: date,
    limit: int | None = None,
) -> list[Entry]:
    """The people selected, those who need attention first, then by name."""
    statement = _narrowed(
        select(
            people.c.person_key,
            people.c.employee_id,
            people.c.name,
            people.c.unit,
            _course(selection),
            status_column(today).label("status"),
            enrolments.c.due_on,
            enrolments.c.started_at,
            enrolments.c.last_at,
            func.coalesce(enrolments.c.cards_done, 0).label("cards_done"),
            func.coalesce(enrolments.c.attempts, 0).label("attempts"),
            enrolments.c.score,
            enrolments.c.valid_from.label("completed_on"),
            enrolments.c.valid_until,
            enrolments.c.certificate_no,
        ),
        principal,
        act,
        selection,
        today,
    ).order_by(urgency_column(today), enrolments.c.due_on, *by_name(principal.person.language))
    rows = connection.execute(statement.limit(limit) if limit else statement)
    return [Entry(**{**row._mapping, "status": Status(row.status)}) for row in rows]


def _course(selection: Selection) -> Label[str]:
    """The course of an enrolment; the one that was asked for, if any, where nothing is assigned."""
    asked_for = literal(selection.course_id or "", literal_execute=True)
    return func.coalesce(enrolments.c.course_id, asked_for).label("course_id")


_row = enrolments.c
_managers = people.alias("managers")
_RECORD = (
    *(people.c.employee_id, NAME_OR_ERASED, people.c.email, people.c.unit),
    _managers.c.employee_id.label("manager_id"),
    *(_row.course_id.label("course"), _row.course_version, _row.content_sha256, _row.language),
    *(type_coerce(_row.assigned_at, Text).label("assigned_at"), _row.due_on.label("due_at")),
    *(type_coerce(_row[name], Text).label(name) for name in ("started_at", "completed_at")),
    *(_row.attempts, _row.score, _row.pass_mark),
    case((_row.passed_at.is_not(None), "passed"), (_row.failed_at.is_not(None), "not passed")).label("result"),
    *(_row.certificate_no, _row.valid_from, _row.valid_until),
)
"""What a record says of a person and an enrolment, in the order of an export's columns, which spares each row a new
order; never its state, which holds responses. Moments come as the text that they are kept as: a report of everybody
would spend most of its time on reading and writing them."""


@dataclass(frozen=True)
class InWords:
    """What people read beside the codes, by code: the titles of courses, and the statuses."""

    titles: Mapping[str, str]
    statuses: Mapping[str, str]

    def columns(self, selection: Selection, today: date) -> tuple[Label[Any], ...]:
        course_id = _course(selection).element
        course = case(dict(self.titles), value=course_id, else_=course_id)
        status = case(dict(self.statuses), value=status_column(today), else_="")
        return course.label("course_title"), status.label("status_in_words")


CODES_ALONE = InWords({}, {})


def records(
    connection: Connection,
    principal: Principal,
    act: Act,
    selection: Selection,
    today: date,
    in_words: InWords = CODES_ALONE,
) -> Iterator[Row[Any]]:
    """The certification records selected, streamed, by employee id, with every column that exports name; those in
    words where there are any."""
    asked = select(*_record(selection), *_standing(today), *_worded(in_words, selection, today))
    for piece in _read(connection, asked, principal, act, selection, today).partitions():
        yield from piece


def _record(selection: Selection) -> tuple[ColumnElement[Any], ...]:
    course = _course(selection).label("course")
    return tuple(course if column.name == course.name else column for column in _RECORD)


def _worded(in_words: InWords, selection: Selection, today: date) -> tuple[Label[Any], ...]:
    return in_words.columns(selection, today) if in_words is not CODES_ALONE else ()


def _standing(today: date) -> tuple[Label[Any], ...]:
    return status_column(today).label("status"), literal(today, Date).label("as_of")


def _read(
    connection: Connection, asked: Select[Any], principal: Principal, act: Act, selection: Selection, today: date
) -> Result[Any]:
    """To be read many rows at a time: one by itself takes twice as long."""
    statement = _narrowed(asked, principal, act, selection, today)
    statement = statement.outerjoin(_managers, _managers.c.person_key == people.c.manager_key)
    return streamed(
        connection, statement.order_by(people.c.employee_id, enrolments.c.course_id, enrolments.c.cycle), PIECE
    )


SEPARATOR = "\x01"
"""What stands between the cells of a line. No name has it; where one has all the same, it is left out."""


def lines(
    connection: Connection,
    principal: Principal,
    act: Act,
    selection: Selection,
    today: date,
    columns: Sequence[str],
    in_words: InWords = CODES_ALONE,
) -> Iterator[Sequence[str]]:
    """The certification records selected, as `records` has them, streamed in pieces: each a text in which `SEPARATOR`
    stands between the cells. The database is faster at it than Python with the cells one by one."""
    said = (*_record(selection), *_standing(today), *_worded(in_words, selection, today))
    cells = {column.name: column for column in said}
    line = func.concat_ws(_SEPARATOR, *(_as_text(cells[name]) for name in columns))
    return _read(connection, select(line), principal, act, selection, today).scalars().partitions()


def _as_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    cell = column.element if isinstance(column, Label) else column
    # A cell without a value would not stand in the line at all, and every one behind it in a wrong column.
    said = func.coalesce(cell if isinstance(cell.type, Text) else cast(cell, Text), _NOTHING)
    return func.replace(said, _SEPARATOR, _NOTHING) if column.name in TYPED_IN else said


# Written into the statement: SQLite would fetch each parameter anew for every row, which takes a quarter of the time.
_SEPARATOR = literal(SEPARATOR, literal_execute=True)
_NOTHING = literal("", literal_execute=True)


TYPED_IN = {"employee_id", "name", "email", "unit", "manager_id", "course_title"}


_TOLD_ELSEWHERE = (
    *(_row[name] for name in ("course_id", "cycle", "course_version", "content_sha256", "language", "score")),
    *(_row[name] for name in ("pass_mark", "valid_until", "exempted_as", "exempted_until", "revoked_at")),
    *(
        type_coerce(_row[name], Text).label(name)
        for name in ("passed_at", "committed_at", "completed_at", "exempted_at")
    ),
)


def cycles(
    connection: Connection, principal: Principal, act: Act, selection: Selection, today: date
) -> Iterator[Row[Any]]:
    """The enrolments selected, streamed, by employee id, as another system is told of them. Of whoever was erased, or
    has none, nothing is told."""
    asked = select(people.c.person_key, people.c.employee_id, *_TOLD_ELSEWHERE).where(
        people.c.erased_at.is_(None), enrolments.c.person_key.is_not(None)
    )
    yield from connection.execute(
        _narrowed(asked, principal, act, selection, today).order_by(
            people.c.employee_id, enrolments.c.course_id, enrolments.c.cycle
        ),
        execution_options={"yield_per": 2000},
    )


def _narrowed(
    statement: Select[Any], principal: Principal, act: Act, selection: Selection, today: date
) -> Select[Any]:
    """`statement` over people and their enrolments, limited to what the principal may see and to the selection."""
    theirs = enrolments.c.person_key == people.c.person_key
    if selection.course_id:
        theirs = and_(theirs, enrolments.c.course_id == selection.course_id)
    return (
        statement.select_from(people)
        .outerjoin(enrolments, theirs)
        .where(is_visible(people.c.person_key, principal, act), _is_counted(selection, act, today))
        .where(*_conditions(selection, today))
    )


def _is_counted(selection: Selection, act: Act, today: date) -> ColumnElement[bool]:
    """Whether somebody is in the company, or has left a record that was asked for."""
    if selection.leavers and act is Act.SEE_CERTIFICATIONS:
        return or_(has_access(today), enrolments.c.person_key.is_not(None))
    return has_access(today)


def _conditions(selection: Selection, today: date) -> Iterator[ColumnElement[bool]]:
    row = enrolments.c
    if not selection.every_cycle:
        later = enrolments.alias("later")
        yield ~(
            select(later.c.cycle)
            .where(
                later.c.person_key == row.person_key,
                later.c.course_id == row.course_id,
                later.c.cycle > row.cycle,
            )
            .exists()
        )
    if selection.unit:
        yield people.c.unit == selection.unit
    if selection.status:
        yield status_column(today) == selection.status.value
    if selection.search:
        yield matches(selection.search, *SEARCHED, row.certificate_no)
    if selection.due_from:
        yield row.due_on >= selection.due_from
    if selection.due_to:
        yield row.due_on <= selection.due_to
    if selection.completed_from:
        yield row.valid_from >= selection.completed_from
    if selection.completed_to:
        yield row.valid_from <= selection.completed_to
