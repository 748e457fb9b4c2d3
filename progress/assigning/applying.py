"""Rules applied: whom each reaches, and the cycles that begin for those who lack them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from database import Database
from people import leave
from people.directory import Person, from_row, people
from progress.assigning import rules
from progress.assigning.rules import AssignmentRule, WantedRule
from progress.assigning.terms import LatestCycle
from progress.completion import assignments
from progress.completion.assignments import AT_A_TIME, NewCycle
from progress.completion.enrolments import enrolments
from quizzes.content import Content


@dataclass(frozen=True)
class Moment:
    """A time, and the time zone of the company."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True)
class Reached:
    """A person, with the day that matters: when their new cycle is due, or until when their certificate is valid."""

    person: Person
    day: date | None = None


@dataclass
class RulePreview:
    """The people whom a rule reaches, each in one of the first lists, by employee number."""

    new: list[Reached] = field(default_factory=list)
    """A cycle begins for them, and is due on that day."""
    open: list[Reached] = field(default_factory=list)
    """They have the course and have not finished it; due on that day."""
    held: list[Reached] = field(default_factory=list)
    """They have a certificate until that day."""
    exempt: list[Reached] = field(default_factory=list)
    """Until that day, or for good."""
    on_leave: list[Reached] = field(default_factory=list)
    """A cycle would begin for them; it does when they are back."""
    later: list[Reached] = field(default_factory=list)
    """The rule has not started yet."""
    of_other_rules: list[Reached] = field(default_factory=list)
    """Some of all these: another rule of the same course reaches them too."""

    @property
    def total(self) -> int:
        of_each = (self.new, self.open, self.held, self.exempt, self.on_leave, self.later)
        return sum(map(len, of_each))


def preview(
    connection: Connection, wanted: WantedRule | AssignmentRule, today: date, replaced: int | None = None
) -> RulePreview:
    """Sort the people whom a rule reaches today. It takes two queries, however many they are; the connection should
    be a snapshot. `replaced` is the number of the rule whose place it takes."""
    found = RulePreview()
    own = wanted.number if isinstance(wanted, AssignmentRule) else replaced
    reached_elsewhere = _reached_by_others(connection, wanted, today, own)
    for row in connection.execute(_asked(wanted, today).order_by(people.c.employee_id)):
        person, latest = from_row(row), _latest(row)
        due = wanted.terms.next_due(latest, row.starts_on, today)
        if due is not None:
            (found.on_leave if row.is_away else found.new).append(Reached(person, due))
        elif latest is None or latest.is_revoked:
            found.later.append(Reached(person))
        elif latest.is_open:
            found.open.append(Reached(person, latest.due_on))
        elif latest.is_exempt:
            found.exempt.append(Reached(person, latest.exempted_until))
        else:
            found.held.append(Reached(person, latest.valid_until))
        if person.key in reached_elsewhere:
            found.of_other_rules.append(Reached(person))
    return found


def _reached_by_others(
    connection: Connection, wanted: WantedRule | AssignmentRule, today: date, own: int | None
) -> frozenset[str]:
    others = [
        rule.audience.condition(rule.terms.starts_on, today)
        for rule in rules.open_ones(connection)
        if rule.course_id == wanted.course_id and rule.number != own
    ]
    if not others:
        return frozenset()
    is_meant = wanted.audience.condition(wanted.terms.starts_on, today)
    return frozenset(connection.execute(select(people.c.person_key).where(is_meant, or_(*others))).scalars())


def _asked(wanted: WantedRule | AssignmentRule, today: date) -> Select[Any]:
    """Select the people in the audience, each with their latest cycle of the course and whether they are away."""
    row, any_cycle = enrolments.c, enrolments.alias("any_cycle").c
    latest = select(func.max(any_cycle.cycle)).where(
        any_cycle.person_key == row.person_key, any_cycle.course_id == row.course_id
    )
    in_course = and_(
        row.person_key == people.c.person_key,
        row.course_id == wanted.course_id,
        row.cycle == latest.scalar_subquery(),
    )
    return (
        select(
            people,
            row.cycle,
            row.due_on,
            row.valid_from,
            row.valid_until,
            row.exempted_at,
            row.exempted_until,
            row.revoked_at,
            people.c.person_key.in_(leave.on_leave(today)).label("is_away"),
        )
        .select_from(people)
        .outerjoin(enrolments, in_course)
        .where(wanted.audience.condition(wanted.terms.starts_on, today))
    )


def _latest(row: Row[Any]) -> LatestCycle | None:
    if row.cycle is None:
        return None
    return LatestCycle(
        cycle=row.cycle,
        due_on=row.due_on,
        completed_on=row.valid_from,
        valid_until=row.valid_until,
        is_exempt=row.exempted_at is not None,
        exempted_until=row.exempted_until,
        is_revoked=row.revoked_at is not None,
    )


# Applying


@dataclass(frozen=True)
class Applied:
    """A part of the work that is done and saved."""

    rule: AssignmentRule
    new: int


def apply(database: Database, content: Content, moment: Moment, number: int | None = None) -> Iterator[Applied]:
    """Apply all open rules, or the one of that number, some people at a time, each part in a transaction of its own.

    Whoever is given something is found again in that transaction: a second run at the same time, or one after an
    interruption, gives the rest and nothing twice. A course that is not taught any more is left out.
    """
    with database.snapshot() as connection:
        found = [rule for rule in rules.open_ones(connection) if rule.course_id in content.courses]
    applied = [rule for rule in found if number in {None, rule.number}]
    for rule in applied:
        with database.snapshot() as connection:
            keys = [each.person_key for each in _lacking(connection, rule, moment.today)]
        for begin in range(0, len(keys), AT_A_TIME):
            yield Applied(rule, _give(database, content, rule, keys[begin : begin + AT_A_TIME], moment))


def _give(database: Database, content: Content, rule: AssignmentRule, keys: Collection[str], moment: Moment) -> int:
    course = content.courses[rule.course_id]

    def work(connection: Connection) -> int:
        if not rules.numbered(connection, rule.number).is_open:
            return 0
        lacking = _lacking(connection, rule, moment.today, keys)
        assignments.begin_cycles(connection, course, lacking, moment.now)
        return len(lacking)

    return database.write(work, is_repeatable=True)


def _lacking(
    connection: Connection, rule: AssignmentRule, today: date, among: Collection[str] | None = None
) -> list[NewCycle]:
    """Return the cycles that begin today by the rule; `among` limits them to these people."""
    asked = _asked(rule, today)
    if among is not None:
        asked = asked.where(people.c.person_key.in_(among))
    found = []
    for row in connection.execute(asked):
        latest = _latest(row)
        due = None if row.is_away else rule.terms.next_due(latest, row.starts_on, today)
        if due is not None:
            cycle = 1 if latest is None else latest.cycle + 1
            found.append(NewCycle(row.person_key, cycle, due, rule.made_by, rule.number))
    return found


def begun_by(connection: Connection, number: int) -> int:
    """Return how many cycles have begun by that rule."""
    return connection.execute(select(func.count()).where(enrolments.c.rule == number)).scalar_one()


def touched_by_end(connection: Connection, rule: AssignmentRule, today: date) -> list[Reached]:
    """Return the people with an open cycle by the rule, which stays when the rule ends; by employee number."""
    row = enrolments.c
    is_open = and_(row.rule == rule.number, row.certificate_no.is_(None), row.exempted_at.is_(None))
    asked = (
        select(people, row.due_on)
        .join_from(enrolments, people, people.c.person_key == row.person_key)
        .where(is_open)
        .order_by(people.c.employee_id)
    )
    found = ((from_row(each), each.due_on) for each in connection.execute(asked))
    return [Reached(person, due_on) for person, due_on in found if person.has_access(today)]
