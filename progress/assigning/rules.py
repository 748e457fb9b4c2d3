"""Rules: a course, for whom, and on which terms; who made it, and who ended it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Column, Connection, Integer, Row, Table, Text, func, insert, select, update

from database import Instant, metadata
from people.directory import by_employee_id, people
from progress.assigning.audience import Audience
from progress.assigning.terms import Anchor, Terms
from quizzes.content import Content
from words import SaidError, quoted, sentence

rules = Table(
    "rules",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("course_id", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_by", Text),
    Column("ended_at", Instant),
)


class UnfitRuleError(SaidError):
    """The rule cannot be made, or there is none to end."""


@dataclass(frozen=True)
class WantedRule:
    """A rule that somebody wants to make."""

    course_id: str
    audience: Audience
    terms: Terms


@dataclass(frozen=True)
class AssignmentRule:
    number: int
    course_id: str
    audience: Audience
    terms: Terms
    made_by: str
    """Person key, or the name of the command."""
    made_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


def check(connection: Connection, content: Content, wanted: WantedRule, today: date) -> None:
    """Raise `UnfitRuleError` with everything that is wrong with a rule."""
    terms = wanted.terms
    wrong = []
    if wanted.course_id not in content.courses:
        known = ", ".join(content.courses)
        wrong.append(
            sentence("There is no course “{course}”. There are: {courses}.", course=wanted.course_id, courses=known)
        )
    if (terms.due_on is None) is (terms.within_days is None):
        wrong.append(sentence("A rule has either a due date or a number of days until it is due."))
    if terms.starts_on < today:
        wrong.append(sentence("The start, {day}, is in the past.", day=terms.starts_on))
    if terms.due_on is not None:
        if terms.due_on < today:
            wrong.append(sentence("The due date, {day}, is in the past.", day=terms.due_on))
        elif terms.due_on < terms.starts_on + timedelta(days=terms.grace_days):
            wrong.append(
                sentence(
                    "The grace period of {n} days after the start on {start} ends later than the due date, {due}. "
                    "Give a later due date or a shorter grace period.",
                    n=terms.grace_days,
                    start=terms.starts_on,
                    due=terms.due_on,
                )
            )
    if terms.recurrence is not None and (terms.recurrence.anchor is Anchor.DAY) is (terms.recurrence.day is None):
        wrong.append(sentence("A rule that recurs on a day of the year needs that day, and another one has none."))
    if wanted.audience.names_nobody:
        wrong.append(sentence("The rule does not say whom it is for."))
    wrong += [
        sentence("There is no unit “{unit}” in the directory.", unit=unit)
        for unit in _unknown_units(connection, (*wanted.audience.units, *wanted.audience.except_units))
    ]
    if wrong:
        raise UnfitRuleError(*wrong)
    if not reaches_anybody(connection, wanted, today):
        raise UnfitRuleError(sentence("The rule reaches nobody today; choose other people."))


def _unknown_units(connection: Connection, units: Collection[str]) -> list[str]:
    known = set(connection.execute(select(people.c.unit).distinct().where(people.c.unit.in_(units))).scalars())
    return sorted(set(units) - known)


def reaches_anybody(connection: Connection, wanted: WantedRule, today: date) -> bool:
    """True if there is anybody in the audience; starters may come later."""
    if wanted.audience.starters_within is not None:
        return True
    is_meant = wanted.audience.condition(wanted.terms.starts_on, today)
    return connection.execute(select(people.c.person_key).where(is_meant).limit(1)).first() is not None


def keys_of(connection: Connection, numbers: Sequence[str], today: date) -> tuple[str, ...]:
    """Return the keys of the people with these employee numbers. Raises `UnfitRuleError`, which names every number
    that nobody has, and everybody who has no access any more."""
    persons = [(number, by_employee_id(connection, number)) for number in numbers]
    wrong = [
        sentence("There is nobody with the employee number {id}.", id=quoted(number))
        if person is None
        else sentence("{id} {name} no longer has access.", id=number, name=person.name)
        for number, person in persons
        if person is None or not person.has_access(today)
    ]
    if wrong:
        raise UnfitRuleError(*wrong)
    return tuple(sorted({person.key for _, person in persons if person}))


def add(connection: Connection, wanted: WantedRule, by: str, now: datetime) -> AssignmentRule:
    """Add a rule that was checked, and return it with its number."""
    number = connection.execute(select(func.coalesce(func.max(rules.c.number), 0) + 1)).scalar_one()
    rule = AssignmentRule(number, wanted.course_id, wanted.audience, wanted.terms, by, now)
    connection.execute(
        insert(rules).values(
            number=number,
            course_id=rule.course_id,
            audience=rule.audience.model_dump_json(),
            terms=rule.terms.model_dump_json(),
            made_by=by,
            made_at=now,
        )
    )
    return rule


def end(connection: Connection, number: int, by: str, now: datetime) -> None:
    """End a rule: it assigns nothing any more. What it has assigned stays. Raises `UnfitRuleError`."""
    is_it = (rules.c.number == number) & rules.c.ended_at.is_(None)
    if not connection.execute(update(rules).where(is_it).values(ended_by=by, ended_at=now)).rowcount:
        raise UnfitRuleError(sentence("There is no open rule {number}.", number=number))


def replace(connection: Connection, number: int, wanted: WantedRule, by: str, now: datetime) -> AssignmentRule:
    """End a rule and add the one that takes its place; what the first has assigned stays. Raises `UnfitRuleError`."""
    end(connection, number, by, now)
    return add(connection, wanted, by, now)


def all_of_them(connection: Connection) -> list[AssignmentRule]:
    """Return all rules, ended ones too, by number."""
    return [_from_row(row) for row in connection.execute(select(rules).order_by(rules.c.number))]


def open_ones(connection: Connection) -> list[AssignmentRule]:
    return [rule for rule in all_of_them(connection) if rule.is_open]


def numbered(connection: Connection, number: int) -> AssignmentRule:
    """Raises `UnfitRuleError` if there is none."""
    row = connection.execute(select(rules).where(rules.c.number == number)).first()
    if row is None:
        raise UnfitRuleError(sentence("There is no rule {number}.", number=number))
    return _from_row(row)


def _from_row(row: Row[tuple[object, ...]]) -> AssignmentRule:
    return AssignmentRule(
        row.number,
        row.course_id,
        Audience.model_validate_json(row.audience),
        Terms.model_validate_json(row.terms),
        row.made_by,
        row.made_at,
        row.ended_by,
        row.ended_at,
    )
